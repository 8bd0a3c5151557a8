"""Claims of OpenRouter's list of models (`/api/v1/models`): names, windows, media, what can be asked for, and its prices.

OpenRouter is a host. What it says of a maker's model stands under the maker's slug, last in the order of sources: its
price is shown, as OpenRouter's, only where nobody better has a price list. A model that it alone knows is made hidden.
Variants (`:free`, `:thinking`) and pointers are its own offers, and stand under `openrouter/`.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any

from catalog.sources import editorial
from catalog.sources.checks import checked
from catalog.sources.editorial import corrected
from catalog.sources.fetching import Unreadable, read_json
from catalog.sources.kinds import kind_of
from catalog.sources.models_dev import MAKERS
from catalog.sources.rows import Refusal, Row, another_name, attempt, claim, not_understood, number, price, slugged

KEY = "openrouter"
URL = "https://openrouter.ai/api/v1/models"
# Dollars per one of these -> (meter, how many of them our amounts are per).
METERS = {
    "prompt": ("input_tokens", 1_000_000),
    "completion": ("output_tokens", 1_000_000),
    "input_cache_read": ("cache_read_tokens", 1_000_000),
    "input_cache_write": ("cache_write_tokens", 1_000_000),
    "internal_reasoning": ("reasoning_tokens", 1_000_000),
    "audio": ("audio_input_tokens", 1_000_000),
    "audio_output": ("audio_output_tokens", 1_000_000),
    "image_output": ("image_tokens", 1_000_000),
    "request": ("requests", 1),
    "web_search": ("searches", 1),
}
CEILING = 1000
MEDIA = {"text": "text", "image": "image", "audio": "audio", "video": "video", "file": "pdf", "embeddings": "vector"}
TAKEN = {"image": "vision", "audio": "audio_in", "pdf": "pdf"}
# Listed where one of the hosts behind it takes it: a yes, and its absence is no no.
CAPABILITIES = {
    "tools": "tools", "structured_outputs": "json_schema", "response_format": "json_mode", "reasoning": "reasoning",
    "seed": "seed",
}  # fmt: skip
OWN_OFFER = re.compile(r"^~|:|^openrouter/")
READ = {"id", "name", "architecture", "context_length", "pricing", "supported_parameters", "hugging_face_id"}


def fetch(place: str | None) -> Any:
    return read_json(place or URL)


def providers(raw: Any) -> dict[str, tuple[str, str]]:
    return editorial.providers()


def translate(raw: Any, as_of: str) -> tuple[list[Row], list[Refusal]]:
    """Every model listed, or why it is left out. `raw` holds Decimals, never floats."""
    if not isinstance(raw, dict) or not isinstance(raw.get("data"), list):
        raise Unreadable("Not OpenRouter's list of models: no data.")
    refusals: list[Refusal] = []
    rows: dict[str, Row] = {}
    for place, entry in enumerate(raw["data"], 1):
        name = entry.get("id") if isinstance(entry, dict) else None
        made = attempt(partial(row, entry, as_of, refusals), str(name or f"row {place}")[:200], refusals)
        if made and rows.setdefault(made.slug, made) is not made:
            refusals.append(another_name(str(name), made.slug))
    good = [made._replace(hidden=True) for made in corrected(list(rows.values()), refusals)]
    entries = [entry for entry in raw["data"] if isinstance(entry, dict)]
    return [made for one in good if (made := checked(one, refusals))], refusals + not_understood(entries, READ)


def row(entry: dict[str, Any], as_of: str, refusals: list[Refusal]) -> Row:
    slug = slug_of(entry["id"])
    facts = _facts(slug, entry)
    prices = list(_prices(slug, entry["id"], entry.get("pricing") or {}, refusals))
    made = claim(KEY, as_of, f"https://openrouter.ai/{entry['id']}", facts, prices)
    return Row(slug, () if entry["id"] in (slug, slug.removeprefix("openrouter/")) else (entry["id"],), made)


def slug_of(name: str) -> str:
    if OWN_OFFER.search(name):
        return slugged("openrouter", name.removeprefix("openrouter/"))
    maker, _, model = name.partition("/")
    return slugged(MAKERS.get(maker.lower(), maker.lower()), model)


def _facts(slug: str, entry: dict[str, Any]) -> dict[str, Any]:
    taken, given = (_media(entry["architecture"], way) for way in ("input_modalities", "output_modalities"))
    kind = "embedding" if given == ["vector"] else kind_of(slug, taken, given)
    facts: dict[str, Any] = {"modality": kind}
    stated = {
        "name": _name(entry.get("name")), "context_window": entry.get("context_length"), "input_kinds": taken,
        "output_kinds": given, "open_weights": bool(entry.get("hugging_face_id")) or None,
    }  # fmt: skip
    facts |= {field: value for field, value in stated.items() if value}
    return facts | ({"capabilities": found} if kind == "chat" and (found := _capabilities(taken, entry)) else {})


def _media(architecture: dict[str, Any], way: str) -> list[str]:
    return [MEDIA[one] for one in architecture.get(way) or () if one in MEDIA]


def _name(text: Any) -> Any:
    """Without the maker before it: "Meta: Llama 4" is Llama 4."""
    return text.partition(": ")[2] or text if isinstance(text, str) else text


def _capabilities(taken: list[str], entry: dict[str, Any]) -> dict[str, bool]:
    found = {ours: True for field, ours in CAPABILITIES.items() if field in (entry.get("supported_parameters") or ())}
    return found | {ours: True for medium, ours in TAKEN.items() if medium in taken}


def _prices(slug: str, name: str, pricing: dict[str, Any], refusals: list[Refusal]) -> Iterator[dict[str, str]]:
    for field, value in pricing.items():
        meter, per = METERS.get(field, (None, 1))
        amount = number(value)
        reason = objection(name, meter, amount, per)
        if reason:
            refusals.append(Refusal(slug, f"pricing.{field}", f"{str(value)[:60]}: {reason}"))
        elif meter and amount is not None:
            yield price(meter, amount * per)


def objection(name: str, meter: str | None, amount: Decimal | None, per: int) -> str | None:
    """Why a price cannot be taken, if so."""
    if meter is None:
        return "no meter of ours says this"
    if amount is None:
        return "not a number"
    if amount < 0:
        return "a negative number means that it varies: unknown"
    if not amount and not name.endswith(":free"):
        return "a zero, not known to be free"
    return "too high to be true" if amount * per > CEILING else None
