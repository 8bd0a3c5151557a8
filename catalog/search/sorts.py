"""The orders of the list. What is unknown comes last in each."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from catalog.snapshot import Card

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
    "-name": ("By name, backwards", lambda card: card.slug.lower()),
}
DEFAULT_SORT = "-released"


