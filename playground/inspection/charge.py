"""What a run cost, worked out again line by line from its own counts and the prices of its day, beside what the gateway told."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from catalog import figures
from catalog.cards import Card, Rate
from catalog.costs import calculator, pricing
from catalog.costs.pricing import METERS
from catalog.endpoints import ENDPOINTS
from playground.models import Run

ROUNDING = Decimal("0.000001")  # dollars: gateways tell cents to four decimals
ROUNDING_SHARE = Decimal("0.005")


class Kept(NamedTuple):
    """A price as a run keeps it."""

    meter: str
    condition: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """One product of the sum. `source` is a price of the catalog with the same amount, None where it states none any more."""

    rate: Kept
    count: Decimal
    source: Rate | None

    @property
    def label(self) -> str:
        return METERS[self.rate.meter].label

    @property
    def amount(self) -> Decimal:
        return self.count * self.rate.amount / METERS[self.rate.meter].per

    @property
    def formula(self) -> str:
        return f"{calculator.product(self.count, self.rate)} = {figures.exact(self.amount)}"


@dataclass(frozen=True, slots=True)
class Charge:
    """`list`, `effective` and `told` are US dollars or None where unknown; `missing` says why `list` is."""

    lines: tuple[Line, ...]
    missing: tuple[str, ...]
    list: Decimal | None
    effective: Decimal | None
    told: Decimal | None

    @property
    def apart(self) -> Decimal | None:
        """By how much the gateway's figure is above the list cost; None where one is unknown, or they agree."""
        if self.told is None or self.list is None or agree(self.told, self.list):
            return None
        return self.told - self.list

    @property
    def disputed(self) -> bool:
        """Whether the gateway tells a cost that ours is not."""
        return self.told is not None and (self.list is None or self.apart is not None)

    @property
    def less(self) -> Decimal | None:
        """How far the gateway's figure is below the list cost, where it is."""
        return None if self.apart is None else -self.apart

    @property
    def told_effective(self) -> bool:
        """Whether the gateway's figure is not the list cost, but the effective one."""
        return self.apart is not None and self.effective is not None and agree(self.told or Decimal(0), self.effective)

    @property
    def free(self) -> bool:
        return self.list == 0 and all(line.rate.amount == 0 for line in self.lines)


def agree(told: Decimal, ours: Decimal) -> bool:
    """Whether two amounts differ by no more than rounding; nothing and something never agree."""
    return told == ours or (min(told, ours) > 0 and abs(told - ours) <= max(ROUNDING, ours * ROUNDING_SHARE))


def of(run: Run, card: Card | None) -> Charge:
    prices = [Kept(meter, condition, Decimal(amount)) for meter, condition, amount in run.prices if meter in METERS]
    counts = counted(run, prices)
    rates = applying(prices, (run.usage or {}).get("input_tokens", 0))
    lines = [Line(rates[meter], count, source(rates[meter], card)) for meter, count in counts.items() if meter in rates]
    missing = () if run.cost_list is not None else tuple(reasons(run, counts, rates))
    return Charge(tuple(lines), missing, run.cost_list, run.cost_effective, run.cost_told)


def counted(run: Run, prices: list[Kept]) -> dict[str, Decimal]:
    """The counts to charge, as `Execution` charged them."""
    usage = pricing.measured(run.usage or {}, applying(prices), getattr(ENDPOINTS.get(run.endpoint), "ALTERNATIVES", ()))
    rates = applying(prices, usage.get("input_tokens", 0))
    return {meter: count for meter, count in pricing.billed(usage, rates).items() if count}


def applying(prices: list[Kept], prompt_tokens: int = 0) -> dict[str, Kept]:
    """Of sizes a run keeps the prices of those alone that it asked for."""
    asked = {price.condition for price in prices if pricing.is_size(price.condition)}
    return pricing.applying(prices, int(prompt_tokens), named=asked)


def source(rate: Kept, card: Card | None) -> Rate | None:
    """The catalog's own price with this amount: the current one, else the latest of the past."""
    known = (*card.rates, *reversed(card.past)) if card else ()
    return next((found for found in known if (found.meter, found.condition, found.amount) == rate), None)


def reasons(run: Run, counts: dict[str, Decimal], rates: dict[str, Kept]) -> Iterator[str]:
    """Why the cost is unknown."""
    if not run.usage:
        yield "The answer says nothing of what was used."
    elif not counts:
        yield "Nothing was counted."
    for meter in counts:
        if meter not in rates:
            yield f"No source stated a price for {METERS[meter].label.lower()} (per {METERS[meter].unit})."
