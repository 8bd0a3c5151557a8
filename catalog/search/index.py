"""The models of one snapshot, ready to be found: facets as bit sets, names as words.

Every value of every facet is one integer whose bits are the models that have it; a page is a few ANDs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.http import QueryDict

from catalog.search.facets import FACETS, Facet
from catalog.search.query import Query, parse
from catalog.search.sorts import DEFAULT_SORT, SORTS
from catalog.search.words import closeness, searchable, terms

if TYPE_CHECKING:
    from catalog.snapshot import Card, Group, Snapshot

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Count:
    """One value of a facet: `own` models have it under the other filters; `total` is what choosing it too would give."""

    value: str
    label: str
    own: int
    total: int
    on: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A page of results. `start` is the first one's place, from 1."""

    query: Query
    cards: tuple[Card, ...]
    total: int
    pages: int
    start: int
    facets: dict[str, list[Count]]


class Index:
    """Facets as bit sets and the words of every model, for one snapshot."""

    def __init__(self, cards: tuple[Card, ...]):
        self.cards = cards
        self.everything = (1 << len(cards)) - 1
        self.bits = {facet.key: bit_sets(cards, facet) for facet in FACETS}
        self.texts = [searchable(card) for card in cards]
        self.names = {card.provider: card.provider_name for card in cards}

    def search(self, query: Query, size: int = PAGE_SIZE) -> Found:
        text = self.matching(query.text)
        parts = {facet.key: self.part(facet, query.chosen.get(facet.key, ())) for facet in FACETS}
        cards = self.order(intersect([text, *parts.values()]), query)
        pages = max(1, -(-len(cards) // size))
        page = min(query.page, pages)
        start = (page - 1) * size
        facets = {facet.key: self.counts(facet, query, text, parts) for facet in FACETS}
        return Found(query.at(page), tuple(cards[start : start + size]), len(cards), pages, start + 1, facets)

    def matching(self, text: str) -> int:
        """The models in which every word of `text` begins a word, or stands when blanks and marks are left out."""
        found = self.everything
        for term in terms(text):
            found &= sum(1 << n for n, (words, squashed) in enumerate(self.texts) if f" {term}" in words or term in squashed)
        return found

    def part(self, facet: Facet, values: Iterable[str]) -> int:
        sets = [self.bits[facet.key].get(value, 0) for value in values]
        if not sets:
            return self.everything
        return intersect(sets) if facet.all_must_hold else union(sets)

    def counts(self, facet: Facet, query: Query, text: int, parts: dict[str, int]) -> list[Count]:
        others = intersect([text, *(bits for key, bits in parts.items() if key != facet.key)])
        chosen = query.chosen.get(facet.key, ())
        found = [self.count(facet, value, others, chosen, parts[facet.key]) for value in self.values(facet)]
        return [count for count in found if count.own or count.on]

    def count(self, facet: Facet, value: str, others: int, chosen: tuple[str, ...], part: int) -> Count:
        bits = self.bits[facet.key].get(value, 0)
        if facet.all_must_hold:
            own = total = others & part & bits
        else:
            own, total = others & bits, others & (part | bits if chosen else bits)
        label = self.names.get(value, value) if facet.key == "provider" else facet.label_of(value)
        return Count(value, label, own.bit_count(), total.bit_count(), value in chosen)

    def values(self, facet: Facet) -> list[str]:
        """A facet's values in the order to show them: as its labels say, else years backwards, else the largest first."""
        have = self.bits[facet.key]
        if facet.key == "released":
            return sorted(have, key=lambda year: (year == "unknown", [-int(c) for c in year if c.isdigit()]))
        if facet.labels:
            return [value for value in facet.labels if value in have]
        return sorted(have, key=lambda value: (-have[value].bit_count(), value))

    def order(self, bits: int, query: Query) -> list[Card]:
        cards = [card for n, card in enumerate(self.cards) if bits >> n & 1]
        sort = query.sort or ("" if query.text else DEFAULT_SORT)
        if not sort:
            return sorted(cards, key=lambda card: closeness(card, query.text))
        value = SORTS[sort][1]
        known = sorted((c for c in cards if value(c) is not None), key=value, reverse=sort.startswith("-"))
        return known + [card for card in cards if value(card) is None]


def bit_sets(cards: tuple[Card, ...], facet: Facet) -> dict[str, int]:
    found: dict[str, int] = {}
    for n, card in enumerate(cards):
        for value in facet.values(card):
            found[value] = found.get(value, 0) | 1 << n
    return found


def intersect(sets: list[int]) -> int:
    found = sets[0]
    for bits in sets[1:]:
        found &= bits
    return found


def union(sets: list[int]) -> int:
    found = 0
    for bits in sets:
        found |= bits
    return found


def members(snapshot: Snapshot, group: Group) -> Group:
    """A collection with the models that its rule finds, or the listed ones that were put in by hand."""
    if not group.rule:
        return replace(group, members=tuple(slug for slug in group.members if slug in snapshot.by_slug))
    query, _ = parse(QueryDict(group.rule), snapshot.index)
    return replace(group, members=tuple(card.slug for card in snapshot.index.search(query, len(snapshot.cards) or 1).cards))
