"""From the cards of one snapshot to those of the next, of which most are the same: which places go, and which come."""

from array import array
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from catalog.cards import Card

type Cards = tuple[Card, ...]  # in the order of slugs


@dataclass(frozen=True)
class Move:
    """`gone` are the places in `old` whose card is not among the new ones, `come` those in `new` whose card is none of the old.

    A card that was replaced is one of either.
    """

    old: Cards
    new: Cards
    gone: list[int]
    come: list[int]

    @classmethod
    def between(cls, old: Cards, new: Cards) -> "Move":
        replaced = [n for n, (one, other) in enumerate(zip(old, new, strict=False)) if one is not other]
        if len(old) == len(new) and all(old[n].slug == new[n].slug for n in replaced):
            return cls(old, new, replaced, replaced)
        return cls(old, new, missing(old, new), missing(new, old))

    @property
    def in_place(self) -> bool:
        """Whether cards were replaced, and none added or taken away."""
        return self.gone is self.come

    @property
    def cards(self) -> tuple[list[Card], list[Card]]:
        """Those that go, those that come."""
        return [self.old[n] for n in self.gone], [self.new[n] for n in self.come]

    @property
    def pairs(self) -> Iterator[tuple[Card, Card]]:
        """What was replaced, and by what, where that is all."""
        return ((self.old[n], self.new[n]) for n in self.come)

    def parts(self) -> Iterator[tuple[int, int] | None]:
        """What the new cards are made of, in their order: spans of old places that stay, and None for each card that comes."""
        spans = deque(zip((0, *(n + 1 for n in self.gone)), (*self.gone, len(self.old)), strict=True))
        at = 0
        for place in (*self.come, len(self.new)):
            while at < place:
                start, stop = spans.popleft()
                cut = min(stop, start + place - at)
                if cut < stop:
                    spans.appendleft((cut, stop))
                yield start, cut
                at += cut - start
            if place < len(self.new):
                yield None
                at += 1

    def bits(self, bits: int) -> int:
        """A set of places as it is afterwards, without those that come."""
        for n in reversed(self.gone):
            bits = bits >> n + 1 << n | bits & (1 << n) - 1
        for n in self.come:
            bits = bits >> n << n + 1 | bits & (1 << n) - 1
        return bits

    def kept(self, places: Iterable[int]) -> array[int]:
        """Places in their order as they are afterwards, without those that go."""
        going = set(self.gone)
        left = array("I", [n for n in places if n not in going])
        return left if self.in_place else array("I", map(self.place.__getitem__, left))

    @cached_property
    def place(self) -> list[int]:
        """Of each old place where its card stands; of one that goes, nothing of meaning."""
        coming, going = set(self.come), set(self.gone)
        stands = iter([n for n in range(len(self.new)) if n not in coming])
        return [-1 if n in going else next(stands) for n in range(len(self.old))]


def missing(cards: Cards, others: Cards) -> list[int]:
    """The places of the cards that are not among the others."""
    there = {card.slug: card for card in others}
    return [n for n, card in enumerate(cards) if there.get(card.slug) is not card]
