"""The ways to narrow the list. Inside a facet values are alternatives, across facets all must hold."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from catalog.cards import Card
from catalog.vocabulary import CAPABILITIES, MODALITIES, STATUSES

CONTEXTS = {"32000": "At least 32K", "128000": "At least 128K", "200000": "At least 200K", "1000000": "At least 1M"}
PRICES = {"known": "Known", "free": "Free", "unknown": "Unknown"}
WEIGHTS = {"yes": "Open", "no": "Closed", "unknown": "Unknown"}


@dataclass(frozen=True, slots=True)
class Facet:
    """A way to narrow the list. `values(card)` are the card's values; `all_must_hold` makes several values an AND.

    One that is `folded` is closed on the page until a value of it is chosen.
    """

    key: str
    label: str
    values: Callable[[Card], Iterable[str]]
    labels: dict[str, str] | None = None
    all_must_hold: bool = False
    folded: bool = False

    def label_of(self, value: str) -> str:
        return (self.labels or {}).get(value, value)


def contexts(card: Card) -> list[str]:
    return [bound for bound in CONTEXTS if card.context_window is not None and card.context_window >= int(bound)]


def weights(card: Card) -> str:
    return "unknown" if card.open_weights is None else "yes" if card.open_weights else "no"


def years(card: Card) -> str:
    return str(card.released.year) if card.released else "unknown"


# A card does not know its collections: the index learns them once their rules have been answered.
FACETS = (
    Facet("modality", "Modality", lambda card: [card.modality or "unknown"], MODALITIES | {"unknown": "Unknown"}),
    Facet("provider", "Provider", lambda card: [card.provider]),
    Facet("capability", "Can do", lambda card: card.can, CAPABILITIES, all_must_hold=True),
    Facet("verified", "Verified here", lambda card: card.verified, CAPABILITIES, all_must_hold=True),
    Facet("price", "Price", lambda card: [card.price_state], PRICES),
    Facet("context", "Context", contexts, CONTEXTS),
    Facet("released", "Released", lambda card: [years(card)], {"unknown": "Unknown"}, folded=True),
    Facet("status", "Status", lambda card: [card.status], STATUSES, folded=True),
    Facet("open_weights", "Weights", lambda card: [weights(card)], WEIGHTS, folded=True),
    Facet("collection", "Collection", lambda card: (), folded=True),
)
