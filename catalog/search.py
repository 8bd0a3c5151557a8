"""Browse: a query string becomes a `Query`, and the index answers it with models and facet counts.

Inside a facet values are alternatives (OR), across facets all must hold (AND); capabilities must all hold. Every
value of every facet is one integer whose bits are the models that have it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import QueryDict

from catalog.vocabulary import CAPABILITIES, MODALITIES, STATUSES

if TYPE_CHECKING:
    from catalog.snapshot import Card, Group, Snapshot

PAGE_SIZE = 50
MAX_TEXT = 200
CONTEXTS = {"32000": "At least 32K", "128000": "At least 128K", "200000": "At least 200K", "1000000": "At least 1M"}
PRICES = {"known": "Known", "free": "Free", "unknown": "Unknown"}


@dataclass(frozen=True, slots=True)
class Facet:
    """A way to narrow the list. `values(card)` are the card's values; `all_must_hold` makes several values an AND."""

    key: str
    label: str
    values: Callable[[Card], Iterable[str]]
    labels: dict[str, str] | None = None
    all_must_hold: bool = False

    def label_of(self, value: str) -> str:
        return (self.labels or {}).get(value, value)


def contexts(card: Card) -> list[str]:
    return [bound for bound in CONTEXTS if card.context_window is not None and card.context_window >= int(bound)]


FACETS = (
    Facet("modality", "Modality", lambda card: [card.modality or "unknown"], MODALITIES | {"unknown": "Unknown"}),
    Facet("provider", "Provider", lambda card: [card.provider]),
    Facet("capability", "Can do", lambda card: card.can, CAPABILITIES, all_must_hold=True),
    Facet("price", "Price", lambda card: [card.price_state], PRICES),
    Facet("context", "Context", contexts, CONTEXTS),
    Facet("released", "Released", lambda card: [str(card.released.year) if card.released else "unknown"], {"unknown": "Unknown"}),
    Facet("status", "Status", lambda card: [card.status], STATUSES),
)


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


@dataclass(frozen=True)
class Query:
    """What a visitor asks of the list. `chosen` is `{facet: values}`; its query string is the state of the page."""

    text: str = ""
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    page: int = 1

    def pairs(self) -> list[tuple[str, str]]:
        found = [("q", self.text)] if self.text else []
        found += [(facet, value) for facet, values in self.chosen.items() for value in values]
        found += [("sort", self.sort)] if self.sort else []
        return found + ([("page", str(self.page))] if self.page > 1 else [])

    def __str__(self) -> str:
        return urlencode(self.pairs(), safe=":/@")

    def without(self, facet: str, value: str) -> Query:
        left = tuple(other for other in self.chosen.get(facet, ()) if other != value)
        return self.choosing(facet, left)

    def adding(self, facet: str, value: str) -> Query:
        return self.choosing(facet, (*self.chosen.get(facet, ()), value))

    def choosing(self, facet: str, values: tuple[str, ...]) -> Query:
        chosen = {**self.chosen, facet: values}
        return replace(self, chosen={key: found for key, found in chosen.items() if found}, page=1)

    def sorted_by(self, sort: str) -> Query:
        return replace(self, sort=sort, page=1)

    def at(self, page: int) -> Query:
        return replace(self, page=page)

    def filters(self) -> list[tuple[Facet, str]]:
        return [(facet, value) for facet in FACETS for value in self.chosen.get(facet.key, ())]


def parse(params: QueryDict, index: Index) -> tuple[Query, list[str]]:
    """The query and what is wrong with it: a value that no facet has is left out, and named with what is known."""
    errors: list[str] = []
    chosen = {facet.key: checked(facet, params.getlist(facet.key), index, errors) for facet in FACETS}
    text = params.get("q", "").strip()
    if len(text) > MAX_TEXT:
        errors.append(f"q has {len(text)} characters; at most {MAX_TEXT} are searched. Shorten it.")
    sort = params.get("sort", "")
    if sort and sort not in SORTS:
        errors.append(f"sort “{sort[:40]}” is not known. Known: {', '.join(SORTS)}.")
    page = params.get("page") or "1"
    if not (page.isascii() and page.isdecimal() and 1 <= int(page[:9]) <= 100_000):
        errors.append("page must be a whole number of at least 1.")
        page = "1"
    chosen = {key: values for key, values in chosen.items() if values}
    usual = "" if text else DEFAULT_SORT
    return Query(text[:MAX_TEXT], chosen, sort if sort in SORTS and sort != usual else "", int(page)), errors


def checked(facet: Facet, values: list[str], index: Index, errors: list[str]) -> tuple[str, ...]:
    known = set(facet.labels or ()) | set(index.bits[facet.key])
    for value in values:
        if value and value not in known:
            errors.append(f"{facet.key} “{value[:40]}” is not known.")
    return tuple(dict.fromkeys(value for value in values if value in known))


