"""What the list page tells around its results: what narrows it, pages, and ways out of an empty list."""

from dataclasses import replace
from typing import NamedTuple

from catalog.search.index import Found
from catalog.search.query import Query
from catalog.search.sorts import BY_PRICE, DEFAULT_SORT, OFFERED, SORTS
from catalog.snapshot import Snapshot

MOST_WORDS = 8  # that an empty list offers to leave out
PRESETS = (
    ("Cheapest with vision, tools and 200K", "modality=chat&capability=vision&capability=tools&context=200000&sort=price"),
    ("Open weights", "open_weights=yes"),
    ("Cheapest images", "modality=image&sort=price"),
    ("Free", "price=free"),
)


class Page(NamedTuple):
    number: int
    link: Query
    now: bool


def sorts(query: Query, typed: str = "") -> list[tuple[str, str, bool]]:
    """`(value, label, chosen)`. The usual order has no value: so text typed into the plain list is answered best match first,
    or in the order that the text names.
    """
    usual = typed if query.text else DEFAULT_SORT
    first = ("", SORTS[usual][0] if usual else "Best match", not query.sort)
    offered = [key for key in SORTS if key != usual and (key in OFFERED or key == query.sort)]
    return [first, *((key, SORTS[key][0], key == query.sort) for key in offered)]


def notes(now: Snapshot, found: Found) -> list[str]:
    """How a typed text was understood where that is more than its words, and how prices of several units are ordered."""
    reading, query = found.asked.reading, found.query
    told = [f"Nothing in “{query.text}” can be looked for; it leaves no model out."] if query.text and reading.empty else []
    told += [f"“{said}” is looked for as “{meant}”." for said, meant in reading.same if not said.startswith(meant)]
    told += [f"No model has “{term}”; shown for {' or '.join(words)}." for term, words in found.asked.slips.items()]
    told += [f"With a context of at least {reading.context:,} tokens."] if reading.context else []
    sort = query.sort or reading.sort
    told += [f"{SORTS[sort][0]}."] if reading.sort == sort != "" else []
    mixed = sort in BY_PRICE and len(query.chosen.get("modality") or kinds(now, found)) > 1
    return told + (["Prices of one unit stand together, the commonest unit first."] if mixed else [])


def kinds(now: Snapshot, found: Found) -> list[str]:
    """The modalities of the models that were found."""
    return [kind for kind, bits in now.index.bits["modality"].items() if bits & found.narrowed.bits]


def chips(now: Snapshot, query: Query) -> list[tuple[str, str]]:
    """Of every filter and limit what it is one of and what it asks for, in the order of `Query.narrowing`."""
    filters = [(facet.label, now.index.label(facet, value)) for facet, value in query.filters()]
    return filters + [(bound.named(query.basis), bound.words(text)) for bound, text in query.limits()]


def pages(query: Query, last: int) -> list[Page | None]:
    """Links to the pages of `near`."""
    return [number and Page(number, query.at(number), number == query.page) for number in near(query.page, last)]


def near(page: int, last: int) -> list[int | None]:
    """The first page, the last one and those near the present one; None where some are left out."""
    shown = sorted({1, last, *range(max(1, page - 2), min(last, page + 2) + 1)})
    found: list[int | None] = []
    for number, before in zip(shown, [0, *shown], strict=False):
        found += [number] if number == before + 1 else [None, number]
    return found


def ways_out(now: Snapshot, query: Query) -> list[tuple[str, Query, int]]:
    """For an empty list: each filter to drop with how many models that brings, the most first; where no single one helps,
    each filter alone.
    """
    wider = [] if query.served == "any" else [("Models that are not on this gateway too", query.looking("any"))]
    found = counted(now, wider + [(f"Without {label}", less) for label, less, _ in parts(now, query)])
    return found or counted(now, [(f"Only {label}", alone) for label, _, alone in parts(now, query)])


def parts(now: Snapshot, query: Query) -> list[tuple[str, Query, Query]]:
    """Every filter of a query in words, the query without it, and one with nothing else."""
    bare = replace(query, text="", chosen={}, bounds={}, page=1)
    found = [
        (f"{facet.label}: {now.index.label(facet, value)}", query.without(facet.key, value), bare.adding(facet.key, value))
        for facet, value in query.filters()
    ]
    for bound, text in query.limits():
        told = f"{bound.named(query.basis)}: {bound.words(text)}"
        found.append((told, query.unbound(bound.key), replace(bare, bounds={bound.key: text})))
    if query.text:
        found.append((f"“{query.text}”", replace(query, text="", page=1), replace(bare, text=query.text)))
    return found + words(query, bare)


def words(query: Query, bare: Query) -> list[tuple[str, Query, Query]]:
    """The first words of a text that has several, each as one that may be left out."""
    typed = query.text.split()
    texts = [(word, " ".join(typed[:n] + typed[n + 1 :])) for n, word in enumerate(typed[:MOST_WORDS])]
    found = [(f"the word “{word}”", replace(query, text=rest, page=1), replace(bare, text=word)) for word, rest in texts]
    return found if len(typed) > 1 else []


def counted(now: Snapshot, options: list[tuple[str, Query]]) -> list[tuple[str, Query, int]]:
    """The options that bring models, with how many."""
    found = [(label, query, now.index.narrowed(query).total) for label, query in options]
    return sorted((option for option in found if option[2]), key=lambda option: -option[2])
