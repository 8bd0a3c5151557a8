"""What the list page shows around its results: heads that sort, chips that remove, pages, and ways out of an empty list."""

from dataclasses import replace
from typing import Any, NamedTuple

from catalog.search.facets import FACETS
from catalog.search.index import Asked
from catalog.search.query import Query
from catalog.search.sorts import DEFAULT_SORT, OFFERED, SORTS
from catalog.snapshot import Snapshot


class Column(NamedTuple):
    """A head of the table. `link` is the query that a click asks for, `now` the present order (`aria-sort`)."""

    label: str
    css: str = ""
    link: Query | None = None
    now: str = ""


class Page(NamedTuple):
    number: int
    link: Query
    now: bool


class Chip(NamedTuple):
    facet: str
    label: str
    less: Query


def listing(now: Snapshot, query: Query, errors: list[str]) -> dict[str, Any]:
    """The context of the list page."""
    found = now.index.search(query)
    return {
        "snapshot": now, "found": found, "cards": found.cards, "query": found.query, "errors": errors, "facets": FACETS,
        "sorts": sorts(query), "notes": notes(found.asked), "last": found.start + len(found.cards) - 1,
        "columns": columns(found.query), "chips": chips(now, query), "textless": replace(query, text="", page=1),
        "pages": pages(found.query, found.pages), "ways_out": [] if found.total else ways_out(now, query),
    }  # fmt: skip


def sorts(query: Query) -> list[tuple[str, str, bool]]:
    """`(value, label, chosen)`. The usual order has no value: so text typed into the plain list is answered best match first."""
    usual = "" if query.text else DEFAULT_SORT
    first = ("", SORTS[usual][0] if usual else "Best match", not query.sort)
    offered = [key for key in SORTS if key != usual and (key in OFFERED or key == query.sort)]
    return [first, *((key, SORTS[key][0], key == query.sort) for key in offered)]


def notes(asked: Asked) -> list[str]:
    """How a typed text was understood where that is more than its words."""
    reading = asked.reading
    found = [f"No model has “{term}”; shown for {' or '.join(words)}." for term, words in asked.slips.items()]
    found += [f"With a context of at least {reading.context:,} tokens."] if reading.context else []
    return found + ([f"{SORTS[reading.sort][0]}."] if reading.sort else [])


def columns(query: Query | None) -> list[Column]:
    """The heads of a table of models; those of a list that is no query do not sort."""
    return [
        head(query, "Model", "", "name"), Column("Modality", "mod"), Column("Can do", "caps"),
        head(query, "Context", "ctx n", "context", "-"), head(query, "Price", "n", "price"),
        head(query, "Output", "n o", "output"), Column("Per", "per"), head(query, "Released", "day", "released", "-"),
    ]  # fmt: skip


def head(query: Query | None, label: str, css: str, key: str, first: str = "") -> Column:
    """A sortable head: a click asks for the natural direction `first` ("" up, "-" down), a second one for the other."""
    if query is None:
        return Column(label, css)
    now = query.sort or ("" if query.text else DEFAULT_SORT)
    other = "" if first else "-"
    order = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    asked = f"{other if now == first + key else first}{key}"
    return Column(label, css, query.sorted_by(asked), order)


def chips(now: Snapshot, query: Query) -> list[Chip]:
    filters = [
        Chip(facet.label, now.index.label(facet, value), query.without(facet.key, value)) for facet, value in query.filters()
    ]
    return filters + [Chip(bound.label, bound.words(text), query.unbound(bound.key)) for bound, text in query.limits()]


def pages(query: Query, last: int) -> list[Page | None]:
    """Links to the first, the last and the near pages; None where some are left out."""
    near = [n for n in range(1, last + 1) if n in (1, last) or abs(n - query.page) <= 2]
    found: list[Page | None] = []
    for place, number in enumerate(near):
        if place and number - near[place - 1] > 1:
            found.append(None)
        found.append(Page(number, query.at(number), number == query.page))
    return found


def ways_out(now: Snapshot, query: Query) -> list[tuple[str, Query, int]]:
    """For an empty list: each filter to drop with how many models that brings, the most first; none that brings none."""
    options = [(f"{chip.facet}: {chip.label}", chip.less) for chip in chips(now, query)]
    if query.text:
        options.append((f"“{query.text}”", replace(query, text="", page=1)))
    counted = [(label, less, now.index.search(less).total) for label, less in options]
    return sorted((option for option in counted if option[2]), key=lambda option: -option[2])
