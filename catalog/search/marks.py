"""Why a model was found: the words of a search, marked where they stand in what is said of it."""

import re
from collections.abc import Iterable
from functools import lru_cache

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from catalog.cards import Card
from catalog.vocabulary import CAPABILITIES, lower_first

AROUND = 40  # characters of a description on either side of a word


@lru_cache(maxsize=500)
def pattern(terms: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the terms where a word begins, their letters apart by no more than blanks and marks (`gpt4o` in `gpt-4o`)."""
    loose = (r"[\W_]*".join(map(re.escape, term)) for term in sorted(terms, key=len, reverse=True))
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(loose)})", re.IGNORECASE)


def marked(text: str, terms: tuple[str, ...]) -> SafeString:
    """`text` as HTML with the terms marked."""
    if not terms:
        return escape(text)
    parts, end = [], 0
    for found in pattern(terms).finditer(text):
        parts += [escape(text[end : found.start()]), format_html("<mark>{}</mark>", found[0])]
        end = found.end()
    return mark_safe("".join([*parts, escape(text[end:])]))  # every part is escaped  # nosec B308


def abilities(card: Card, terms: tuple[str, ...]) -> list[SafeString]:
    """The labels of what a model can do, those that were asked for first."""
    labels = [lower_first(CAPABILITIES[key]) for key in card.can]
    asked = [label for label in labels if terms and pattern(terms).search(label)]
    return [marked(label, terms) for label in (*asked, *(label for label in labels if label not in asked))]


def reasons(card: Card, terms: tuple[str, ...]) -> list[tuple[str, SafeString]]:
    """For each term that neither the slug nor a column of the list shows, where it stands: `("alias", "…")`."""
    seen = " ".join([card.slug, card.modality_label, *(CAPABILITIES[key] for key in card.can)])
    found = {}
    for term in terms:
        if not pattern((term,)).search(seen):
            found |= dict([place] if (place := first(card, term)) else [])
    return [(name, marked(text, terms)) for text, name in found.items()]


def first(card: Card, term: str) -> tuple[str, str] | None:
    """The text that has a term, and what it is."""
    return next(((excerpt(text, term), name) for name, text in told(card) if pattern((term,)).search(text)), None)


def told(card: Card) -> Iterable[tuple[str, str]]:
    yield "name", card.name
    yield from (("alias", alias) for alias in card.aliases)
    yield "family", card.family or ""
    yield "provider", card.provider_name
    yield "description", card.description


def excerpt(text: str, term: str) -> str:
    """The words around a term, where the text is long."""
    found = pattern((term,)).search(text)
    if len(text) <= 2 * AROUND or not found:
        return text
    start, end = max(0, found.start() - AROUND), found.end() + AROUND
    cut = text[start:end]
    cut = cut.partition(" ")[2] if start else cut
    return f"{'…' if start else ''}{cut.rpartition(' ')[0]}…" if end < len(text) else f"…{cut}"
