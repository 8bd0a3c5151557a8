"""The read model: the whole listed catalog in memory, immutable, rebuilt when the catalog's version changes.

Views, machines and the playground read cards from here and ask the database nothing.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db.models import QuerySet

from catalog import examples, facts, lifecycle
from catalog.cards import Card, Group, Past, Proven, Rate, Statement
from catalog.examples import Example
from catalog.facts import Ranks
from catalog.models import Alias, Claim, Collection, Import, Model, Price, Proof, Source, Version
from catalog.operation import measures
from catalog.search.index import Index
from catalog.search.rules import members
from catalog.vocabulary import MODALITIES

RATE_FIELDS = ("meter", "condition", "amount", "source", "source_url", "valid_from")
PROOF_FIELDS = ("ability", "passed", "at", "reason", "first_token_ms", "tokens_per_second", "gateway")
STATEMENT_FIELDS = ("field", "value", "source", "as_of", "url", "doubt")


class Snapshot:
    """The catalog at one version on one day, in the order of slugs. Rules like "released within 92 days" follow the day."""

    def __init__(
        self, version: int, changed_at: datetime | None, cards: list[Card], groups: list[Group], day: date | None = None,
        examples: tuple[Example, ...] = (), synced: datetime | None = None,
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
        self.by_upstream = {card.upstream_id: card for card in cards}
        self.providers = {card.provider: card.provider_name for card in cards}
        self.here = tuple(card for card in self.cards if card.served) or self.cards  # what lists open on
        self.index = Index(self.cards, self.day)
        self.groups = {group.slug: replace(group, members=members(self.index, group)) for group in groups}
        self.index.collect(self.groups.values())

    @property
    def edition(self) -> tuple[int, date]:
        """What pages made from it may differ by."""
        return self.version, self.day

    def find(self, name: str) -> Card | None:
        """The model with this slug, alias or upstream id."""
        return self.by_slug.get(name) or self.by_alias.get(name) or self.by_upstream.get(name)

    def in_groups(self, card: Card) -> list[Group]:
        return [group for group in self.groups.values() if card.slug in group.members]

    def of(self, provider: str) -> list[Card]:
        return [card for card in self.cards if card.provider == provider]

    def counts(self) -> dict[str, int]:
        """`{modality: models}` as lists open, in the vocabulary's order, without those that have none."""
        found = {key: sum(card.modality == key for card in self.here) for key in MODALITIES}
        return {key: count for key, count in found.items() if count}


def today() -> date:
    return datetime.now(UTC).date()


def build(version: int) -> Snapshot:
    """Reads the listed catalog in eleven queries, whatever its size."""
    groups = [group(row) for row in Collection.objects.prefetch_related("members")]
    changed_at = Version.objects.filter(pk=1).values_list("changed_at", flat=True).first()
    found, synced = cards(Model.objects.listed()), synced_at()
    found = found if synced else [replace(card, served=None) for card in found]
    return Snapshot(version, changed_at, found, groups, examples=examples.read(), synced=synced)


def synced_at() -> datetime | None:
    """When the configured gateway was last read. What another one served says nothing, and the sandbox serves all."""
    read = Import.objects.filter(source="gateway", state="done", place=settings.GATEWAY_URL)
    return read.values_list("finished", flat=True).first() if settings.GATEWAY_URL else None


def cards(models: QuerySet[Model]) -> list[Card]:
    """Models as pages show them, listed or not; read as plain rows, since objects would take three times as long."""
    of = {"model__in": models.order_by()}
    prices = Price.objects.filter(**of)
    names = grouped(Alias.objects.filter(**of).values_list("model_id", "slug"))
    rates = grouped(prices.current().values_list("model_id", *RATE_FIELDS))
    past = grouped(prices.closed().order_by("valid_from", "pk").values_list("model_id", *RATE_FIELDS, "valid_to"))
    said = grouped(Claim.objects.filter(**of).values_list("model_id", *STATEMENT_FIELDS))
    proofs = grouped(Proof.objects.filter(gateway=settings.GATEWAY_URL, **of).values_list("model_id", *PROOF_FIELDS))
    found, ranks = models.select_related("provider").order_by("slug"), Source.ranks()
    return [card(m, names[m.pk], rates[m.pk], said[m.pk], past[m.pk], ranks, proofs[m.pk]) for m in found]


def grouped(rows: Iterable[tuple]) -> dict[int, list[tuple]]:
    """Rows without their first value, by it."""
    found: dict[int, list[tuple]] = defaultdict(list)
    for key, *rest in rows:
        found[key].append(tuple(rest))
    return found


def card(
    model: Model, aliases: list[tuple], rates: list[tuple], claims: list[tuple], past: Iterable[tuple] = (),
    ranks: Ranks | None = None, proofs: Iterable[tuple] = (),
) -> Card:  # fmt: skip
    return Card(
        slug=model.slug, upstream_id=model.upstream_id or model.slug,
        provider=model.provider.slug, provider_name=model.provider.name, provider_url=model.provider.url or None,
        name=model.name, modality=model.modality,
        endpoints=tuple(model.endpoints), listed_endpoints=tuple(model.listed_endpoints),
        family=model.family or None, description=model.description,
        context_window=model.context_window, max_output=model.max_output, dimensions=model.dimensions,
        input_kinds=kinds(model.input_kinds), output_kinds=kinds(model.output_kinds),
        capabilities=model.capabilities, strengths=tuple(model.strengths), use_cases=tuple(model.use_cases),
        parameters=model.parameters, status=lifecycle.status(model.status, model.retires_on),
        released=model.released, added=model.added,
        retires_on=model.retires_on, replacement=model.replacement or None, open_weights=model.open_weights,
        knowledge_cutoff=model.knowledge_cutoff or None, served=model.served,
        aliases=tuple(alias for (alias,) in aliases),
        rates=tuple(rate(*values) for values in rates), past=tuple(ended(*values) for values in past),
        proofs=tuple(Proven(*values, sandbox=not gateway) for *values, gateway in proofs),
        statements=tuple(sorted((Statement(*values) for values in claims), key=lambda s: facts.rank(s.source, ranks or {}))),
    )  # fmt: skip


def kinds(words: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if words is None else tuple(words)


def rate(meter: str, condition: str, amount: Decimal, source: str, source_url: str, since: date) -> Rate:
    return Rate(meter, condition, shortened(amount), source, source_url, since)


def ended(meter: str, condition: str, amount: Decimal, source: str, source_url: str, since: date, until: date) -> Past:
    return Past(meter, condition, shortened(amount), source, source_url, since, until)


def shortened(amount: Decimal) -> Decimal:
    """Without the zeros that the table adds."""
    short = amount.normalize()
    return short if short.as_tuple().exponent <= 0 else short.quantize(Decimal(1))


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
            _current = build(number)
            measures.built(number, time.monotonic() - begun)
        return _current


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
