"""Which models have a word, and how near a match each is: the whole name, its beginning, inside it; then word by word.

A set of models is kept for each way in which they have a word, so that nothing is asked of single models.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from catalog.cards import Card
from catalog.recent import Recent
from catalog.search.bits import union
from catalog.search.orders import newest
from catalog.search.texts import Texts
from catalog.search.words import FIELDS, alike, squash, words_of, worth_a_slip

MOST_KEPT = 64  # words and names; of 100,000 models a word takes up to 90 kB
MOST_SLIPS = 1000  # words with what they may be slips for
NAMED = 3  # ways of having a word in a name of its own


class Words:
    """The words of all models, by how much they say of one, and the names that they have without blanks and marks."""

    def __init__(self, cards: tuple[Card, ...]):
        self.everything = (1 << len(cards)) - 1
        self.fields = [Texts() for _ in FIELDS]
        self.squashed, self.tails, self.slugs = Texts(), Texts(), Texts()
        known: set[str] = set()
        for card in cards:
            known |= self.add(card)
        self.vocabulary = sorted(known)
        self.order = newest(cards)
        self.levels_of: Recent[list[int]] = Recent(MOST_KEPT)
        self.slips_of: Recent[list[str]] = Recent(MOST_SLIPS)
        self.wholes_of: Recent[list[int]] = Recent(MOST_KEPT)

    def add(self, card: Card) -> Iterable[str]:
        """Takes a model's words in; gives those that a slip of the pen may have meant."""
        words = words_of(card)
        for texts, text in zip(self.fields, words.fields, strict=True):
            texts.add(text)
        self.squashed.add(words.squashed)
        self.tails.add(f" {squash(card.slug.rpartition('/')[2])} ")
        self.slugs.add(f" {squash(card.slug)} ")
        return worth_a_slip(words)

    def matching(self, term: str, described: bool = True) -> int:
        """The models of which a word begins with `term`, or whose name has it when blanks and marks are left out."""
        levels = self.levels(term)
        return union(levels if described else levels[:-1])

    def slips(self, term: str) -> list[str]:
        """The words that `term` may be a slip for."""
        return self.slips_of.of(term, alike, term, self.vocabulary)

    def levels(self, term: str) -> list[int]:
        """The models by their distance: 0 have the word in their name, 1 its beginning, 2 `term` inside it; then alias or family,
        provider, ability, description.
        """
        return self.levels_of.of(term, self.found, term)

    def found(self, term: str) -> list[int]:
        names, *others = self.fields
        having = [names.having(f" {term} "), names.having(f" {term}"), self.squashed.having(term)]
        return apart([*having, *(texts.having(f" {term}") for texts in others)], self.everything)

    def nearest(self, bits: int, text: str, terms: list[str], start: int, size: int) -> list[int]:
        """`size` places of those in `bits`, from the one at `start` on, the nearest to `text` first."""
        return list(islice(self.near(bits, text, terms, start, size), size))

    def near(self, bits: int, text: str, terms: list[str], start: int, size: int) -> Iterator[int]:
        sums = self.by_distance(bits, terms)
        for whole in self.wholes(bits, text, terms):
            for _, some in sorted(sums.items()):
                found = some & whole
                count = found.bit_count()
                if start < count:
                    yield from self.order.part(found, start, size)
                start = max(0, start - count)

    def by_distance(self, bits: int, terms: list[str]) -> dict[int, int]:
        """The models by the sum of their distances from all terms."""
        sums = {0: bits}
        for term in terms:
            levels, further = self.levels(term), {}
            for total, some in sums.items():
                for n, level in enumerate([*levels, self.everything & ~union(levels)], total):
                    if found := some & level:
                        further[n] = further.get(n, 0) | found
            sums = further
        return sums

    def wholes(self, bits: int, text: str, terms: list[str]) -> list[int]:
        """The models whose name is `text`, begins with it, has it inside, has it not."""
        if not bits & union(self.levels(terms[0])[:NAMED]):  # with which `text` begins
            return [self.everything]
        return self.wholes_of.of(text, self.named, squash(text))

    def named(self, wanted: str) -> list[int]:
        same = self.tails.having(f" {wanted} ") | self.slugs.having(f" {wanted} ")
        return apart([same, self.tails.having(f" {wanted}"), self.tails.having(wanted), self.everything], self.everything)


def apart(sets: list[int], everything: int) -> list[int]:
    """Sets without what those before have."""
    found, left = [], everything
    for some in sets:
        found.append(some & left)
        left &= ~some
    return found
