"""Scatter charts of models, drawn by the server: price against context window or release date.

Places are per cents of the plot, so the drawing fits any width without a script and its letters keep their size.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from math import log10
from typing import Any, NamedTuple

from django.http import QueryDict

from catalog import figures
from catalog.cards import Card
from catalog.costs.pricing import METERS
from catalog.search.query import Query
from catalog.snapshot import Snapshot

CHARTS = {"context": "Price against context window", "released": "Price against release date"}
MAX_DRAWN = 2000  # models of one chart: its page stays of a size that a phone can load
MARGIN = 4  # per cent kept free at each end of an axis
HEIGHT = 280  # pixels of the plot
SHIFTS = (-11, 20, -25, 34, -39, 48)  # pixels from a point to its name's line, the nearest first
LINE = 13  # pixels between two names
FREE_AT = 1.5  # per cent: what is free stands left of the axis, for zero has no logarithm
STEPS = (1, 2, 5)  # of a decade


class Tick(NamedTuple):
    """A line across the plot: its place in per cent and what it says."""

    at: float
    label: str


class Point(NamedTuple):
    """A model in the plot; `x` from the left and `y` from the top, in per cent."""

    card: Card
    x: float
    y: float
    price: Decimal
    value: str

    @property
    def words(self) -> str:
        return f"{self.card.slug}: {figures.money(self.price) if self.price else 'free'}, {self.value}"


@dataclass(frozen=True, slots=True)
class Axis:
    """`place` turns a value into per cent of the axis; `ticks` are its lines."""

    place: Callable[[float], float]
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart. `others` are models drawn without a name; the counts say what could not be drawn, and why."""

    kind: str
    unit: str
    basis: str
    across: Axis
    up: Axis
    points: tuple[Point, ...]
    others: tuple[tuple[float, float], ...]
    unpriced: int
    otherwise_priced: int
    undated: int

    @property
    def title(self) -> str:
        return CHARTS[self.kind]

    @property
    def value_label(self) -> str:
        return "Context, tokens" if self.kind == "context" else "Released"

    @property
    def named(self) -> list[tuple[Point, int]]:
        """The points with the shift of their names: within the plot, and no two names on one line."""
        found: list[tuple[Point, int]] = []
        for point in self.points:
            lines = [other.y * HEIGHT / 100 + shift for other, shift in found]
            places = [(shift, point.y * HEIGHT / 100 + shift) for shift in SHIFTS]
            inside = [(shift, place) for shift, place in places if LINE <= place <= HEIGHT]
            free = [shift for shift, place in inside if all(abs(place - line) >= LINE for line in lines)]
            found.append((point, free[0] if free else SHIFTS[0]))
        return found

    @property
    def has_free(self) -> bool:
        return any(point.price == 0 for point in self.points)


def figure(cards: Iterable[Card], kind: str, among: Iterable[Card] = (), effective: bool = False) -> Figure | None:
    """Prices of `cards` in the one unit that most of them use, before a backdrop of `among`; None where nothing can be drawn."""
    named = list(cards)
    meter = usual_meter(named)
    drawn = [card for card in named if is_drawn(card, kind, meter)]
    if not drawn:
        return None
    backdrop = [card for card in islice(among, MAX_DRAWN) if card not in drawn and is_drawn(card, kind, meter)]
    across, up = axes([*drawn, *backdrop], kind, effective)
    points = tuple(point(card, kind, across, up, effective) for card in drawn)
    behind = {point(card, kind, across, up, effective)[1:3] for card in backdrop}
    otherwise = sum(card.price is not None and card.price.meter != meter for card in named)
    unpriced = sum(card.price is None for card in named)
    undated = len(named) - len(drawn) - otherwise - unpriced
    unit = f"{METERS[meter].label.lower()}, {METERS[meter].unit}"
    basis = "Effective" if effective else "List"
    return Figure(kind, unit, basis, across, up, points, tuple(sorted(behind)), unpriced, otherwise, undated)


def drawable(cards: list[Card], among: list[Card], effective: bool) -> dict[str, Figure]:
    """Every chart in which there is anything to draw, by its key."""
    return {key: found for key in CHARTS if (found := figure(cards, key, among, effective))}


