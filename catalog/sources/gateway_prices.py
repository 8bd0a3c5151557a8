"""A gateway's own prices, in the forms that are met: ours, the unit in words, LiteLLM's fields, and OpenRouter's per token.

An amount without a unit is refused, since a guess would be wrong by a million. A negative number means unknown, and a
zero is free only where the form means it.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from catalog.costs import pricing
from catalog.sources.litellm_prices import CEILINGS, TOKEN_CEILING
from catalog.sources.litellm_prices import prices as litellm_prices
from catalog.sources.openrouter import METERS as PER_ONE
from catalog.sources.reference_site import METERS as BY_UNIT
from catalog.sources.rows import Refusal, number, price

PER_MILLION = re.compile(r"(?P<what>input|output|prompt|completion|cache_read|cached_input)_(cost_)?per_(1m|million)(_tokens)?")
WHAT = {
    "input": "input_tokens", "prompt": "input_tokens", "output": "output_tokens", "completion": "output_tokens",
    "cache_read": "cache_read_tokens", "cached_input": "cache_read_tokens",
}  # fmt: skip
FINEST = -12  # decimal places that a stored amount has

Stated = tuple[str, str | None, str, Any, int, bool]  # field, meter, condition, number, per how many, whether zero is free


def prices(slug: str, name: str, kind: str | None, said: dict[str, Any], refusals: list[Refusal]) -> list[dict[str, str]]:
    found: dict[tuple[str, str], Decimal] = {}
    for field, meter, condition, said_amount, per, free in stated(name, said.get("pricing") or said.get("prices")):
        amount = None if (one := number(said_amount)) is None else one * per
        if reason := objection(meter, condition, amount, free):
            if reason != "-":
                refusals.append(Refusal(slug, field[:80], f"{str(said_amount)[:40]}: {reason}"))
        elif meter and amount is not None:
            found.setdefault((meter, condition), amount)
    if not found and kind:
        return litellm_prices(slug, kind, costs(said), refusals)
    return [price(meter, amount, condition) for (meter, condition), amount in found.items()]


def costs(said: dict[str, Any]) -> dict[str, Any]:
    """LiteLLM's price fields that hold a number; it writes the others as null, or as a zero that it does not mean."""
    named = {key: value for key, value in said.items() if isinstance(key, str) and "cost" in key}
    return {key: value for key, value in named.items() if isinstance(value, int | Decimal) and value}


def stated(name: str, listed: Any) -> Iterator[Stated]:
    if isinstance(listed, list):
        yield from (line(one) for one in listed if isinstance(one, dict))
    if isinstance(listed, dict):
        unit = str(listed.get("unit") or "")
        for field, amount in listed.items():
            if field not in ("unit", "currency") and not isinstance(amount, dict | list | None):
                yield quoted(field, amount, unit, name.endswith(":free"))


def line(one: dict[str, Any]) -> Stated:
    """A line of a list: ours with a meter, or aigateway.sh's with a kind and a unit."""
    meter = str(one.get("meter"))
    if meter in pricing.METERS:
        return meter, meter, str(one.get("condition") or ""), one.get("amount"), 1, True
    kind, unit = str(one.get("kind") or one.get("type") or "price"), str(one.get("unit") or "")
    return kind, BY_UNIT.get((kind, unit)), "", one.get("usd", one.get("amount")), 1, False


def quoted(field: str, amount: Any, unit: str, free: bool) -> Stated:
    """A field of a table: dollars for one where it has OpenRouter's names, else the unit is in its name or beside it."""
    if field in PER_ONE:
        meter, per = PER_ONE[field]
        return field, meter, "", amount, per, free
    if found := PER_MILLION.fullmatch(field.lower()):
        return field, WHAT[found["what"]], "", amount, 1, free
    return field, BY_UNIT.get((field, unit)), "", amount, 1, free


def objection(meter: str | None, condition: str, amount: Decimal | None, free: bool) -> str:
    """Why a price cannot be taken, blank where it can; a hyphen where nothing is worth telling."""
    if amount is None:
        return "no number"
    if not amount and not free:
        return "-" if meter is None else "a zero, not known to be free"
    if meter is None:
        return "the unit is not stated, or is none of ours"
    if not pricing.is_condition(condition):
        return "a condition that is none of ours"
    if amount < 0:
        return "a negative number means unknown"
    if int(amount.normalize().as_tuple().exponent) < FINEST:
        return "finer than a price can be"
    return "too high to be true" if amount > CEILINGS.get(meter, TOKEN_CEILING) else ""
