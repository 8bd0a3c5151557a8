"""The orders of the list. What is unknown comes last in each."""

from collections.abc import Callable
from typing import Any

from catalog.cards import Card
from catalog.vocabulary import MODALITIES

PLACES = {key: n for n, key in enumerate(MODALITIES)}

SORTS: dict[str, tuple[str, Callable[[Card], Any]]] = {
    "name": ("By name", lambda card: card.slug.lower()),
    "-released": ("Newest first", lambda card: card.released),
    "released": ("Oldest first", lambda card: card.released),
    "price": ("Lowest price", lambda card: card.price and card.price.amount),
    "-price": ("Highest price", lambda card: card.price and card.price.amount),
    "output": ("Lowest output price", lambda card: card.output_price and card.output_price.amount),
    "-output": ("Highest output price", lambda card: card.output_price and card.output_price.amount),
    "-context": ("Largest context", lambda card: card.context_window),
    "context": ("Smallest context", lambda card: card.context_window),
    "-abilities": ("Most abilities", lambda card: len(card.can) or None),
    "abilities": ("Fewest abilities", lambda card: len(card.can) or None),
    "-dimensions": ("Most dimensions", lambda card: card.dimensions),
    "dimensions": ("Fewest dimensions", lambda card: card.dimensions),
    "-kinds": ("Takes the most", lambda card: len(card.input_kinds or ()) or None),
    "kinds": ("Takes the least", lambda card: len(card.input_kinds or ()) or None),
    "modality": ("By modality", lambda card: card.modality and PLACES[card.modality]),
    "-modality": ("By modality, backwards", lambda card: card.modality and PLACES[card.modality]),
    "unit": ("By unit of the price", lambda card: card.price and card.price.unit),
    "-unit": ("By unit, backwards", lambda card: card.price and card.price.unit),
    "retires": ("Retiring next first", lambda card: card.retires_on),
    "-name": ("By name, backwards", lambda card: card.slug.lower()),
}
DEFAULT_SORT = "-released"
BY_PRICE = ("price", "-price")
OFFERED = ("-released", "price", "-price", "output", "-context", "name")  # in the list of orders; heads ask for the others
