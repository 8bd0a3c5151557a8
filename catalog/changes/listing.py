"""A page of changes: by day and source, the first few of each, so that an import of thousands takes no more room than an edit."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any, NamedTuple

from django.db.models import Count, Max, QuerySet

from catalog.changes.asked import Asked, found, midnight
from catalog.models import Change
from catalog.truth.evidence import change_words, field_words

FEW = 8  # of a day and source, before a link to the whole
DAYS = 10  # on a page
SIZE = 100  # of a page where it is one day of one source


class Told(NamedTuple):
    """A change in words; a blank is unknown."""

    at: datetime
    slug: str
    field: str
    before: str
    after: str
    source: str
    valid_from: date | None


class Day(NamedTuple):
    """What one source brought on one day (UTC): how many changes of how many models, some of them, and all by `whole`."""

    day: date
    source: str
    count: int
    models: int
    changes: list[Told]
    whole: Asked


def listing(asked: Asked) -> dict[str, Any]:
    """Template context: the last days before the end that is asked for, or a page of a day of one source."""
    total = found(asked).count()
    pages = max(1, ceil(total / SIZE)) if asked.whole else 1
    asked = asked.at(min(asked.page, pages))
    days = last_days(asked)
    return {
        "asked": asked, "total": total, "pages": pages, "older": older(asked, days),
        "days": [one for day in days for one in sources(asked, day)],
    }  # fmt: skip


def last_days(asked: Asked) -> list[date]:
    """The last days on which anything changed, one look into the index of moments each: to group them all by day takes seconds
    where there are many changes.
    """
    days: list[date] = []
    some = found(asked).values_list("at", flat=True)
    while len(days) < DAYS and (at := (some.filter(at__lt=midnight(days[-1])) if days else some).first()):
        days.append(at.date())
    return days


def older(asked: Asked, days: list[date]) -> Asked | None:
    """The same before these days, where there is anything."""
    more = len(days) == DAYS and found(asked).filter(at__lt=midnight(days[-1])).exists()
    return replace(asked, until=(days[-1] - timedelta(days=1)).isoformat()) if more else None


def sources(asked: Asked, day: date) -> list[Day]:
    """What each source brought on a day, the latest first."""
    of_day = found(asked).filter(at__gte=midnight(day), at__lt=midnight(day + timedelta(days=1)))
    counted = {"count": Count("pk"), "models": Count("model", distinct=True), "last": Max("at")}
    start = (asked.page - 1) * SIZE
    shown = slice(start, start + SIZE) if asked.whole else slice(FEW)
    return [
        Day(day, source, count, models, tell(of_day.filter(source=source)[shown]), asked.of(day, source))
        for source, count, models, _ in of_day.order_by().values_list("source").annotate(**counted).order_by("-last", "source")
    ]


def tell(changes: QuerySet[Change]) -> list[Told]:
    return [told(change) for change in changes]


def told(change: Change) -> Told:
    before, after = (change_words(change.field, value) for value in differing(change.before, change.after))
    day = change.valid_from if change.valid_from != change.at.date() else None
    return Told(change.at, change.model.slug, field_words(change.field), before, after, change.source, day)


def differing(before: Any, after: Any) -> tuple[Any, Any]:
    """Of a fact made of parts, those that changed."""
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return before, after
    keys = [key for key in before | after if before.get(key) != after.get(key)]
    return {key: before.get(key) for key in keys if before}, {key: after.get(key) for key in keys if after}


def recent(count: int) -> list[Told]:
    """The last changes of all."""
    return tell(found(Asked())[:count])
