"""The read model: the whole listed catalog in memory, immutable, rebuilt when the catalog's version changes.

Views, machines and the playground read cards from here and ask the database nothing.
"""

from __future__ import annotations

import gc
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db.models import QuerySet

from catalog import card_rows
from catalog.calling import examples
from catalog.calling.examples import Example
from catalog.cards import Card, Group
from catalog.models import Collection, Import, Model, Touched, Version
from catalog.operation import measures
from catalog.search.following import following
from catalog.search.index import Index
from catalog.search.rules import members
from catalog.vocabulary import MODALITIES

TURN = 0.0005  # seconds for which a thread that builds a snapshot may go on while others wait


class Snapshot:
    """The catalog at one version on one day, in the order of slugs. Rules like "released within 92 days" follow the day."""

    def __init__(
        self, version: int, changed_at: datetime | None, cards: list[Card], groups: list[Group], day: date | None = None,
        examples: tuple[Example, ...] = (), synced: datetime | None = None, before: Snapshot | None = None,
    ):  # fmt: skip
        self.version = version
        self.day = day or today()
        self.changed_at = changed_at
        self.read_at = datetime.now(UTC)
        self.cards = tuple(cards)
        self.examples = examples
        self.synced = synced  # when the gateway was last asked what it serves; None: never, so nobody knows
        self.by_slug = {card.slug: card for card in cards}
        self.by_alias = {alias: card for card in cards for alias in card.aliases}
        self.by_upstream = {card.upstream_id: card for card in cards if card.upstream_id != card.slug}
        self.providers = {card.provider: card.provider_name for card in cards}
        self.by_provider = listed((card.provider, card) for card in cards)
        self.here = tuple(card for card in self.cards if card.served) or self.cards  # what lists open on
        self.index = following(before.index, self.cards, self.day) if before else Index(self.cards, self.day)
        same = before if before and before.index.places is self.index.places else None
        self.answered = dict(same.answered) if same else {}  # what rules came to
        self.groups = {group.slug: replace(group, members=members(self.index, group, self.answered)) for group in groups}
        self.index.collect(self.groups.values(), held(same, self.groups) if same else {})
        self.kept: dict[Any, Any] = {}  # what pages worked out of it

    @property
    def edition(self) -> tuple[int, date]:
        """What pages made from it may differ by."""
        return self.version, self.day

    def find(self, name: str) -> Card | None:
        """The model with this slug, alias or upstream id."""
        return self.by_slug.get(name) or self.by_alias.get(name) or self.by_upstream.get(name)

    def in_groups(self, card: Card) -> list[Group]:
        place, sets = self.index.places.get(card.slug), self.index.bits["collection"]
        return [] if place is None else [group for group in self.groups.values() if sets[group.slug] >> place & 1]

    def of(self, provider: str) -> list[Card]:
        return self.by_provider.get(provider, [])

    def counts(self) -> dict[str, int]:
        """`{modality: models}` as lists open, in the vocabulary's order, without those that have none."""
        here, kinds = self.index.where[self.index.usual], self.index.bits["modality"]
        found = {key: (kinds.get(key, 0) & here).bit_count() for key in MODALITIES}
        return {key: count for key, count in found.items() if count}


def listed[T](pairs: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def held(same: Snapshot, groups: Mapping[str, Group]) -> dict[str, int]:
    """The sets of the groups whose members are what they were, among the same models."""
    sets = same.index.bits["collection"]
    return {slug: bits for slug, bits in sets.items() if slug in groups and groups[slug].members is same.groups[slug].members}


def today() -> date:
    return datetime.now(UTC).date()


def slug(card: Card) -> str:
    return card.slug


def build(version: int, before: Snapshot | None = None) -> Snapshot:
    """Reads the listed catalog, in a dozen queries for each batch of models; only what changed, where a snapshot is at hand."""
    groups = [group(row) for row in Collection.objects.prefetch_related("members")]
    changed_at = Version.objects.filter(pk=1).values_list("changed_at", flat=True).first()
    synced = synced_at()
    found = changed(before, version, synced) if before else read(Model.objects.listed(), synced)
    cards = sorted(found, key=slug)
    return Snapshot(version, changed_at, cards, groups, examples=examples.read(), synced=synced, before=before)


def read(models: QuerySet[Model], synced: datetime | None) -> Iterator[Card]:
    return card_rows.read(models, told=synced is not None)


def changed(before: Snapshot, version: int, synced: datetime | None) -> Iterator[Card]:
    """The cards of `version`: those of `before` wherever they say the same, since much is kept with a card."""
    models, day = Model.objects.listed(), today()
    one_day, as_told = before.day == day, (before.synced is None) == (synced is None)
    touched = Touched.between(before.version, version) if one_day and as_told else None
    if touched is not None:
        models = models.filter(slug__in=touched)
        yield from (card for card in before.cards if card.slug not in touched)
    for card in read(models, synced):
        old = before.by_slug.get(card.slug)
        yield old if old == card and (one_day or not card.retires_on) else card  # pages count the days until it retires


def synced_at() -> datetime | None:
    """When the configured gateway was last read. What another one served says nothing, and the sandbox serves all."""
    read = Import.objects.filter(source="gateway", state="done", place=settings.GATEWAY_URL)
    return read.values_list("finished", flat=True).first() if settings.GATEWAY_URL else None


def group(row: Collection) -> Group:
    return Group(row.slug, row.name, row.description, row.rule, tuple(model.slug for model in row.members.all()))


_lock = threading.Lock()
_current: Snapshot | None = None
watched = False  # whether `config.asgi` keeps the snapshot fresh, so that no request has to ask


def refresh() -> Snapshot:
    """The snapshot of the catalog's present version, built anew if that or the day (UTC) changed. Asks the database."""
    global _current
    number = Version.current()
    with _lock:
        if _current is None or _current.edition != (number, today()):
            begun = time.monotonic()
            _current = again(number, _current) if _current else first(number)
            measures.built(number, time.monotonic() - begun)
        return _current


def first(number: int) -> Snapshot:
    """A snapshot that stays: the garbage collector would go through all of it many times meanwhile, and ever again."""
    gc.disable()
    try:
        return build(number)
    finally:
        gc.freeze()
        gc.enable()


def again(number: int, before: Snapshot) -> Snapshot:
    """A snapshot made while requests are answered, who shall not wait for their turn as long as Python would let them (5 ms)."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    try:
        return build(number, before)
    finally:
        sys.setswitchinterval(usual)


def exists() -> bool:
    return _current is not None


def latest() -> Snapshot:
    """The snapshot at hand, without asking the database; only while the version is watched."""
    assert _current is not None
    return _current


async def current() -> Snapshot:
    """The snapshot to answer from. Where nothing watches the version, it is checked first."""
    if watched and _current is not None:
        return _current
    return await sync_to_async(refresh)()
