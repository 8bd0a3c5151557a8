"""The read model: the whole listed catalog in memory, immutable, rebuilt when the catalog's version changes.

Views, machines and the playground read cards from here and ask the database nothing.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings

from catalog import examples, facts, lifecycle, pricing
from catalog.endpoints import ENDPOINTS
from catalog.examples import Example
from catalog.models import Alias, Claim, Collection, Model, Price, Version
from catalog.vocabulary import CAPABILITIES, MODALITIES


@dataclass(frozen=True, slots=True)
class Rate:
    """A current price: `amount` is the list price in US dollars per `unit`, `effective` counts the top-up fee."""

    meter: str
    condition: str
    amount: Decimal
    source: str
    source_url: str
    since: date

    @property
    def unit(self) -> str:
        return pricing.METERS[self.meter].unit

    @property
    def label(self) -> str:
        return pricing.METERS[self.meter].label

    @property
    def effective(self) -> Decimal:
        return pricing.effective(self.amount, settings.TOP_UP_FEE)

    def on(self, basis: str) -> Decimal:
        """The amount that is shown: the list price unless the basis is effective."""
        return self.effective if basis == "effective" else self.amount

    @property
    def free(self) -> bool:
        return self.amount == 0


@dataclass(frozen=True, slots=True)
class Past(Rate):
    """A price that held from `since` until another day, which is no longer counted in."""

    until: date


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source says of one field, as of a day; `doubt` is why the value itself looks doubtful."""

    field: str
    value: Any
    source: str
    as_of: date
    url: str
    doubt: Any


@dataclass(frozen=True)
class Card:
    """Everything that pages say of one model. None means unknown."""

    slug: str
    upstream_id: str
    provider: str
    provider_name: str
    provider_url: str | None
    name: str
    modality: str | None
    endpoints: tuple[str, ...]
    listed_endpoints: tuple[str, ...]
    family: str | None
    description: str
    context_window: int | None
    max_output: int | None
    dimensions: int | None
    input_kinds: tuple[str, ...] | None
    output_kinds: tuple[str, ...] | None
    capabilities: dict[str, bool]
    strengths: tuple[str, ...]
    use_cases: tuple[str, ...]
    parameters: dict[str, Any]
    status: str
    released: date | None
    added: date
    retires_on: date | None
    replacement: str | None
    open_weights: bool | None
    knowledge_cutoff: str | None
    served: bool | None
    aliases: tuple[str, ...]
    rates: tuple[Rate, ...]
    statements: tuple[Statement, ...] = field(repr=False)
    collections: tuple[str, ...] = ()
    past: tuple[Past, ...] = field(default=(), repr=False)

    @property
    def id(self) -> str:
        return self.slug

    @property
    def can(self) -> tuple[str, ...]:
        """The capabilities that a source states it has."""
        return tuple(key for key in CAPABILITIES if self.capabilities.get(key))

    @property
    def badge(self) -> str | None:
        return ENDPOINTS[self.endpoints[0]].BADGE if self.endpoints else self.modality

    @property
    def modality_label(self) -> str:
        return MODALITIES[self.modality] if self.modality else "Unknown kind"

    @cached_property
    def headlines(self) -> tuple[Rate, ...]:
        """The prices without a condition, in the order that the first endpoint counts them."""
        meters = METER_ORDER.get(self.endpoints[0] if self.endpoints else "", {})
        plain = [rate for rate in self.rates if not rate.condition]
        return tuple(sorted(plain, key=lambda rate: (meters.get(rate.meter, 99), rate.meter)))

    @cached_property
    def price(self) -> Rate | None:
        """The price that a list shows first, or None when none is known."""
        return self.headlines[0] if self.headlines else None

    @cached_property
    def output_price(self) -> Rate | None:
        """The price of what comes out, where it is paid by the token."""
        return next((r for r in self.headlines if r.meter in {"output_tokens"} and r is not self.price), None)

    @cached_property
    def price_state(self) -> str:
        """`known`, `free` or `unknown`: free only when every headline price is zero."""
        if not self.headlines:
            return "unknown"
        return "free" if all(rate.free for rate in self.headlines) else "known"

    def said(self, name: str) -> list[Statement]:
        """Every source's word on a field, the shown one first."""
        return [statement for statement in self.statements if statement.field == name]

    def doubt(self, name: str) -> Any:
        """Why the shown value of a field is doubtful, or None."""
        words = self.said(name)
        return words[0].doubt if words else None


