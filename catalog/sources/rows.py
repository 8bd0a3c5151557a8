"""What every source hands over: rows of claims, and what it would not say. Knows the form, not the facts."""

import re
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple


class Row(NamedTuple):
    """One source's claim about one model, under the catalog's slug."""

    slug: str
    aliases: tuple[str, ...]
    claim: dict[str, Any]


class Refusal(NamedTuple):
    """A statement of a source that is left out, and why."""

    slug: str
    field: str
    reason: str


SNAPSHOT = re.compile(r"[-.](20\d\d-?[01]\d-?[0-3]\d|latest)$")


def slugged(provider: str, upstream: str) -> str:
    """The public slug of an upstream id: lower case, no underscores; Anthropic's version digits take a dot."""
    name = upstream.lower().replace("_", "-")
    if provider == "anthropic":
        name = re.sub(r"(?<=-)(\d)-(\d)(?=-|$)", r"\1.\2", name)
    return f"{provider}/{name}"


def undated(slug: str) -> str:
    return SNAPSHOT.sub("", slug)


def one_per_model(rows: list[Row]) -> list[Row]:
    """Folds dated snapshots into the undated model where there is one; their facts are the snapshot's, so they go."""
    listed = {row.slug: row for row in rows}
    for slug, row in list(listed.items()):
        whole = listed.get(undated(slug))
        if whole and whole.slug != slug:
            listed[whole.slug] = whole._replace(aliases=tuple(sorted({*whole.aliases, slug, *row.aliases})))
            del listed[slug]
    return list(listed.values())


def claim(
    source: str,
    as_of: str,
    url: str | None,
    facts: dict[str, Any],
    prices: list[dict[str, str]] | None = None,
    doubts: dict[str, Any] | None = None,
) -> dict[str, Any]:
    made: dict[str, Any] = {"source": source, "as_of": as_of, "url": url, "facts": facts}
    if doubts:
        made["doubts"] = doubts
    if prices:
        made["prices"] = prices
    return made


def price(meter: str, amount: Decimal, condition: str = "") -> dict[str, str]:
    return {"meter": meter, "amount": exact(amount), "condition": condition}


def exact(amount: Decimal) -> str:
    """The number as people write it: no exponent, no trailing zeros."""
    return format(amount.normalize(), "f") if amount else "0"


def a_day(text: object) -> bool:
    """True for a full calendar date; sources also hold months and slips like 2025-25-11."""
    try:
        return isinstance(text, str) and len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


def web(url: object) -> str | None:
    return url if isinstance(url, str) and url.startswith("https://") else None