def charts(now: Snapshot, query: Query, charted: str) -> dict[str, Any]:
    """The context of a list's chart: links to all of them, and the one that is asked for, of every model that is found."""
    links = [(label, with_chart(query, key), key == charted) for key, label in CHARTS.items()]
    if not charted:
        return {"chart_links": links}
    found = now.index.search(query.at(1), MAX_DRAWN)
    chart = figure(found.cards, charted, effective=query.basis == "effective")
    beyond = max(0, found.total - MAX_DRAWN)
    return {"chart_links": links, "charted": charted, "chart": chart, "beyond": beyond}


def asked_chart(params: QueryDict) -> tuple[str, list[str]]:
    """The chart that an address asks for, blank for none, and what is wrong with that."""
    kind = params.get("chart", "")
    if not kind or kind in CHARTS:
        return kind, []
    return "", [f"chart “{kind[:40]}” is not known. Known: {', '.join(CHARTS)}."]


def with_chart(query: Query, kind: str) -> str:
    """The query string of a list with its chart."""
    return f"{query}&chart={kind}".lstrip("&")


def usual_meter(cards: list[Card]) -> str:
    meters = [card.price.meter for card in cards if card.price]
    return max(dict.fromkeys(meters), key=meters.count, default="")


def is_drawn(card: Card, kind: str, meter: str) -> bool:
    return card.price is not None and card.price.meter == meter and value(card, kind) is not None


def value(card: Card, kind: str) -> float | None:
    """What the chart sets a price against, as a number."""
    if kind == "context":
        return card.context_window or None
    return card.released.toordinal() if card.released else None


def price(card: Card, effective: bool) -> Decimal:
    return card.price.effective if effective else card.price.amount


def point(card: Card, kind: str, across: Axis, up: Axis, effective: bool) -> Point:
    amount = price(card, effective)
    said = figures.tokens(card.context_window) if kind == "context" else card.released.isoformat()
    x = across.place(float(amount)) if amount else FREE_AT
    return Point(card, round(x, 1), round(up.place(value(card, kind)), 1), amount, said)


def axes(cards: list[Card], kind: str, effective: bool) -> tuple[Axis, Axis]:
    amounts = [float(amount) for card in cards if (amount := price(card, effective))]
    values = [value(card, kind) for card in cards]
    across = decades(amounts, dollars) if amounts else Axis(lambda number: FREE_AT, ())
    up = decades(values, lambda count: figures.tokens(round(count))) if kind == "context" else years(values)
    return across, from_top(up)


def from_top(axis: Axis) -> Axis:
    """The axis standing up: its places are counted from the top, as SVG does."""
    ticks = tuple(Tick(round(100 - tick.at, 1), tick.label) for tick in axis.ticks)
    return Axis(lambda number: 100 - axis.place(number), ticks)


def dollars(amount: float) -> str:
    return f"${amount:,.0f}" if amount >= 1 else figures.money(Decimal(str(amount)))


def decades(values: list[float], label: Callable[[float], str]) -> Axis:
    """A logarithmic axis over `values` with lines at 1, 2 and 5 of each decade, as few as fit."""
    low, high = log10(min(values)), log10(max(values))
    low, high = (low, high) if high - low > 0.3 else (low - 0.3, high + 0.3)

    def place(number: float) -> float:
        return MARGIN + (100 - 2 * MARGIN) * (log10(number) - low) / (high - low)

    wide = range(int(low) - 1, int(high) + 2)
    steps = STEPS if high - low < 2 else STEPS[::2] if high - low < 3 else STEPS[:1]
    lines = [float(f"{step}e{power}") for power in wide for step in steps]
    return Axis(place, tuple(Tick(round(place(line), 1), label(line)) for line in lines if low <= log10(line) <= high))


def years(days: list[float]) -> Axis:
    """A linear axis over days (`date.toordinal()`) with a line at each new year."""
    low, high = min(days), max(max(days), min(days) + 30)

    def place(day: float) -> float:
        return MARGIN + (100 - 2 * MARGIN) * (day - low) / (high - low)

    turns = [date(year, 1, 1) for year in range(date.fromordinal(int(low)).year, date.fromordinal(int(high)).year + 1)]
    shown = [turn for turn in turns if low <= turn.toordinal() <= high]
    return Axis(place, tuple(Tick(round(place(turn.toordinal()), 1), str(turn.year)) for turn in shown))
