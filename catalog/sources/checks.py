"""What a claim may hold: every fact in its type and its closed list of words, slugs and prices in their grammar.

The last step of every reader: what a source got wrong leaves here with a reason, and a bad field does not cost the row.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any

from catalog import controls
from catalog.costs.pricing import METERS, is_condition
from catalog.endpoints import ENDPOINTS
from catalog.sources.rows import PLACES, Refusal, Row, a_day, number
from catalog.vocabulary import CAPABILITIES, KINDS, MODALITIES, SLUG, STATUSES

DEAREST = 10**9
Fault = Callable[[Any], str | None]


def checked(row: Row, refusals: list[Refusal]) -> Row | None:
    """The row with the facts, prices and aliases that the catalog can hold, or None where its slug is none."""
    if fault := wrong_slug(row.slug) or (None if a_day(row.claim.get("as_of")) else "without the day as of which it is stated"):
        refusals.append(Refusal(str(row.slug)[:200], "model", fault))
        return None
    made = dict(row.claim)
    made["facts"] = {field: value for field, value in made["facts"].items() if not drop(row.slug, field, value, refusals)}
    if prices := [price for price in made.pop("prices", ()) if sound(row.slug, price, refusals)]:
        made["prices"] = prices
    made["url"] = made.get("url") if address(made.get("url")) else None
    made["doubts"] = made["doubts"] if made.get("doubts") and not settings(made["doubts"]) else {}
    return row._replace(claim=made, aliases=tuple(alias for alias in row.aliases if not wrong_slug(alias)))


def pages(names: Mapping[str, tuple[Any, Any]]) -> dict[str, tuple[str, str]]:
    """Names and addresses of providers that the catalog can hold."""
    return {slug: (name, url if address(url) else "") for slug, (name, url) in names.items() if name and not text(80)(name)}


def address(url: object) -> bool:
    return isinstance(url, str) and url.startswith(("https://", "http://")) and not text(500)(url)


def wrong_slug(slug: object) -> str | None:
    if not isinstance(slug, str):
        return "no text"
    if len(slug) > 200 or len(slug.partition("/")[0]) > 80:
        return "a longer name than the catalog has"
    if {".", ".."} & set(slug.split("/")):
        return "an address that leads elsewhere"
    return None if re.fullmatch(SLUG, slug) else "not two or more parts of letters, digits and . _ : ~ @ + - joined by a slash"


def drop(slug: str, field: str, value: Any, refusals: list[Refusal]) -> bool:
    known = value is None and field in NULLABLE
    fault = None if known else FACTS[field](value) if field in FACTS else "no fact of the catalog"
    if fault:
        refusals.append(Refusal(slug, field[:80], f"{shown(value)}: {fault}"))
    return bool(fault)


def sound(slug: str, price: dict[str, str], refusals: list[Refusal]) -> bool:
    fault = wrong_price(price["meter"], price["condition"], price["amount"])
    if fault:
        field = f"{price['meter']} {price['condition']}".strip()[:80]
        refusals.append(Refusal(slug, field, f"{shown(price['amount'])}: {fault}"))
    return not fault


def wrong_price(meter: str, condition: str, amount: object) -> str | None:
    found = Decimal(0) if amount is None else number(amount)  # pinned as unknown
    if meter not in METERS or len(condition) > 40 or not is_condition(condition):
        return "no meter or condition of ours says this"
    if found is None:
        return "not a number"
    if found < 0:
        return "a negative number means unknown"
    if found != found.quantize(PLACES):
        return "finer than twelve places"
    return "too high to be true" if found >= DEAREST else None


def shown(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=True, default=str)[:60]
    except (ValueError, RecursionError):
        return "a value nested too deeply"


def text(longest: int) -> Fault:
    def fault(value: Any) -> str | None:
        if not isinstance(value, str):
            return "not a text"
        if len(value) > longest:
            return f"longer than {longest:,} characters"
        return f"holds control characters ({found})" if (found := controls.named(value)) else None

    return fault


def one_of(words: Collection[str]) -> Fault:
    return lambda value: None if isinstance(value, str) and value in words else f"not one of {', '.join(words)}"


def some_of(words: Collection[str]) -> Fault:
    def fault(value: Any) -> str | None:
        known = isinstance(value, list) and all(isinstance(one, str) and one in words for one in value)
        return None if known else f"not a list of {', '.join(words)}"

    return fault


def texts(value: Any) -> str | None:
    return None if isinstance(value, list) and not any(text(500)(one) for one in value) else "not a list of short texts"


def count(largest: int) -> Fault:
    def fault(value: Any) -> str | None:
        whole = isinstance(value, int) and not isinstance(value, bool)
        return None if whole and 0 < value <= largest else f"not a whole number from 1 to {largest:,}"

    return fault


def yes_or_no(value: Any) -> str | None:
    return None if isinstance(value, bool) else "neither yes nor no"


def abilities(value: Any) -> str | None:
    known = isinstance(value, dict) and all(key in CAPABILITIES and can in (True, False, None) for key, can in value.items())
    return None if known else "not an object of known capabilities with yes or no"


def settings(value: Any) -> str | None:
    try:
        held = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        held = ""
    sane = isinstance(value, dict) and 0 < len(held) < 100_000
    return None if sane and "\\u0000" not in held and not controls.named(held) else "not an object of a sane size"


def day(value: Any) -> str | None:
    return None if a_day(value) else "not a date"


def month(value: Any) -> str | None:
    known = isinstance(value, str) and (a_day(value) or re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2]))?", value))
    return None if known else "neither a month nor a date"


FACTS: dict[str, Fault] = {
    "name": text(200), "modality": one_of(MODALITIES), "endpoints": some_of(ENDPOINTS),
    "listed_endpoints": some_of(ENDPOINTS), "family": text(80), "description": text(20_000),
    "context_window": count(10**12), "max_output": count(10**12), "dimensions": count(10**6),
    "input_kinds": some_of(KINDS), "output_kinds": some_of(KINDS), "capabilities": abilities,
    "strengths": texts, "use_cases": texts, "parameters": settings, "status": one_of(STATUSES), "released": day,
    "retires_on": day, "replacement": text(200), "open_weights": yes_or_no, "knowledge_cutoff": month,
}  # fmt: skip
# Facts that may be stated to be unknown; for texts and lists that is to say nothing.
NULLABLE = {
    "modality", "endpoints", "input_kinds", "output_kinds", "context_window", "max_output", "dimensions", "released",
    "retires_on", "open_weights",
}  # fmt: skip
