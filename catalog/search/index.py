"""The models of one snapshot, ready to be found: facets as bit sets, names as words.

Every value of every facet is one integer whose bits are the models that have it; a page is a few ANDs.
"""

from array import array
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import Any, NamedTuple

from catalog.cards import Card, Group
from catalog.recent import Recent
from catalog.search.bits import bits_of, intersect, set_of, union
from catalog.search.bounds import BOUNDS, Bound
from catalog.search.closeness import Words
from catalog.search.facets import FACETS, Facet
from catalog.search.orders import Order
from catalog.search.query import DEFAULT_BASIS, Query
from catalog.search.sorts import DEFAULT_SORT, OFFERED
from catalog.search.words import Reading, read

PAGE_SIZE = 50
MOST_LIMITS = 64  # whose models are remembered


class Count(NamedTuple):
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
Column = dict[Any, array[int]]  # the places of the models by a value of theirs


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a query leaves, in no order. `bits` are the models; `rest` has those that all but the facets leave, `parts` those that
    each facet does, `where` how many each choice of `WHERE` would give.
    """

    asked: Asked
    bits: int
    total: int
    rest: int
    parts: dict[str, int]
    where: dict[str, int]

    def others(self, key: str) -> int:
        """The models that everything but a facet leaves."""
        return intersect([self.rest, *(bits for name, bits in self.parts.items() if name != key)])


@dataclass(frozen=True, slots=True)
class Found:
    """A page of results. `start` is the first one's place, from 1."""

    query: Query
    cards: tuple[Card, ...]
    pages: int
    start: int
    narrowed: Narrowed

    @property
    def total(self) -> int:
        return self.narrowed.total

    @property
    def asked(self) -> Asked:
        return self.narrowed.asked


