"""The models of one snapshot, ready to be found: facets as bit sets, names as words.

Every value of every facet is one integer whose bits are the models that have it; a page is a few ANDs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from catalog.cards import Card, Group
from catalog.search.bits import bits_of, intersect, places_in, set_of, union
from catalog.search.facets import FACETS, Facet
from catalog.search.orders import Order
from catalog.search.query import Query
from catalog.search.sorts import DEFAULT_SORT
from catalog.search.words import Reading, Words, alike, closeness, read, vocabulary, words_of

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
class Asked:
    """A typed text as it was answered: `meant` has for every word those that were looked for, more than itself after a slip."""

    reading: Reading
    meant: dict[str, list[str]]
    bits: int

    @property
    def terms(self) -> list[str]:
        return [word for words in self.meant.values() for word in words]

    @property
    def slips(self) -> dict[str, list[str]]:
        return {term: words for term, words in self.meant.items() if words != [term]}


class Ordered(NamedTuple):
    """What a query finds, and the order it stands in; None: by how near each match is."""

    bits: int
    order: Order | None
    query: Query
    asked: Asked


NOTHING = Asked(Reading(), {}, 0)


@dataclass(frozen=True, slots=True)
class Found:
    """A page of results. `start` is the first one's place, from 1; `where` is what each choice of `WHERE` would give."""

    query: Query
    cards: tuple[Card, ...]
    total: int
    pages: int
    start: int
    facets: dict[str, list[Count]]
    asked: Asked
    where: dict[str, int]


