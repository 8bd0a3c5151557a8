"""What every source hands over: rows of claims, and what it would not say. Knows the form, not the facts."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple


class Row(NamedTuple):
    """One source's claim about one model, under the catalog's slug."""

    slug: str
    aliases: tuple[str, ...]
    claim: dict[str, Any]
    upstream_id: str = ""  # sent to the gateway as it is; only a gateway states it
    hidden: bool = False  # a model that this row makes is hidden: a host's or reseller's listing, or one that has ended


class Refusal(NamedTuple):
    """A statement of a source that is left out, and why."""

    slug: str  # blank: said of the whole file
    field: str  # "model": the whole row; "alias": the row is another name of a row that is stated
    reason: str


def legible(refusal: Refusal) -> Refusal:
    """One that terminals and tables can hold: a source may call a model by anything."""
    return Refusal(*("".join(mark if mark.isprintable() else "\ufffd" for mark in text) for text in refusal))


PLACES = Decimal("1e-12")
LONGEST = 24  # digits before or behind the point
SNAPSHOT = re.compile(r"[-.](20\d\d-?[01]\d-?[0-3]\d|latest)$")


def slugged(provider: str, upstream: str) -> str:
    """The public slug of an upstream id: lower case, no underscores; Anthropic's version digits take a dot."""
    name = upstream.lower().replace("_", "-")
    if provider == "anthropic":
        name = re.sub(r"(?<=-)(\d)-(\d)(?=-|$)", r"\1.\2", name)
    return f"{provider}/{name}"


def undated(slug: str) -> str:
    return SNAPSHOT.sub("", slug)


def one_per_model(rows: list[Row], refusals: list[Refusal]) -> list[Row]:
    """Folds dated snapshots into the undated model where there is one; their facts are the snapshot's, so they go."""
    listed = {row.slug: row for row in rows}
    for slug, row in list(listed.items()):
        whole = listed.get(undated(slug))
        if whole and whole.slug != slug:
            listed[whole.slug] = whole._replace(aliases=tuple(sorted({*whole.aliases, slug, *row.aliases})))
            refusals.append(another_name(slug, whole.slug))
            del listed[slug]
    return list(listed.values())


def another_name(slug: str, whole: str) -> Refusal:
    return Refusal(slug, "alias", f"another name of {whole}, whose own row speaks")


def not_understood(entries: Iterable[Mapping[str, Any]], known: Collection[str]) -> list[Refusal]:
    """The fields of a file that its reader does not look at, with how often they are there."""
    counts = Counter(field for entry in entries for field in entry if field not in known)
    return [Refusal("", str(field)[:80], f"not understood, in {count:,} rows") for field, count in counts.most_common()]


def attempt[Made](make: Callable[[], Made], slug: str, refusals: list[Refusal]) -> Made | None:
    """What `make` makes of one row; a row of another shape than its source's is refused, and the rest goes on."""
    try:
        return make()
    except KeyError as fault:
        refusals.append(Refusal(slug, "model", f"without {fault}"))
    except (TypeError, AttributeError, ValueError, IndexError, ArithmeticError, RecursionError) as fault:
        refusals.append(Refusal(slug, "model", f"not of the shape of its source: {str(fault)[:200]}"))
    return None


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
    """A stored amount has twelve places: what a source's floating point adds behind them goes."""
    return {"meter": meter, "amount": exact(amount.quantize(PLACES)), "condition": condition}


def number(value: object) -> Decimal | None:
    """The number that a source states, as it is or as text; None for what is no number, or of no sane size."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        found = Decimal(value)
    except (InvalidOperation, ValueError):
        return None
    return found if found.is_finite() and abs(found.adjusted()) < LONGEST else None


def whole(value: object) -> int:
    """A count, whichever way the source writes it."""
    found = number(value)
    if found is None or found % 1:
        raise ValueError(f"not a whole number: {str(value)[:60]}")
    return int(found)


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
