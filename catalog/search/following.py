"""The index of a snapshot made from that of the one before, where few cards differ. The old one stays as it is."""

from bisect import bisect_left, insort
from collections.abc import Iterable
from datetime import date

from catalog.search.facets import FACETS, Facet
from catalog.search.index import Index, places_of
from catalog.search.moves import Cards, Move
from catalog.search.words import Words, known, words_of

MOST = 400  # cards that go or come: with more of them a new index is sooner made


def following(old: Index, cards: Cards, day: date) -> Index:
    """What `Index(cards, day)` is, with the orders that `old` has been asked for."""
    move = Move.between(old.cards, cards)
    return changed(old, move, day) if len(move.gone) + len(move.come) <= MOST else anew(old, cards, day)


def anew(old: Index, cards: Cards, day: date) -> Index:
    new = Index(cards, day)
    for sort in list(old.orders):
        new.sorted(sort)
    return new


def changed(old: Index, move: Move, day: date) -> Index:
    new = Index.__new__(Index)
    bits = {facet.key: facet_bits(old.bits[facet.key], facet, move) for facet in FACETS if facet.key != "collection"}
    places = old.places if move.in_place else places_of(move.new)
    new.hold(move.new, places, day, bits | {"collection": {}}, *(served_bits(old, move, served) for served in (True, False)))
    gone, come = [old.words[n] for n in move.gone], [words_of(move.new[n]) for n in move.come]
    words = old.words[:]
    for n in reversed(move.gone):
        del words[n]
    for n, entry in zip(move.come, come, strict=True):
        words.insert(n, entry)
    new.learn(words, relearned(old.vocabulary, gone, come, words))
    new.orders = {sort: order.after(move) for sort, order in list(old.orders.items())}
    return new


def facet_bits(old: dict[str, int], facet: Facet, move: Move) -> dict[str, int]:
    found = {value: move.bits(bits) for value, bits in old.items()}
    for n in move.come:
        for value in facet.values(move.new[n]):
            found[value] = found.get(value, 0) | 1 << n
    return {value: bits for value, bits in found.items() if bits}


def served_bits(old: Index, move: Move, served: bool) -> int:
    came = (1 << n for n in move.come if move.new[n].served is served)
    return sum(came, move.bits(old.where["yes" if served else "no"]))


def relearned(words: list[str], gone: Iterable[Words], come: Iterable[Words], all_of_them: Iterable[Words]) -> list[str]:
    """The vocabulary without the words that only models had which are gone, with those that came."""
    lost, new = known(gone), known(come)
    lost, new = lost - new, {word for word in new if not is_in(words, word)}
    if lost:
        lost -= {word for entry in all_of_them for word in lost & known([entry])}
    found = [word for word in words if word not in lost] if lost else words[:] if new else words
    for word in new:
        insort(found, word)
    return found


def is_in(words: list[str], word: str) -> bool:
    place = bisect_left(words, word)
    return words[place : place + 1] == [word]