@dataclass(frozen=True, slots=True)
class Count:
    """One value of a facet: `own` models have it under the other filters; `total` is what choosing it too would give."""

    value: str
    label: str
    own: int
    total: int
    on: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A page of results. `start` is the first one's place, from 1."""

    query: Query
    cards: tuple[Card, ...]
    total: int
    pages: int
    start: int
    facets: dict[str, list[Count]]


class Index:
    """Facets as bit sets and the words of every model, for one snapshot."""

    def __init__(self, cards: tuple[Card, ...]):
        self.cards = cards
        self.everything = (1 << len(cards)) - 1
        self.bits = {facet.key: bit_sets(cards, facet) for facet in FACETS}
        self.texts = [searchable(card) for card in cards]
        self.names = {card.provider: card.provider_name for card in cards}

    def search(self, query: Query, size: int = PAGE_SIZE) -> Found:
        text = self.matching(query.text)
        parts = {facet.key: self.part(facet, query.chosen.get(facet.key, ())) for facet in FACETS}
        cards = self.order(intersect([text, *parts.values()]), query)
        pages = max(1, -(-len(cards) // size))
        page = min(query.page, pages)
        start = (page - 1) * size
        facets = {facet.key: self.counts(facet, query, text, parts) for facet in FACETS}
        return Found(query.at(page), tuple(cards[start : start + size]), len(cards), pages, start + 1, facets)

    def matching(self, text: str) -> int:
        """The models in which every word of `text` begins a word, or stands when blanks and marks are left out."""
        found = self.everything
        for term in terms(text):
            found &= sum(1 << n for n, (words, squashed) in enumerate(self.texts) if f" {term}" in words or term in squashed)
        return found

    def part(self, facet: Facet, values: Iterable[str]) -> int:
        sets = [self.bits[facet.key].get(value, 0) for value in values]
        if not sets:
            return self.everything
        return intersect(sets) if facet.all_must_hold else union(sets)

    def counts(self, facet: Facet, query: Query, text: int, parts: dict[str, int]) -> list[Count]:
        others = intersect([text, *(bits for key, bits in parts.items() if key != facet.key)])
        chosen = query.chosen.get(facet.key, ())
        found = [self.count(facet, value, others, chosen, parts[facet.key]) for value in self.values(facet)]
        return [count for count in found if count.own or count.on]

    def count(self, facet: Facet, value: str, others: int, chosen: tuple[str, ...], part: int) -> Count:
        bits = self.bits[facet.key].get(value, 0)
        if facet.all_must_hold:
            own = total = others & part & bits
        else:
            own, total = others & bits, others & (part | bits if chosen else bits)
        label = self.names.get(value, value) if facet.key == "provider" else facet.label_of(value)
        return Count(value, label, own.bit_count(), total.bit_count(), value in chosen)

    def values(self, facet: Facet) -> list[str]:
        """A facet's values in the order to show them: as its labels say, else years backwards, else the largest first."""
        have = self.bits[facet.key]
        if facet.key == "released":
            return sorted(have, key=lambda year: (year == "unknown", [-int(c) for c in year if c.isdigit()]))
        if facet.labels:
            return [value for value in facet.labels if value in have]
        return sorted(have, key=lambda value: (-have[value].bit_count(), value))

    def order(self, bits: int, query: Query) -> list[Card]:
        cards = [card for n, card in enumerate(self.cards) if bits >> n & 1]
        sort = query.sort or ("" if query.text else DEFAULT_SORT)
        if not sort:
            return sorted(cards, key=lambda card: closeness(card, query.text))
        value = SORTS[sort][1]
        known = sorted((c for c in cards if value(c) is not None), key=value, reverse=sort.startswith("-"))
        return known + [card for card in cards if value(card) is None]


def bit_sets(cards: tuple[Card, ...], facet: Facet) -> dict[str, int]:
    found: dict[str, int] = {}
    for n, card in enumerate(cards):
        for value in facet.values(card):
            found[value] = found.get(value, 0) | 1 << n
    return found


def intersect(sets: list[int]) -> int:
    found = sets[0]
    for bits in sets[1:]:
        found &= bits
    return found


def union(sets: list[int]) -> int:
    found = 0
    for bits in sets:
        found |= bits
    return found


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


def members(snapshot: Snapshot, group: Group) -> Group:
    """A collection with the models that its rule finds, or the listed ones that were put in by hand."""
    if not group.rule:
        return replace(group, members=tuple(slug for slug in group.members if slug in snapshot.by_slug))
    query, _ = parse(QueryDict(group.rule), snapshot.index)
    return replace(group, members=tuple(card.slug for card in snapshot.index.search(query, len(snapshot.cards) or 1).cards))
