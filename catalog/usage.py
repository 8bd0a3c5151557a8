"""What models were used for on this site, from the hours that the playground rolled up. Sums only: nothing of any visitor."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from catalog import figures, snapshot
from catalog.cards import Card
from catalog.models import Usage
from catalog.outage import unless_away
from catalog.snapshot import Snapshot
from catalog.vocabulary import MODALITIES

WINDOWS = {"24h": ("24 hours", timedelta(hours=24)), "7d": ("7 days", timedelta(days=7)), "30d": ("30 days", timedelta(days=30))}
KEPT = timedelta(days=31)
RANKS_LAST = 60  # seconds, as kept pages do


@dataclass(frozen=True, slots=True)
class Use:
    """Sums of a window."""

    requests: int
    errors: int
    tokens: int
    spend: Decimal
    priced: int
    timed_tokens: int
    timed_ms: int
    streams: int
    first_token_ms: int


class Measure(NamedTuple):
    """What models are ranked by. `of(use)` is None where the runs do not tell it; `of_the_model`: no sandbox could show it."""

    label: str
    head: str
    note: str
    of: Callable[[Use], Decimal | float | None]
    text: Callable[[Decimal | float], str]
    lowest_first: bool = False
    adds_up: bool = False
    of_the_model: bool = False


MEASURES = {
    "tokens": Measure(
        "Tokens", "Tokens", "Input plus output tokens, of models that report them.",
        lambda use: use.tokens or None, lambda value: figures.tokens(int(value)), adds_up=True,
    ),
    "requests": Measure(
        "Requests", "Requests", "Runs that reached the model, answered or not.",
        lambda use: use.requests or None, lambda value: f"{value:,}", adds_up=True,
    ),
    "spend": Measure(
        "Spend", "Spend", "List cost in US dollars of the runs whose cost is known.",
        lambda use: use.spend if use.priced else None, lambda value: figures.run_cost(Decimal(value)), adds_up=True,
    ),
    "speed": Measure(
        "Speed", "Tokens a second", "Output tokens by the time of the whole answer, of complete answers that report tokens.",
        lambda use: 1000 * use.timed_tokens / use.timed_ms if use.timed_ms else None, lambda value: f"{value:,.1f}",
        of_the_model=True,
    ),
    "first": Measure(
        "First token", "First token", "Mean time until the first token of streamed answers, the shortest first.",
        lambda use: use.first_token_ms / use.streams if use.streams else None, figures.duration,
        lowest_first=True, of_the_model=True,
    ),
    "errors": Measure(
        "Error rate", "Errors", "Requests that the gateway or the model failed, the fewest first. A refused key or a wrong "
        "request is not counted, nor one that was stopped.",
        lambda use: use.errors / use.requests if use.requests else None, lambda value: f"{100 * value:.1f}%",
        lowest_first=True, of_the_model=True,
    ),
}  # fmt: skip


def own_source() -> str:
    """Where this site's runs go now."""
    return "gateway" if settings.GATEWAY_URL else "sandbox"


def beginning(window: str, now: datetime) -> datetime:
    """The first hour of a window. Hours are whole, the present one has begun."""
    return now.replace(minute=0, second=0, microsecond=0) - WINDOWS[window][1] + timedelta(hours=1)


def used(now: Snapshot, window: str, source: str) -> dict[str, Use]:
    """`{slug: use}` of the listed models that were run in the window. Asks the database once."""
    sums = {name: Sum(name) for name in Use.__dataclass_fields__}
    rows = Usage.objects.filter(hour__gte=beginning(window, timezone.now()), source=source)
    found = rows.order_by().values("model__slug").annotate(**sums)
    return {slug: Use(**row) for row in found if (slug := row.pop("model__slug")) in now.by_slug}


def sources(window: str) -> set[str]:
    """The sources of which there is any use."""
    rows = Usage.objects.filter(hour__gte=beginning(window, timezone.now()))
    return set(rows.order_by().values_list("source", flat=True).distinct())


def ranked(uses: dict[str, Use], measure: Measure) -> list[tuple[str, Decimal | float, Use]]:
    """`(slug, value, use)`, the best first; models of which the runs do not tell it are left out."""
    told = [(slug, value, use) for slug, use in uses.items() if (value := measure.of(use)) is not None]
    return sorted(told, key=lambda row: (row[1] if measure.lowest_first else -row[1], -row[2].requests, row[0]))


def most_used(now: Snapshot) -> list[tuple[Card, int]]:
    """`(model, tokens)` of the last seven days, the most first."""
    return [(now.by_slug[slug], use.tokens) for slug, _, use in ranked(used(now, "7d", own_source()), MEASURES["tokens"])]


class Rank(NamedTuple):
    """A model's place among the models of its kind that were run here in seven days."""

    place: int
    of: int
    source: str


_ranks: tuple[Snapshot | None, float, dict[str, Rank]] = (None, 0.0, {})  # of which models they are, and when they were read


async def rank(now: Snapshot, card: Card) -> Rank | None:
    """By requests. Where the version is watched the ranks are as well, so that a page has to ask for them only when they lack."""
    of, _, found = _ranks
    if of is not now or not snapshot.watched:
        found = await sync_to_async(unless_away)(lambda: ranks(now), {})
    return found.get(card.slug)


def ranks(now: Snapshot) -> dict[str, Rank]:
    """`{slug: rank}`. Asks the database, once a minute for the same models."""
    global _ranks
    of, read, found = _ranks
    if of is not now or time.monotonic() - read >= RANKS_LAST:
        found = placed(now)
        _ranks = (now, time.monotonic(), found)
    return found


def placed(now: Snapshot) -> dict[str, Rank]:
    source = own_source()
    order = [slug for slug, _, _ in ranked(used(now, "7d", source), MEASURES["requests"])]
    kinds = [[slug for slug in order if now.by_slug[slug].modality == kind] for kind in MODALITIES]
    return {slug: Rank(n, len(slugs), source) for slugs in kinds for n, slug in enumerate(slugs, 1)}


def forget() -> int:
    """Deletes the use that no window reaches any more. Returns how many rows."""
    return Usage.objects.filter(hour__lt=timezone.now() - KEPT).delete()[0]