class Index:
    """Facets as bit sets and the words of every model, for one snapshot on one day."""

    def __init__(self, cards: tuple[Card, ...], day: date):
        here, elsewhere = (bits_of([card.served is served for card in cards]) for served in (True, False))
        words = [words_of(card) for card in cards]
        self.hold(cards, places_of(cards), day, {facet.key: bit_sets(cards, facet) for facet in FACETS}, here, elsewhere)
        self.learn(words, vocabulary(words))
        self.orders: dict[str, Order] = {}

    def hold(
        self, cards: tuple[Card, ...], places: dict[str, int], day: date, bits: dict[str, dict[str, int]], here: int,
        elsewhere: int,
    ) -> None:  # fmt: skip
        """Takes the cards with the sets of every facet's values, of those that are served and of those that are not."""
        self.cards = cards
        self.places = places
        self.day = day
        self.bits = bits
        self.everything = (1 << len(cards)) - 1
        self.where = {"yes": here, "no": elsewhere, "any": self.everything}
        self.usual = "yes" if here else "any"
        self.labels = {facet.key: dict(facet.labels or {}) for facet in FACETS}
        self.labels["provider"] = {card.provider: card.provider_name for card in cards}

    def learn(self, words: list[Words], known: list[str]) -> None:
        self.words = words
        self.vocabulary = known

    def collect(self, groups: Iterable[Group], sets: Mapping[str, int]) -> None:
        """Makes a facet of collections, whose members are found by this index and so can only be known after it.

        `sets` are those that are known already.
        """
        for group in groups:
            known = sets.get(group.slug)
            bits = set_of(map(self.places.__getitem__, group.members), len(self.cards)) if known is None else known
            self.bits["collection"][group.slug] = bits
            self.labels["collection"][group.slug] = group.name

    def search(self, query: Query, size: int = PAGE_SIZE) -> Found:
        asked = self.ask(query.text)
        anywhere = asked.bits & self.within(query)
        rest = anywhere & self.where[query.served]
        parts = {facet.key: self.part(facet, query.chosen.get(facet.key, ())) for facet in FACETS}
        bits = intersect([rest, *parts.values()])
        total = bits.bit_count()
        pages = max(1, -(-total // size))
        page = min(query.page, pages)
        start = (page - 1) * size
        facets = {facet.key: self.counts(facet, query, rest, parts) for facet in FACETS}
        where = {key: intersect([anywhere, bits, *parts.values()]).bit_count() for key, bits in self.where.items()}
        cards = tuple(self.cards[n] for n in self.order(bits, query, asked, start, size))
        return Found(query.at(page), cards, total, pages, start + 1, facets, asked, where)

    def ordered(self, query: Query) -> Ordered:
        """What `search` finds on all its pages together, not counted."""
        asked = self.ask(query.text)
        parts = [self.part(facet, query.chosen.get(facet.key, ())) for facet in FACETS]
        bits = intersect([asked.bits & self.within(query), self.where[query.served], *parts])
        sort = self.sort_of(query, asked)
        return Ordered(bits, self.sorted(sort) if sort else None, query, asked)

    def slugs(self, found: Ordered, size: int) -> tuple[str, ...]:
        """The first `size` of what was found."""
        return tuple(self.cards[n].slug for n in self.order(found.bits, found.query, found.asked, 0, size))

    def opening(self, **asked: Any) -> Query:
        """A query for the models that lists open on."""
        return Query(**asked, served=self.usual, usual=self.usual)

    def everywhere(self, query: Query) -> Query:
        """A query for all models, whose address says so where it must."""
        return replace(query, served="any", usual=self.usual)

    def ask(self, text: str) -> Asked:
        """The models that have every word of `text`; a word that nobody has is looked for as a slip of the pen.

        Where the text asks for an order, so that the best match is not the first, a word in a description is too little.
        """
        reading = read(text)
        found, meant = self.everything, {}
        for term in reading.terms:
            bits, meant[term] = self.matching(term, not reading.sort) or self.matching(term), [term]
            if not bits and (near := alike(term, self.vocabulary)):
                bits, meant[term] = union([self.matching(word) for word in near]), near
            found &= bits
        if reading.context:
            found &= bits_of([(card.context_window or 0) >= reading.context for card in self.cards])
        return Asked(reading, meant, found)

    def matching(self, term: str, described: bool = True) -> int:
        return bits_of([words.match(term, described) for words in self.words])

    def within(self, query: Query) -> int:
        """The models within every typed limit."""
        limits = [(bound, bound.kind.read(text)) for bound, text in query.limits()]
        tests = [bits_of([bound.met(card, limit, self.day, query.basis) for card in self.cards]) for bound, limit in limits]
        return intersect([self.everything, *tests])

    def part(self, facet: Facet, values: Iterable[str]) -> int:
        sets = [self.bits[facet.key].get(value, 0) for value in values]
        if not sets:
            return self.everything
        return intersect(sets) if facet.all_must_hold else union(sets)

    def counts(self, facet: Facet, query: Query, rest: int, parts: dict[str, int]) -> list[Count]:
        others = intersect([rest, *(bits for key, bits in parts.items() if key != facet.key)])
        chosen = query.chosen.get(facet.key, ())
        found = [self.count(facet, value, others, chosen, parts[facet.key]) for value in self.values(facet)]
        return [count for count in found if count.own or count.on]

    def count(self, facet: Facet, value: str, others: int, chosen: tuple[str, ...], part: int) -> Count:
        bits = self.bits[facet.key].get(value, 0)
        if facet.all_must_hold:
            own = total = others & part & bits
        else:
            own, total = others & bits, others & (part | bits if chosen else bits)
        return Count(value, self.label(facet, value), own.bit_count(), total.bit_count(), value in chosen)

    def label(self, facet: Facet, value: str) -> str:
        return self.labels[facet.key].get(value, value)

    def values(self, facet: Facet) -> list[str]:
        """A facet's values in the order to show them: as its labels say, else years backwards, else the largest first."""
        have = self.bits[facet.key]
        if facet.key == "released":
            return sorted(have, key=lambda year: (year == "unknown", [-int(c) for c in year if c.isdigit()]))
        if facet.labels:
            return [value for value in facet.labels if value in have]
        return list(have) if facet.key == "collection" else sorted(have, key=lambda value: (-have[value].bit_count(), value))

    def order(self, bits: int, query: Query, asked: Asked, start: int, size: int) -> list[int]:
        """The places of a page's models among the cards."""
        if sort := self.sort_of(query, asked):
            return self.sorted(sort).part(bits, start, size)
        text = "".join(words[0] for words in asked.meant.values())
        near = [(closeness(self.cards[n], self.words[n], text, asked.terms), n) for n in places_in(bits)]
        return [n for _, n in sorted(near)[start : start + size]]

    def sort_of(self, query: Query, asked: Asked) -> str:
        """The order that was asked for; none where the nearest match is to come first."""
        return query.sort or asked.reading.sort or ("" if asked.terms else DEFAULT_SORT)

    def sorted(self, sort: str) -> Order:
        if sort not in self.orders:
            self.orders[sort] = Order(self.cards, sort)
        return self.orders[sort]


def places_of(cards: tuple[Card, ...]) -> dict[str, int]:
    return {card.slug: n for n, card in enumerate(cards)}


def bit_sets(cards: tuple[Card, ...], facet: Facet) -> dict[str, int]:
    places: dict[str, list[int]] = {}
    for n, card in enumerate(cards):
        for value in facet.values(card):
            places.setdefault(value, []).append(n)
    return {value: set_of(found, len(cards)) for value, found in places.items()}
