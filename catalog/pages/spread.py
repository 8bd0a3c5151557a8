"""What models of one kind cost: how many there are, and from where to where their list prices go in the unit most of them use."""

from collections.abc import Iterable
from typing import NamedTuple

from catalog.cards import Card
from catalog.vocabulary import MODALITIES


class Spread(NamedTuple):
    """The models of a kind. `lowest` and `highest` leave out what is free or retired, and what is priced in another unit;
    both are None where nothing is left.
    """

    key: str
    label: str
    count: int
    free: int
    unknown: int
    elsewhere: int
    lowest: Card | None
    highest: Card | None


def spreads(cards: Iterable[Card]) -> list[Spread]:
    """One for each modality that these models have, in the vocabulary's order."""
    kinds: dict[str, list[Card]] = {key: [] for key in MODALITIES}
    for card in cards:
        if card.modality:
            kinds[card.modality].append(card)
    return [spread(key, found) for key, found in kinds.items() if found]


def spread(key: str, cards: list[Card]) -> Spread:
    states = [card.price_state for card in cards]
    priced = [card for card in cards if card.price and not card.price.free and card.status != "retired"]
    meters = [card.price.meter for card in priced]
    usual = max(dict.fromkeys(meters), key=meters.count, default="")
    order = sorted((card for card in priced if card.price.meter == usual), key=lambda card: card.price.amount)
    ends = (order[0], order[-1]) if order else (None, None)
    elsewhere = len(priced) - len(order)
    return Spread(key, MODALITIES[key], len(cards), states.count("free"), states.count("unknown"), elsewhere, *ends)
