"""An order of all models, worked out once a snapshot. The order of some of them is a part of it.

A price per token and one per image cannot be ranked, so models stand in runs, one a unit; the unit of most of those that
were found comes first. Models of which nothing is known come last. A place is a model's number among the cards.
"""

from array import array
from collections.abc import Iterable
from itertools import chain, islice

from catalog.cards import Card
from catalog.costs.pricing import METERS
from catalog.search.bits import places_in, set_of
from catalog.search.sorts import BY_PRICE, SORTS

UNITS = {meter: n for n, meter in enumerate(METERS)}
SPARSE = 128  # of so many models one was found, or fewer: then those are put into order, else the order is gone through


class Order:
    """`runs`: the places of each unit's models, the first one's first. `rank`: of each place, where it stands in its run."""

    def __init__(self, runs: dict[str, array[int]], unknown: Iterable[int], size: int):
        self.runs, self.unknown = runs, array("I", unknown)
        self.bits = {name: set_of(places, size) for name, places in runs.items()}
        self.rank = array("I", bytes(4 * size))
        for places in (*runs.values(), self.unknown):
            for rank, n in enumerate(places):
                self.rank[n] = rank

    def part(self, bits: int, start: int, size: int) -> list[int]:
        """`size` places of those in `bits`, from the one at `start` on."""
        counts = {name: (bits & places).bit_count() for name, places in self.bits.items()}
        names = sorted(self.runs, key=lambda name: (-counts[name], UNITS.get(name, 0)))
        if bits.bit_count() * SPARSE < len(self.rank):
            return self.few(bits, names)[start : start + size]
        places: Iterable[int] = chain(*(self.runs[name] for name in names), self.unknown)
        if bits.bit_count() < len(self.rank):
            flags = bits.to_bytes(len(self.rank) // 8 + 1, "little")
            places = (n for n in places if flags[n >> 3] >> (n & 7) & 1)
        return list(islice(places, start, start + size))

    def few(self, bits: int, names: list[str]) -> list[int]:
        found, left = [], bits
        for name in names:
            found += sorted(places_in(bits & self.bits[name]), key=self.rank.__getitem__)
            left &= ~self.bits[name]
        return found + list(places_in(left))


def ordered(cards: tuple[Card, ...], sort: str) -> Order:
    """All models in one of `SORTS`."""
    value = SORTS[sort][1]
    values = [value(card) for card in cards]
    known = [n for n, found in enumerate(values) if found is not None]
    known.sort(key=values.__getitem__, reverse=sort.startswith("-"))
    runs: dict[str, array[int]] = {}
    for n in known:
        runs.setdefault(unit(cards[n], sort), array("I")).append(n)
    return Order(runs, (n for n, found in enumerate(values) if found is None), len(cards))


def newest(cards: tuple[Card, ...]) -> Order:
    """All models as they stand where a text finds them alike: what is retired last, the newest first, by name."""
    ages = [(card.status == "retired", -card.released.toordinal() if card.released else 0, card.slug) for card in cards]
    return Order({"": array("I", sorted(range(len(cards)), key=ages.__getitem__))}, (), len(cards))


def unit(card: Card, sort: str) -> str:
    return card.price.meter if sort in BY_PRICE and card.price else ""
