"""How a model's prices went: every step that is on record, and a step chart of the prices without a condition."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from catalog import figures
from catalog.cards import Card, Past, Rate
from catalog.costs.pricing import METERS
from catalog.programs.export import address, iso, price

WIDTH, HEIGHT = 360, 150
LEFT, RIGHT, TOP, BOTTOM = 56, 4, 10, 26  # room for the labels


class Step(NamedTuple):
    """An amount from a day on, None for unknown; `until` is the first day it no longer held, None while it holds."""

    amount: Decimal | None
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
    for held in (*card.past, *card.rates):
        until = held.until if isinstance(held, Past) else None
        if until is None or held.since < until:
            found[held.meter, held.condition].append(Step(held.amount, held.since, until, held.source, held.source_url))
    keys = sorted(found, key=lambda key: (bool(key[1]), key[1], list(METERS).index(key[0])))
    every = [Series(*key, tuple(without_gaps(sorted(found[key], key=lambda step: step.since)))) for key in keys]
    return [one for one in every if len(one.steps) > 1]


def without_gaps(steps: list[Step]) -> list[Step]:
    """The steps with those between them in which the price was unknown; an amount that went on is one step."""
    found = steps[:1]
    for step in steps[1:]:
        last = found[-1]
        if last.until == step.since and last.amount == step.amount:
            found[-1] = step._replace(since=last.since)
            continue
        if last.until and last.until < step.since:
            found.append(Step(None, last.until, step.since, "", ""))
        found.append(step)
    return found + ([Step(None, found[-1].until, None, "", "")] if found[-1].until else [])


def charts(card: Card, today: date) -> list[Chart]:
    return [chart(one, today) for one in series(card) if not one.condition]


def chart(one: Series, today: date) -> Chart:
    first, last = one.steps[0].since, max(today, *(step.until or step.since for step in one.steps))
    top = max(step.amount or Decimal(0) for step in one.steps) or Decimal(1)
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
        if step.amount is None:
            continue
        drawn.append(f"{'V' if end == step.since else f'M{x(step.since)},'}{y(step.amount)}")
        end = step.until or last
        drawn.append(f"H{x(end)}")
    return "".join(drawn)


def told(one: Series) -> str:
    """The same in words, for who cannot see the chart."""
    return "; ".join(
        f"{amount(step)} from {step.since.isoformat()}"
        f"{f' until {step.until.isoformat()}' if step.until else ''}"
        for step in one.steps
    )


def amount(step: Step) -> str:
    return "unknown" if step.amount is None else "free" if step.amount == 0 else figures.exact(step.amount)


def data(card: Card) -> dict[str, Any]:
    """Every price, ended or not, as data. `until` is the first day it no longer held; null: it holds."""
    return {
        "object": "prices", "id": card.slug, "currency": "USD", "url": address("model", card.slug),
        "data": [*map(row, card.past), *map(row, card.rates)],
    }  # fmt: skip


def row(found: Rate) -> dict[str, Any]:
    return price(found) | {"until": iso(found.until) if isinstance(found, Past) else None}
