"""Which models have a word, and how near a match each is: the whole name, its beginning, inside it; then word by word.

A set of models is kept for each way in which they have a word, so that nothing is asked of single models.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator
from itertools import islice

from catalog.cards import Card
from catalog.recent import Recent
from catalog.search.bits import union
from catalog.search.moves import Move
from catalog.search.orders import AGE, Order
from catalog.search.texts import Texts
from catalog.search.words import FIELDS, SHORTEST_TYPO, alike, squash, words_of

MOST_KEPT = 64  # words and names; of 100,000 models a word takes up to 90 kB
MOST_SLIPS = 1000  # words with what they may be slips for
MEANT = (*range(len(FIELDS) - 1), len(FIELDS))  # texts whose words a slip may mean: not descriptions, but names written together
NAMED = 3  # ways of having a word in a name of its own


class Words:
    """The words of all models, by how much they say of one, and the names that they have without blanks and marks."""

    def __init__(self, cards: tuple[Card, ...]):
        texts, known = [Texts() for _ in range(len(FIELDS) + 3)], set[str]()
        for card in cards:
            entry = told(card)
            known |= worth_a_slip(entry)
            for one, text in zip(texts, entry, strict=True):
                one.add(text)
        self.hold(texts, sorted(known), Order(cards, AGE))

    def hold(self, texts: list[Texts], vocabulary: list[str], order: Order) -> None:
        self.texts, self.vocabulary, self.order = texts, vocabulary, order
        *self.fields, self.squashed, self.tails, self.slugs = texts
        self.everything = (1 << len(order.rank)) - 1
        self.levels_of: Recent[list[int]] = Recent(MOST_KEPT)
        self.slips_of: Recent[list[str]] = Recent(MOST_SLIPS)
        self.wholes_of: Recent[list[int]] = Recent(MOST_KEPT)

    def after(self, move: Move) -> "Words":
        """Those of the cards that `move` leads to. These stay as they are, and are given back where they still hold."""
        gone, come = ([told(card) for card in cards] for cards in move.cards)
        order = self.order.after(move)
        if move.in_place and gone == come and order is self.order:
            return self
        new = Words.__new__(Words)
        texts = [one.after(move, [entry[n] for entry in come]) for n, one in enumerate(self.texts)]
        new.hold(texts, relearned(self.vocabulary, gone, come, texts), order)
        return new

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


def told(card: Card) -> tuple[str, ...]:
    """The texts of a model, as `Words.hold` names them."""
    words = words_of(card)
    return *words.fields, words.squashed, f" {squash(card.slug.rpartition('/')[2])} ", f" {squash(card.slug)} "


def worth_a_slip(entry: tuple[str, ...]) -> set[str]:
    """The words that a typo may have meant."""
    return {word for n in MEANT for word in entry[n].split() if len(word) >= SHORTEST_TYPO}


def relearned(words: list[str], gone: list[tuple[str, ...]], come: list[tuple[str, ...]], texts: list[Texts]) -> list[str]:
    """A vocabulary in its order, without the words that only models had which are gone, with those that came."""
    lost, found = (set[str]().union(*map(worth_a_slip, entries)) for entries in (gone, come))
    lost = {word for word in lost - found if not any(texts[n].has(word) for n in MEANT)}
    new = {word for word in found if not is_in(words, word)}
    kept = [word for word in words if word not in lost] if lost or new else words
    for word in new:
        insort(kept, word)
    return kept


def is_in(words: list[str], word: str) -> bool:
    place = bisect_left(words, word)
    return words[place : place + 1] == [word]


def apart(sets: list[int], everything: int) -> list[int]:
    """Sets without what those before have."""
    found, left = [], everything
    for some in sets:
        found.append(some & left)
        left &= ~some
    return found
