"""What pages say of one model, and of a collection: plain values, which know neither tables nor the rest of the catalog."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from catalog.costs import pricing
from catalog.endpoints import ENDPOINTS
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


@dataclass(frozen=True, slots=True)
class Proven:
    """What came of a question: on the gateway that this site calls, or in the sandbox, whose answers say nothing of a model."""

    ability: str
    passed: bool
    at: datetime
    reason: str
    first_token_ms: int | None
    tokens_per_second: Decimal | None
    sandbox: bool


@dataclass(frozen=True, slots=True)
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
    proofs: tuple[Proven, ...] = field(default=(), repr=False)
    headlines: tuple[Rate, ...] = field(init=False, repr=False, compare=False)
    kept: dict[str, Any] = field(init=False, repr=False, compare=False, default_factory=dict)  # what was worked out of it

    def __post_init__(self) -> None:
        object.__setattr__(self, "headlines", headlines(self))

    @property
    def id(self) -> str:
        return self.slug

    @property
    def can(self) -> tuple[str, ...]:
        """The capabilities that a source states it has."""
        return tuple(key for key in CAPABILITIES if self.capabilities.get(key))

    @property
    def verified(self) -> tuple[str, ...]:
        """The capabilities that it has shown on this gateway."""
        return tuple(key for key in CAPABILITIES if self.has_shown(key)) if self.proofs else ()

    def has_shown(self, ability: str) -> bool:
        return any(proof.ability == ability and proof.passed and not proof.sandbox for proof in self.proofs)

    def is_unsure_of(self, endpoint: str) -> bool:
        """Whether a gateway lists the endpoint and nobody has verified that it answers."""
        return endpoint in self.listed_endpoints and not self.has_shown(f"answers.{endpoint}")

    @property
    def badge(self) -> str | None:
        return ENDPOINTS[self.endpoints[0]].BADGE if self.endpoints else self.modality

    @property
    def modality_label(self) -> str:
        return MODALITIES[self.modality] if self.modality else "Unknown kind"

    @property
    def price(self) -> Rate | None:
        """The price that a list shows first, or None when none is known."""
        return self.headlines[0] if self.headlines else None

    @property
    def output_price(self) -> Rate | None:
        """The price of what comes out, where it is paid by the token."""
        return next((r for r in self.headlines if r.meter in {"output_tokens"} and r is not self.price), None)

    @property
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


def headlines(card: Card) -> tuple[Rate, ...]:
    """The prices without a condition, in the order that the first endpoint counts them."""
    meters = METER_ORDER.get(card.endpoints[0] if card.endpoints else "", {})
    plain = [rate for rate in card.rates if not rate.condition]
    found = tuple(sorted(plain, key=lambda rate: (meters.get(rate.meter, 99), rate.meter)))
    return card.rates if found == card.rates else found  # one of two equal ones is enough in memory


def differs(first: Any, second: Any) -> bool:
    """Whether two claims disagree; in a fact made of parts, whether a part that both name does."""
    if isinstance(first, dict) and isinstance(second, dict):
        return any(first[key] != second[key] for key in first.keys() & second.keys())
    return first != second


METER_ORDER = {key: {meter: n for n, meter in enumerate(module.METERS)} for key, module in ENDPOINTS.items()}


@dataclass(frozen=True)
class Group:
    """A collection with its members."""

    slug: str
    name: str
    description: str
    rule: str
    members: tuple[str, ...]
