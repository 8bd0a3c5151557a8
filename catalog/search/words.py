"""The words by which a model is found, and how near a match is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from catalog.vocabulary import CAPABILITIES

if TYPE_CHECKING:
    from catalog.snapshot import Card


def terms(text: str) -> list[str]:
    return [squash(term) for term in text.split() if squash(term)]


def squash(text: str) -> str:
    return re.sub(r"[^\w]+", "", text.lower()).replace("_", "")


def searchable(card: Card) -> tuple[str, str]:
    """The words of a model, each after a blank, and its names without blanks and marks (`gpt4o` finds `gpt-4o`)."""
    names = [card.slug, card.name, card.provider_name, card.family or "", *card.aliases]
    capabilities = [CAPABILITIES[key] for key in card.can]
    words = re.findall(r"\w+", " ".join([*names, *capabilities, card.modality_label, card.badge or "", card.description]).lower())
    return " " + " ".join(words), " ".join(map(squash, names))


def closeness(card: Card, text: str) -> tuple[int, str]:
    """How near a match is, smaller is nearer: the whole name, its beginning, inside it, elsewhere."""
    wanted, name = squash(text), squash(card.slug.rpartition("/")[2])
    rank = 0 if wanted in (name, squash(card.slug)) else 1 if name.startswith(wanted) else 2 if wanted in name else 3
    return rank, card.slug
