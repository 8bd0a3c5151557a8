"""Which of several claims of a fact is shown, and how a model takes it on.

A claim is what one source says. The best source wins, in the order that `Source` rows give; a person's edit is the claim
of "pin" and wins over all. A fact made of parts (capabilities, parameters) is settled part by part, and a part that is
pinned as null is unknown. Prices come from the best source's whole list.

`ranks` is `Source.ranks()`, asked once an operation; left out, each call asks.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from catalog.endpoints import known, native
from catalog.models import Model, Source
from catalog.vocabulary import PIN

PRICE = "price."
Ranks = Mapping[str, int]

# Every fact of a model with the value that means unknown.
UNKNOWN: dict[str, Any] = {
    "name": "", "modality": None, "endpoints": None, "listed_endpoints": [], "family": "", "description": "",
    "context_window": None, "max_output": None, "dimensions": None, "input_kinds": None, "output_kinds": None,
    "capabilities": {}, "strengths": [], "use_cases": [], "parameters": {}, "status": "active", "released": None,
    "retires_on": None, "replacement": "", "open_weights": None, "knowledge_cutoff": "",
}  # fmt: skip
DATES = {"released", "retires_on"}


class Said(Protocol):
    """A claim, whether it is a row or not yet one."""

    field: str
    value: Any
    source: str
    as_of: date
    url: str


class Amount[S: Said](NamedTuple):
    """A shown price and the claim it comes from."""

    amount: Decimal
    claim: S


def rank(source: str, ranks: Ranks) -> tuple[int, str]:
    """Where a source stands among all, the best first; one that has no place comes last."""
    return ranks.get(source, LAST), source


LAST = 2**16


def by_field[S: Said](claims: Iterable[S], ranks: Ranks | None = None) -> dict[str, list[S]]:
    """The claims of each field, best first."""
    places = Source.ranks() if ranks is None else ranks
    found: dict[str, list[S]] = defaultdict(list)
    for claim in sorted(claims, key=lambda claim: rank(claim.source, places)):
        found[claim.field].append(claim)
    return found


def shown(claims: list) -> Any:
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


def facts(claims: Iterable[Said], ranks: Ranks | None = None) -> dict[str, Any]:
    """Every fact of one model as its claims settle it, unknown where none speaks, in the types of the model's fields."""
    fields = by_field(claims, ranks)
    found = {name: shown(fields[name]) if name in fields else unknown for name, unknown in UNKNOWN.items()}
    for name in DATES:
        found[name] = date.fromisoformat(found[name]) if found[name] else None
    return found | endpoints(found)


def endpoints(found: dict[str, Any]) -> dict[str, list[str]]:
    """The endpoints a source states, else the modality's own; then those that a gateway merely lists."""
    stated = native(found["modality"]) if found["endpoints"] is None else known(found["endpoints"])
    listed = [key for key in known(found["listed_endpoints"]) if key not in stated]
    return {"endpoints": stated + listed, "listed_endpoints": listed}


def prices[S: Said](claims: Iterable[S], ranks: Ranks | None = None) -> dict[tuple[str, str], Amount[S]]:
    """`{(meter, condition): Amount}`: the list of the best source that has one, and pins laid over its lines.

    A lesser source may dispute a line, not add one: its tiers do not fit the prices of another. A pinned null is unknown.
    """
    places = Source.ranks() if ranks is None else ranks
    stated = sorted((c for c in claims if c.field.startswith(PRICE)), key=lambda claim: rank(claim.source, places))
    best = next((claim.source for claim in stated if claim.source != PIN and claim.value is not None), PIN)
    lines: dict[str, S] = {}
    for claim in stated:
        if claim.source in (PIN, best):
            lines.setdefault(claim.field, claim)
    return {
        meter_and_condition(field): Amount(Decimal(claim.value), claim)
        for field, claim in lines.items()
        if claim.value is not None
    }


def settle(model: Model, claims: Iterable[Said], ranks: Ranks | None = None) -> dict[str, tuple[Any, Any]]:
    """Gives `model` its facts, unsaved, and tells what changed: `{field: (before, after)}`."""
    changed = {}
    for name, value in facts(claims, ranks).items():
        value = value or model.slug.rpartition("/")[2] if name == "name" else value
        if getattr(model, name) != value:
            changed[name] = (getattr(model, name), value)
            setattr(model, name, value)
    return changed