class Index:
    """Facets as bit sets and the words of every model, for one snapshot on one day."""

    def __init__(self, cards: tuple[Card, ...], day: date):
        here, elsewhere = (bits_of([card.served is served for card in cards]) for served in (True, False))
        self.hold(cards, places_of(cards), day, {facet.key: bit_sets(cards, facet) for facet in FACETS}, here, elsewhere)
        self.words = Words(cards)
        self.orders = {sort: Order(cards, sort) for sort in OFFERED}
        self.columns: dict[tuple[Callable, str], Column] = {}

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
        self.limited: Recent[int] = Recent(MOST_LIMITS)
        self.labels = {facet.key: dict(facet.labels or {}) for facet in FACETS}
        self.labels["provider"] = {card.provider: card.provider_name for card in cards}
        self.values = {facet.key: self.in_order(facet) for facet in FACETS}

    def collect(self, groups: Iterable[Group], sets: Mapping[str, int]) -> None:
        """Makes a facet of collections, whose members are found by this index and so can only be known after it.

        `sets` are those that are known already.
        """
        for group in groups:
            known = sets.get(group.slug)
            bits = set_of(map(self.places.__getitem__, group.members), len(self.cards)) if known is None else known
            self.bits["collection"][group.slug] = bits
            self.labels["collection"][group.slug] = group.name
        self.values["collection"] = list(self.bits["collection"])

    def search(self, query: Query, size: int = PAGE_SIZE) -> Found:
        narrowed = self.narrowed(query)
        pages = max(1, -(-narrowed.total // size))
        page = min(query.page, pages)
        start = (page - 1) * size
        cards = tuple(self.cards[n] for n in self.order(narrowed.bits, query, narrowed.asked, start, size))
        return Found(query.at(page) if page != query.page else query, cards, pages, start + 1, narrowed)

    def narrowed(self, query: Query) -> Narrowed:
        asked = self.ask(query.text)
        anywhere = asked.bits & self.within(query)
        rest = anywhere & self.where[query.served]
        parts = {facet.key: self.part(facet, values) for facet in FACETS if (values := query.chosen.get(facet.key))}
        bits, everywhere = intersect([rest, *parts.values()]), intersect([anywhere, *parts.values()])
        where = {key: (everywhere & there).bit_count() for key, there in self.where.items()}
        return Narrowed(asked, bits, where[query.served], rest, parts, where)

    def ordered(self, query: Query) -> Ordered:
        """What `search` finds on all its pages together."""
        found = self.narrowed(query)
        sort = self.sort_of(query, found.asked)
        return Ordered(found.bits, self.sorted(sort) if sort else None, query, found.asked)

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
            bits, meant[term] = self.words.matching(term, not reading.sort) or self.words.matching(term), [term]
            if not bits and (near := self.words.slips(term)):
                bits, meant[term] = union([self.words.matching(word) for word in near]), near
            found &= bits
        if reading.context:
            found &= self.limit(BOUNDS["context_min"], reading.context)
        return Asked(reading, meant, found)

    def within(self, query: Query) -> int:
        """The models within every typed limit."""
        limits = [(bound, bound.kind.read(text)) for bound, text in query.limits()]
        return intersect([self.everything, *(self.limit(bound, limit, query.basis) for bound, limit in limits)])

    def limit(self, bound: Bound, limit: Any, basis: str = DEFAULT_BASIS) -> int:
        """The models within one."""
        return self.limited.of((bound.key, limit, basis), self.holding, bound, limit, basis)

    def holding(self, bound: Bound, limit: Any, basis: str) -> int:
        column = self.column(bound.value, basis)
        within = (places for value, places in column.items() if bound.holds(value, limit, self.day))
        return set_of(chain.from_iterable(within), len(self.cards))

    def column(self, value: Callable, basis: str) -> Column:
        """The models by the value that a limit is one of."""
        if (value, basis) not in self.columns:
            self.columns[value, basis] = column_of(self.cards, value, basis)
        return self.columns[value, basis]

    def part(self, facet: Facet, values: Iterable[str]) -> int:
        """The models that have any of some values, or all of them."""
        sets = [self.bits[facet.key].get(value, 0) for value in values]
        return intersect(sets) if facet.all_must_hold else union(sets)

    def facets(self, found: Found) -> dict[str, list[Count]]:
        return {facet.key: self.counts(facet, found) for facet in FACETS}

    def counts(self, facet: Facet, found: Found) -> list[Count]:
        chosen, others = found.query.chosen.get(facet.key, ()), found.narrowed.others(facet.key)
        part = found.narrowed.parts.get(facet.key, self.everything)
        counts = [self.count(facet, value, others, chosen, part) for value in self.values[facet.key]]
        return [count for count in counts if count.own or count.on]

    def count(self, facet: Facet, value: str, others: int, chosen: tuple[str, ...], part: int) -> Count:
        bits = self.bits[facet.key].get(value, 0)
        if facet.all_must_hold:
            own = total = others & part & bits
        else:
            own, total = others & bits, others & (part | bits if chosen else bits)
        return Count(value, self.label(facet, value), own.bit_count(), total.bit_count(), value in chosen)

    def label(self, facet: Facet, value: str) -> str:
        return self.labels[facet.key].get(value, value)

    def in_order(self, facet: Facet) -> list[str]:
        """A facet's values in the order to show them: as its labels say, else years backwards, else the largest first."""
        have = self.bits[facet.key]
        if facet.key == "released":
            return sorted(have, key=lambda year: (year == "unknown", [-int(c) for c in year if c.isdigit()]))
        if facet.labels:
            return [value for value in facet.labels if value in have]
        return sorted(have, key=lambda value: (-have[value].bit_count(), value))

    def order(self, bits: int, query: Query, asked: Asked, start: int, size: int) -> list[int]:
        """The places of a page's models among the cards."""
        if sort := self.sort_of(query, asked):
            return self.sorted(sort).part(bits, start, size)
        text = "".join(words[0] for words in asked.meant.values())
        return self.words.nearest(bits, text, asked.terms, start, size)

    def sort_of(self, query: Query, asked: Asked) -> str:
        """The order that was asked for; none where the nearest match is to come first."""
        return query.sort or asked.reading.sort or ("" if asked.terms else DEFAULT_SORT)

    def sorted(self, sort: str) -> Order:
        if sort not in self.orders:
            self.orders[sort] = Order(self.cards, sort)
        return self.orders[sort]


def places_of(cards: tuple[Card, ...]) -> dict[str, int]:
    return {card.slug: n for n, card in enumerate(cards)}


def column_of(cards: tuple[Card, ...], value: Callable, basis: str) -> Column:
    found: Column = {}
    for n, card in enumerate(cards):
        if (known := value(card, basis)) is not None:
            found.setdefault(known, array("I")).append(n)
    return found


def bit_sets(cards: tuple[Card, ...], facet: Facet) -> dict[str, int]:
    places: dict[str, list[int]] = {}
    for n, card in enumerate(cards):
        for value in facet.values(card):
            places.setdefault(value, []).append(n)
    return {value: set_of(found, len(cards)) for value, found in places.items()}
