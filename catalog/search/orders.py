"""An order of all models, worked out once a snapshot. The order of some of them is a part of it.

A price per token and one per image cannot be ranked, so models stand in runs, one a unit; the unit of most of those that
were found comes first. Models of which nothing is known come last. A place is a model's number among the cards.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable
from itertools import chain, islice
from typing import Any

from catalog.cards import Card
from catalog.costs.pricing import METERS
from catalog.search.bits import places_in, set_of
from catalog.search.moves import Move
from catalog.search.sorts import BY_PRICE, SORTS

UNITS = {meter: n for n, meter in enumerate(METERS)}
AGE = "age"  # the order of models that a text finds alike: what is retired last, the newest first, by name
SPARSE = 128  # of so many models one was found, or fewer: then those are put into order, else the order is gone through


class Order:
    """All models in one of `SORTS` or by age. `runs`: the places of each unit's models, the first one's first. `rank`: of each
    place, where it stands in its run.
    """

    def __init__(self, cards: tuple[Card, ...], sort: str):
        value, found = value_of(sort), dict[Any, list[int]]()
        for n, card in enumerate(cards):
            found.setdefault(value(card), []).append(n)
        unknown, runs = array("I", found.pop(None, ())), dict[str, array[int]]()
        for n in chain.from_iterable(found[one] for one in sorted(found, reverse=sort.startswith("-"))):
            runs.setdefault(unit(cards[n], sort), array("I")).append(n)
        self.sort = sort
        self.hold(runs, unknown, {name: set_of(places, len(cards)) for name, places in runs.items()}, len(cards))

    def hold(self, runs: dict[str, array[int]], unknown: array[int], bits: dict[str, int], size: int) -> None:
        self.runs, self.unknown, self.bits = runs, unknown, bits
        self.rank = array("I", bytes(4 * size))
        for places in (*runs.values(), unknown):
            for rank, n in enumerate(places):
                self.rank[n] = rank

    def after(self, move: Move) -> "Order":
        """The same order of the cards that `move` leads to. This one stays as it is, and is given back where it still holds."""
        if move.in_place and all(self.standing(old) == self.standing(new) for old, new in move.pairs):
            return self
        new = Order.__new__(Order)
        new.sort, runs, unknown = self.sort, {name: move.kept(run) for name, run in self.runs.items()}, move.kept(self.unknown)
        bits = {name: move.bits(places) for name, places in self.bits.items()}
        for n in move.come:
            if (name := put(n, runs, unknown, move.new, self.sort)) is not None:
                bits[name] = bits.get(name, 0) | 1 << n
        runs = {name: run for name, run in runs.items() if run}
        new.hold(runs, unknown, {name: bits[name] for name in runs}, len(move.new))
        return new

    def standing(self, card: Card) -> tuple[Any, str]:
        """What places the card."""
        return value_of(self.sort)(card), unit(card, self.sort)

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


def value_of(sort: str) -> Callable[[Card], Any]:
    return age if sort == AGE else SORTS[sort][1]


def age(card: Card) -> tuple:
    return card.status == "retired", -card.released.toordinal() if card.released else 0, card.slug


def unit(card: Card, sort: str) -> str:
    return card.price.meter if sort in BY_PRICE and card.price else ""


def put(place: int, runs: dict[str, array[int]], unknown: array[int], cards: tuple[Card, ...], sort: str) -> str | None:
    """Puts a card where it belongs: into the run of its unit, which is returned, among equals by its place."""
    value, back = value_of(sort), sort.startswith("-")
    mine = value(cards[place])
    if mine is None:
        unknown.insert(bisect_left(unknown, place), place)
        return None

    def follows(other: int) -> bool:
        theirs = value(cards[other])
        return other > place if theirs == mine else (theirs < mine) is back

    name = unit(cards[place], sort)
    run = runs.setdefault(name, array("I"))
    run.insert(bisect_left(run, True, key=follows), place)
    return name
