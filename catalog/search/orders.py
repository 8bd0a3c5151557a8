"""An order of all models, worked out once a snapshot. The order of some of them is a part of it.

A price per token and one per image cannot be ranked, so models stand in runs, one a unit; the unit of most of those that
were found comes first. Models of which nothing is known come last. A place is a model's number among the cards.
"""

from array import array
from itertools import chain, islice

from catalog.cards import Card
from catalog.costs.pricing import METERS
from catalog.search.bits import places_in, set_of
from catalog.search.sorts import BY_PRICE, SORTS

UNITS = {meter: n for n, meter in enumerate(METERS)}
SPARSE = 32  # of so many models one was found, or fewer: then those are put into order, else the order is gone through


class Order:
    """`runs`: the places of each unit's models, the first one's first. `rank`: of each place, where it stands in its run."""

    def __init__(self, cards: tuple[Card, ...], sort: str):
        value = SORTS[sort][1]
        known = [n for n, card in enumerate(cards) if value(card) is not None]
        known.sort(key=lambda n: value(cards[n]), reverse=sort.startswith("-"))
        self.runs: dict[str, array[int]] = {}
        for n in known:
            self.runs.setdefault(unit(cards[n], sort), array("I")).append(n)
        self.unknown = array("I", [n for n, card in enumerate(cards) if value(card) is None])
        self.bits = {name: set_of(places, len(cards)) for name, places in self.runs.items()}
        self.rank = array("I", bytes(4 * len(cards)))
        for places in (*self.runs.values(), self.unknown):
            for rank, n in enumerate(places):
                self.rank[n] = rank

    def part(self, bits: int, start: int, size: int) -> list[int]:
        """`size` places of those in `bits`, from the one at `start` on."""
        counts = {name: (bits & places).bit_count() for name, places in self.bits.items()}
        names = sorted(self.runs, key=lambda name: (-counts[name], UNITS.get(name, 0)))
        if bits.bit_count() * SPARSE < len(self.rank):
            return self.few(bits, names)[start : start + size]
        flags = bits.to_bytes(len(self.rank) // 8 + 1, "little")
        places = chain(*(self.runs[name] for name in names), self.unknown)
        return list(islice((n for n in places if flags[n >> 3] >> (n & 7) & 1), start, start + size))

    def few(self, bits: int, names: list[str]) -> list[int]:
        found, left = [], bits
        for name in names:
            found += sorted(places_in(bits & self.bits[name]), key=self.rank.__getitem__)
            left &= ~self.bits[name]
        return found + list(places_in(left))


def unit(card: Card, sort: str) -> str:
    return card.price.meter if sort in BY_PRICE and card.price else ""
