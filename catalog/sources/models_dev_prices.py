"""The prices of a models.dev entry: dollars per million tokens, with tiers by the size of the prompt."""

from decimal import Decimal
from typing import Any

from catalog.sources.rows import Refusal, number, price

TOKEN_METERS = {
    "input": "input_tokens",
    "output": "output_tokens",
    "cache_read": "cache_read_tokens",
    "cache_write": "cache_write_tokens",
    "reasoning": "reasoning_tokens",
    "input_audio": "audio_input_tokens",
    "output_audio": "audio_output_tokens",
}
# Which of these numbers bill a kind. Other kinds are billed by the picture, second or character, which it cannot say.
PRICED = {
    "chat": set(TOKEN_METERS),
    "embedding": {"input"},
    "ocr": {"input", "output"},
    "translation": {"input", "output"},
}
FREE = {"zai/glm-4.5-flash", "zai/glm-4.7-flash"}  # zero is their price; elsewhere it stands for a plan or a trial
CEILING = 1000


def prices(slug: str, kind: str, entry: dict[str, Any], refusals: list[Refusal]) -> list[dict[str, str]]:
    cost = entry.get("cost") or {}
    lists = [("", cost)] + [(f"prompt>{tier['tier']['size']}", tier) for tier in cost.get("tiers", ())]
    found = []
    for condition, listed in lists:
        for field in [one for one in listed if one not in ("tiers", "tier")]:
            amount = number(listed[field])
            if reason := objection(slug, kind, field, amount):
                refusals.append(Refusal(slug, f"cost.{field}", reason if amount is None else f"{amount.normalize():f}: {reason}"))
            elif amount is not None:
                found.append(price(TOKEN_METERS[field], amount, condition))
    return found


def objection(slug: str, kind: str, field: str, amount: Decimal | None) -> str | None:
    """Why a price cannot be taken, if so."""
    if field not in TOKEN_METERS:
        return "no meter of ours says this"
    if amount is None:
        return "not a number"
    if field not in PRICED.get(kind, ()):
        return f"{kind} is not billed by this number"
    if amount < 0:
        return "a negative number means unknown"
    if not amount and slug not in FREE:
        return "a zero, not known to be free"
    return "too high to be true" if amount > CEILING else None