def differs(first: Any, second: Any) -> bool:
    """Whether two claims disagree; in a fact made of parts, whether a part that both name does."""
    if isinstance(first, dict) and isinstance(second, dict):
        return any(first[key] != second[key] for key in first.keys() & second.keys())
    return first != second


RATE_FIELDS = ("meter", "condition", "amount", "source", "source_url", "valid_from")
STATEMENT_FIELDS = ("field", "value", "source", "as_of", "url", "doubt")
METER_ORDER = {key: {meter: n for n, meter in enumerate(module.METERS)} for key, module in ENDPOINTS.items()}


@dataclass(frozen=True)
class Group:
    """A collection with its members."""

    slug: str
    name: str
    description: str
    rule: str
    members: tuple[str, ...]


class Snapshot:
    """The catalog at one version on one day, in the order of slugs. Rules like "released within 92 days" follow the day."""

    def __init__(
        self, version: int, changed_at: datetime | None, cards: list[Card], groups: list[Group], day: date | None = None,
        examples: tuple[Example, ...] = (),
    ):  # fmt: skip
        from catalog.search.index import Index
        from catalog.search.rules import members

        self.version = version
        self.day = day or today()
        self.changed_at = changed_at
        self.read_at = datetime.now(UTC)
        self.cards = tuple(cards)
        self.examples = examples
        self.by_slug = {card.slug: card for card in cards}
        self.by_alias = {alias: card for card in cards for alias in card.aliases}
        self.by_upstream = {card.upstream_id: card for card in cards}
        self.providers = {card.provider: card.provider_name for card in cards}
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
        """`{modality: models}`, in the vocabulary's order, without those that have none."""
        found = {key: sum(card.modality == key for card in self.cards) for key in MODALITIES}
        return {key: count for key, count in found.items() if count}


def today() -> date:
    return datetime.now(UTC).date()


def build(version: int) -> Snapshot:
    """Reads the listed catalog in seven queries, whatever its size; plain rows, since objects would take three times as long."""
    aliases = grouped(Alias.objects.values_list("model_id", "slug"))
    rates = grouped(Price.objects.current().values_list("model_id", *RATE_FIELDS))
    past = grouped(Price.objects.closed().order_by("valid_from", "pk").values_list("model_id", *RATE_FIELDS, "valid_to"))
    claims = grouped(Claim.objects.values_list("model_id", *STATEMENT_FIELDS))
    models = Model.objects.listed().select_related("provider").order_by("slug")
    cards = [card(model, aliases[model.pk], rates[model.pk], claims[model.pk], past[model.pk]) for model in models]
    groups = [group(row) for row in Collection.objects.prefetch_related("members")]
    changed_at = Version.objects.filter(pk=1).values_list("changed_at", flat=True).first()
    return Snapshot(version, changed_at, cards, groups, examples=examples.read())


def grouped(rows: Iterable[tuple]) -> dict[int, list[tuple]]:
    """Rows without their first value, by it."""
    found: dict[int, list[tuple]] = defaultdict(list)
    for key, *rest in rows:
        found[key].append(tuple(rest))
    return found


def card(model: Model, aliases: list[tuple], rates: list[tuple], claims: list[tuple], past: Iterable[tuple] = ()) -> Card:
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
        statements=tuple(sorted((Statement(*values) for values in claims), key=lambda s: facts.rank(s.source))),
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
            _current = build(number)
        return _current


def latest() -> Snapshot:
    """The snapshot at hand, without asking the database; only while the version is watched."""
    assert _current is not None
    return _current


async def current() -> Snapshot:
    """The snapshot to answer from. Where nothing watches the version, it is checked first."""
    if watched and _current is not None:
        return _current
    return await sync_to_async(refresh)()
