"""How a model's prices went: every step that is on record, and a step chart of the prices without a condition."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from catalog import figures
from catalog.export import address, iso, price
from catalog.pricing import METERS
from catalog.snapshot import Card, Past, Rate

WIDTH, HEIGHT = 360, 150
LEFT, RIGHT, TOP, BOTTOM = 56, 4, 10, 26  # room for the labels


class Step(NamedTuple):
    """An amount from a day on; `until` is the first day it no longer held, None while it holds."""

    amount: Decimal
    since: date
    until: date | None
    source: str
    source_url: str


@dataclass(frozen=True)
class Series:
    """The steps of one price, the oldest first."""

    meter: str
    condition: str
    steps: tuple[Step, ...]

    @property
    def label(self) -> str:
        return METERS[self.meter].label

    @property
    def unit(self) -> str:
        return METERS[self.meter].unit


class Tick(NamedTuple):
    place: float
    label: str


class Chart(NamedTuple):
    """A step chart: paths and labels in its own coordinates. A gap in the path is a time without a known price."""

    series: Series
    path: str
    rows: list[Tick]
    columns: list[Tick]
    words: str


def series(card: Card) -> list[Series]:
    """Every price that changed, those without a condition first. A price that held for no day is left out."""
    found: dict[tuple[str, str], list[Step]] = defaultdict(list)
    for old in card.past:
        if old.since < old.until:
            found[old.meter, old.condition].append(Step(old.amount, old.since, old.until, old.source, old.source_url))
    changed = set(found)
    for rate in card.rates:
        if (rate.meter, rate.condition) in changed:
            found[rate.meter, rate.condition].append(Step(rate.amount, rate.since, None, rate.source, rate.source_url))
    keys = sorted(found, key=lambda key: (bool(key[1]), key[1], list(METERS).index(key[0])))
    return [Series(*key, tuple(sorted(found[key], key=lambda step: step.since))) for key in keys]


def charts(card: Card, today: date) -> list[Chart]:
    return [chart(one, today) for one in series(card) if not one.condition]


def chart(one: Series, today: date) -> Chart:
    first, last = one.steps[0].since, max(today, *(step.until or step.since for step in one.steps))
    top = max(step.amount for step in one.steps) or Decimal(1)
    days = max((last - first).days, 1)

    def x(day: date) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / days, 1)

    def y(amount: Decimal) -> float:
        return round(HEIGHT - BOTTOM - float(amount / top) * (HEIGHT - TOP - BOTTOM), 1)

    rows = [Tick(y(amount), figures.money(amount)) for amount in (Decimal(0), top / 2, top)]
    columns = [Tick(x(first), first.isoformat()), Tick(x(last), last.isoformat())]
    return Chart(one, path(one.steps, last, x, y), rows, columns, told(one))


def path(steps: tuple[Step, ...], last: date, x: Any, y: Any) -> str:
    """A line for each step, joined to the next where that begins as it ends."""
    drawn, end = [], None
    for step in steps:
        drawn.append(f"{'V' if end == step.since else f'M{x(step.since)},'}{y(step.amount)}")
        end = step.until or last
        drawn.append(f"H{x(end)}")
    return "".join(drawn)


def told(one: Series) -> str:
    """The same in words, for who cannot see the chart."""
    return "; ".join(
        f"{'free' if step.amount == 0 else figures.exact(step.amount)} from {step.since.isoformat()}"
        f"{f' until {step.until.isoformat()}' if step.until else ''}"
        for step in one.steps
    )


def data(card: Card) -> dict[str, Any]:
    """Every price, ended or not, as data. `until` is the first day it no longer held; null: it holds."""
    return {
        "object": "prices", "id": card.slug, "currency": "USD", "url": address("model", card.slug),
        "data": [*map(row, card.past), *map(row, card.rates)],
    }  # fmt: skip


def row(found: Rate) -> dict[str, Any]:
    return price(found) | {"until": iso(found.until) if isinstance(found, Past) else None}
