"""Which of several claims of a fact is shown, and how a model takes it on.

A claim is what one source says. The best source wins, in the order of `SOURCES`; a person's edit is the claim of
"pin" and wins over all. A fact made of parts (capabilities, parameters) is settled part by part, and a part that is
pinned as null is unknown.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from catalog.endpoints import known, native
from catalog.models import Claim, Model
from catalog.vocabulary import SOURCES

RANK = {source: rank for rank, source in enumerate(SOURCES)}
PRICE = "price."

# Every fact of a model with the value that means unknown.
UNKNOWN: dict[str, Any] = {
    "name": "", "modality": None, "endpoints": None, "listed_endpoints": [], "family": "", "description": "",
    "context_window": None, "max_output": None, "dimensions": None, "input_kinds": None, "output_kinds": None,
    "capabilities": {}, "strengths": [], "use_cases": [], "parameters": {}, "status": "active", "released": None,
    "retires_on": None, "replacement": "", "open_weights": None, "knowledge_cutoff": "",
}  # fmt: skip
DATES = {"released", "retires_on"}


class Amount(NamedTuple):
    """A shown price and the claim it comes from."""

    amount: Decimal
    claim: Claim


def rank(source: str) -> tuple[int, str]:
    """Where a source stands among all, the best first."""
    return RANK.get(source, len(RANK)), source


def best_first(claims: Iterable[Claim]) -> list[Claim]:
    return sorted(claims, key=lambda claim: rank(claim.source))


def by_field(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    found: dict[str, list[Claim]] = defaultdict(list)
    for claim in best_first(claims):
        found[claim.field].append(claim)
    return found


def shown(claims: list[Claim]) -> Any:
    """The value that claims of one field (best first) settle on."""
    if isinstance(claims[0].value, dict):
        merged: dict[str, Any] = {}
        for claim in reversed(claims):
            merged |= claim.value or {}
        return {part: value for part, value in merged.items() if value is not None}
    return claims[0].value


def price_field(meter: str, condition: str) -> str:
    return f"{PRICE}{meter}@{condition}" if condition else PRICE + meter


def meter_and_condition(field: str) -> tuple[str, str]:
    meter, _, condition = field.removeprefix(PRICE).partition("@")
    return meter, condition


def facts(claims: Iterable[Claim]) -> dict[str, Any]:
    """Every fact of one model as its claims settle it, unknown where none speaks, in the types of the model's fields."""
    fields = by_field(claims)
    found = {name: shown(fields[name]) if name in fields else unknown for name, unknown in UNKNOWN.items()}
    for name in DATES:
        found[name] = date.fromisoformat(found[name]) if found[name] else None
    return found | endpoints(found)


def endpoints(found: dict[str, Any]) -> dict[str, list[str]]:
    """The endpoints a source states, else the modality's own; then those that a gateway merely lists."""
    stated = native(found["modality"]) if found["endpoints"] is None else known(found["endpoints"])
    listed = [key for key in known(found["listed_endpoints"]) if key not in stated]
    return {"endpoints": stated + listed, "listed_endpoints": listed}


def prices(claims: Iterable[Claim]) -> dict[tuple[str, str], Amount]:
    """`{(meter, condition): Amount}`; a pinned null makes a price unknown again."""
    fields = {field: found for field, found in by_field(claims).items() if field.startswith(PRICE)}
    return {
        meter_and_condition(field): Amount(Decimal(found[0].value), found[0])
        for field, found in fields.items()
        if found[0].value is not None
    }


def settle(model: Model, claims: Iterable[Claim]) -> dict[str, tuple[Any, Any]]:
    """Gives `model` its facts, unsaved, and tells what changed: `{field: (before, after)}`."""
    changed = {}
    for name, value in facts(claims).items():
        value = value or model.slug.rpartition("/")[2] if name == "name" else value
        if getattr(model, name) != value:
            changed[name] = (getattr(model, name), value)
            setattr(model, name, value)
    return changed
