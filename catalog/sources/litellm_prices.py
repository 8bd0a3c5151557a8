"""litellm's price fields in our meters: per million tokens, per thousand characters, per minute, per one.

Conversions are exact. What no meter or condition of ours can say (pixels, credits, cache kept for an hour, off-peak hours)
is left out and listed, and so are the zeros that fill fields which do not bill that kind of model.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from catalog.sources.rows import Refusal, number, price, whole

Statement = tuple[str, str | None, str, Decimal | None]  # upstream field, meter or None, condition, amount in our unit

# Upstream field -> (meter, how many of its units our amounts are per).
METERS = {
    "input_cost_per_token": ("input_tokens", 1_000_000),
    "output_cost_per_token": ("output_tokens", 1_000_000),
    "cache_read_input_token_cost": ("cache_read_tokens", 1_000_000),
    "input_cost_per_token_cache_hit": ("cache_read_tokens", 1_000_000),
    "cache_creation_input_token_cost": ("cache_write_tokens", 1_000_000),
    "output_cost_per_reasoning_token": ("reasoning_tokens", 1_000_000),
    "input_cost_per_audio_token": ("audio_input_tokens", 1_000_000),
    "output_cost_per_audio_token": ("audio_output_tokens", 1_000_000),
    "output_cost_per_image_token": ("image_tokens", 1_000_000),
    "input_cost_per_character": ("characters", 1_000),
    "output_cost_per_video_per_second": ("video_seconds", 1),
    "output_cost_per_image": ("images", 1),
    "input_cost_per_query": ("searches", 1),
    "input_cost_per_request": ("requests", 1),
    "ocr_cost_per_page": ("pages", 1),
}
# The same field means another meter for these kinds; the price of a song or a mesh stands in the image field.
METERS_BY_KIND = {
    ("transcription", "input_cost_per_second"): ("audio_minutes", 60),
    ("transcription", "output_cost_per_second"): ("audio_minutes", 60),
    ("video", "output_cost_per_second"): ("video_seconds", 1),
    ("speech", "output_cost_per_second"): ("audio_seconds", 1),
    ("image", "input_cost_per_image"): ("images", 1),
    ("music", "output_cost_per_image"): ("generations", 1),
    ("model_3d", "output_cost_per_image"): ("generations", 1),
    ("embedding", "input_cost_per_query"): ("requests", 1),
}
SENSIBLE = {  # the meters that can bill a kind at all; chat may be billed by any number of tokens
    "image": {"images", "input_tokens", "image_tokens", "output_tokens"},
    "image_edit": {"images", "input_tokens", "image_tokens", "output_tokens"},
    "video": {"video_seconds"},
    "speech": {"characters", "input_tokens", "output_tokens", "audio_output_tokens", "audio_seconds"},
    "transcription": {"audio_minutes", "audio_input_tokens", "input_tokens", "output_tokens"},
    "music": {"generations"},
    "model_3d": {"generations"},
    "embedding": {"input_tokens", "requests"},
    "rerank": {"input_tokens", "searches"},
    "moderation": {"input_tokens", "output_tokens"},
    "ocr": {"pages", "input_tokens", "output_tokens"},
}
# With the second stated, the first is the source's own estimate of it: "about $0.006 a minute".
ESTIMATES = {"images": "image_tokens", "audio_seconds": "audio_output_tokens", "audio_minutes": "audio_input_tokens"}
FREE = {"openai/omni-moderation-latest", "zai/glm-4.5-flash", "zai/glm-4.7-flash"}  # zero is their price, not a filler
# Dollars; a number above these is a slip.
CEILINGS = {"characters": 1, "audio_minutes": 1, "images": 5, "video_seconds": 5, "generations": 5, "pages": 1}
TOKEN_CEILINGS = {"embedding": 10, "rerank": 10, "moderation": 10}
TOKEN_CEILING = 1000

A_PRICE = re.compile(r"cost|pricing$")
CONDITIONED = re.compile(r"(?P<base>.+?)(_above_(?P<k>\d+)k_tokens)?(_(?P<service>batches|priority|flex))?$")
SIZED = re.compile(r"(?P<base>output_cost_per_(second|image))_(?P<size>480p|720p|768p|1080p|2k|4k)$", re.I)
SERVICES = {"batches": "batch", "priority": "priority", "flex": "flex"}


def prices(slug: str, kind: str, entry: dict[str, Any], refusals: list[Refusal]) -> list[dict[str, str]]:
    found: dict[tuple[str, str], Decimal] = {}
    for field, meter, condition, amount in stated(kind, entry):
        reason = objection(slug, kind, meter, amount)
        if meter and amount is not None and not reason and found.setdefault((meter, condition), amount) != amount:
            reason = "another amount for the same meter and condition"
        if reason:
            refusals.append(Refusal(slug, field, reason if amount is None else f"{amount.normalize():f}: {reason}"))
    drop_estimates(slug, found, refusals)
    return [price(meter, amount, condition) for (meter, condition), amount in found.items()]


def stated(kind: str, entry: dict[str, Any]) -> Iterator[Statement]:
    """Everything of an entry that is a price, the plain fields first."""
    for field, value in sorted(entry.items(), key=lambda item: (item[0] not in METERS, item[0])):
        if field == "tiered_pricing":
            yield from tiers(value)
        elif A_PRICE.search(field):
            base, condition = split(field)
            meter, per = METERS_BY_KIND.get((kind, base)) or METERS.get(base) or (None, 1)
            yield field, meter, condition, per_unit(value, per)


def tiers(listed: list[dict[str, Any]]) -> Iterator[Statement]:
    """Prices by prompt size: the first tier is the headline."""
    for tier in listed:
        floor = whole(tier["range"][0])
        for field in [one for one in tier if one in METERS]:
            meter, per = METERS[field]
            yield f"tiered_pricing.{field}", meter, f"prompt>{floor}" if floor else "", per_unit(tier[field], per)


def per_unit(value: object, per: int) -> Decimal | None:
    found = number(value)
    return None if found is None else found * per


def split(field: str) -> tuple[str, str]:
    """A field's base and our condition. What our grammar cannot say stays in the base, which then has no meter."""
    if sized := SIZED.match(field):
        return sized["base"], sized["size"].lower()
    parts = CONDITIONED.match(field)
    assert parts
    conditions = [SERVICES.get(parts["service"] or "", ""), f"prompt>{parts['k']}000" if parts["k"] else ""]
    return parts["base"], "+".join(filter(None, conditions))


def objection(slug: str, kind: str, meter: str | None, amount: Decimal | None) -> str | None:
    """Why a price cannot be taken, if so."""
    if meter is None:
        return "no meter or condition of ours says this"
    if amount is None:
        return "not a number"
    if amount < 0:
        return "a negative number means unknown"
    if meter not in SENSIBLE.get(kind, {meter}):
        return f"makes no sense for {kind}"
    if not amount and slug not in FREE:
        return "a filler zero, not known to be free"
    if amount > CEILINGS.get(meter, TOKEN_CEILINGS.get(kind, TOKEN_CEILING)):
        return "too high to be true"
    return None


def drop_estimates(slug: str, found: dict[tuple[str, str], Decimal], refusals: list[Refusal]) -> None:
    for meter, rival in ESTIMATES.items():
        for pair in [one for one in found if one[0] == meter and (rival, "") in found]:
            refusals.append(Refusal(slug, meter, f"{found.pop(pair):f}: the source's estimate of its own {rival}"))
