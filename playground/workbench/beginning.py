"""Which model a form begins with where none was asked for."""

from collections.abc import Callable

from catalog.cards import Card
from catalog.snapshot import Snapshot


def first(now: Snapshot, suits: Callable[[Card], bool]) -> Card | None:
    """A well-known model that suits and can be run here, else any that does."""
    names = now.groups["frontier"].members if "frontier" in now.groups else ()
    cards = (*(now.by_slug[name] for name in names), *now.cards)
    return next((card for card in cards if card.served is not False and suits(card)), None)
