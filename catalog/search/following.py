"""The index of a snapshot made from that of the one before, where few cards differ. The old one stays as it is."""

from array import array
from collections.abc import Callable
from datetime import date

from catalog.search.facets import FACETS, Facet
from catalog.search.index import Column, Index, column_of, places_of
from catalog.search.moves import Cards, Move

MOST = 400  # cards that go or come: with more of them a new index is sooner made


def following(old: Index, cards: Cards, day: date) -> Index:
    """What `Index(cards, day)` is, with the orders that `old` has been asked for."""
    move = Move.between(old.cards, cards)
    return changed(old, move, day) if len(move.gone) + len(move.come) <= MOST else anew(old, cards, day)


def anew(old: Index, cards: Cards, day: date) -> Index:
    new = Index(cards, day)
    for sort in list(old.orders):
        new.sorted(sort)
    for value, basis in list(old.columns):
        new.column(value, basis)
    return new


def changed(old: Index, move: Move, day: date) -> Index:
    new = Index.__new__(Index)
    bits = {facet.key: facet_bits(old.bits[facet.key], facet, move) for facet in FACETS if facet.key != "collection"}
    places = old.places if move.in_place else places_of(move.new)
    new.hold(move.new, places, day, bits | {"collection": {}}, *(served_bits(old, move, served) for served in (True, False)))
    new.words = old.words.after(move)
    new.orders = {sort: order.after(move) for sort, order in list(old.orders.items())}
    new.columns = {(value, basis): column(old, move, value, basis) for value, basis in list(old.columns)}
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


def column(old: Index, move: Move, value: Callable, basis: str) -> Column:
    """Models by a value of theirs, which limits read."""
    if not move.in_place:
        return column_of(move.new, value, basis)
    found = dict(old.columns[value, basis])
    for n, (one, other) in zip(move.come, move.pairs, strict=True):
        if (was := value(one, basis)) != (now := value(other, basis)):
            if was is not None:
                found[was] = array("I", (place for place in found[was] if place != n))
            if now is not None:
                found[now] = found.get(now, array("I")) + array("I", [n])
    return {value: places for value, places in found.items() if places}
