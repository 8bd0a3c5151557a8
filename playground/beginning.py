"""Which model a form begins with where none was asked for."""

from collections.abc import Callable

from catalog.snapshot import Card, Snapshot


def first(now: Snapshot, suits: Callable[[Card], bool]) -> Card | None:
    """A well-known model that suits, else any that does."""
    names = now.groups["frontier"].members if "frontier" in now.groups else ()
    return next((card for card in (*(now.by_slug[name] for name in names), *now.cards) if suits(card)), None)
