"""What the list page shows around its results: chips that remove, pages, and ways out of an empty list."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from catalog.cards import Card
from catalog.pages.columns import cells, columns
from catalog.search.bounds import BOUNDS, Bound
from catalog.search.facets import FACETS
from catalog.search.index import NOTHING, Asked, Found
from catalog.search.query import BASES, WHERE, Query
from catalog.search.sorts import BY_PRICE, DEFAULT_SORT, OFFERED, SORTS
from catalog.snapshot import Snapshot

MOST_WORDS = 8  # that an empty list offers to leave out
PLACES = {
    "price": ("input_min", "input_max"), "context": ("context_min", "context_max"), "released": ("released_from", "released_to"),
}  # fmt: skip
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


class Chip(NamedTuple):
    facet: str
    label: str
    less: Query


def listing(now: Snapshot, query: Query, errors: list[str]) -> dict[str, Any]:
    """The context of the list page."""
    found = now.index.search(query)
    return {
        "snapshot": now, "found": found, "query": found.query, "errors": errors, "facets": FACETS, "ranges": ranges(query), "counts": now.index.facets(found),
        "unseen": [key for key in query.bounds if key.endswith("_within")],
        "sorts": sorts(query, found.asked.reading.sort), "notes": notes(now, found), "last": found.start + len(found.cards) - 1,
        "chips": chips(now, query), "textless": replace(query, text="", page=1), "presets": PRESETS,
        "pages": pages(found.query, found.pages), "ways_out": [] if found.total else ways_out(now, query),
        "views": [("Table", query.shown_as(""), not query.view), ("Cards", query.shown_as("cards"), query.view == "cards")],
        "wheres": wheres(now, found),
        "bases": [(key, label, query.priced(key)) for key, label in BASES.items()],
        **table(found.query, found.cards, query.chosen.get("modality", ()), found.asked),
    }  # fmt: skip


def wheres(now: Snapshot, found: Found) -> list[tuple[str, int, Query, bool]]:
    """`(label, models, link, chosen)` of where to look, once a gateway has said what it serves."""
    keys = [key for key in WHERE if key != "no" or found.query.served == "no"] if now.synced else []
    return [(WHERE[key], found.narrowed.where[key], found.query.looking(key), found.query.served == key) for key in keys]


def table(query: Query, cards: Sequence[Card], modalities: Iterable[str | None], asked: Asked = NOTHING) -> dict[str, Any]:
    """What `catalog/table.html` shows: models in the columns of their modalities, with the words that found them."""
    shown = cells(modalities)
    return {
        "cards": cards, "cells": (*shown, "about") if query.view == "cards" else shown, "as_cards": query.view == "cards",
        "columns": columns(query, shown, asked.reading.sort), "terms": tuple(asked.terms), "basis": query.basis,
        "caption": f"{BASES[query.basis]} prices in US dollars.",
    }  # fmt: skip


def ranges(query: Query) -> dict[str, list[tuple[Bound, str, str]]]:
    """Under which facet two limits are typed, each with its name and what was typed."""
    return {
        place: [(bound, bound.named(query.basis), query.bounds.get(bound.key, "")) for bound in map(BOUNDS.__getitem__, keys)]
        for place, keys in PLACES.items()
    }


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


def chips(now: Snapshot, query: Query) -> list[Chip]:
    filters = [
        Chip(facet.label, now.index.label(facet, value), query.without(facet.key, value)) for facet, value in query.filters()
    ]
    limits = [Chip(bound.named(query.basis), bound.words(text), query.unbound(bound.key)) for bound, text in query.limits()]
    return filters + limits


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
    found = [(label, query, now.index.search(query).total) for label, query in options]
    return sorted((option for option in found if option[2]), key=lambda option: -option[2])
