"""Failures, counted in memory and written a few times a minute, so that a flood of refusals costs the database nothing.

A process that is killed loses what it counted since the last writing.
"""

import threading
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from catalog.models import Failure
from gateway.request_id import request_id

KEPT = timedelta(days=14)
MOST = 500  # kinds of failure that wait in memory, and rows of a day; what comes beyond is counted as one
REST = "others"


class Way(NamedTuple):
    """The columns of a row that say what failed. Texts are cut to what a column holds."""

    day: date
    kind: str
    what: str
    place: str
    model: str
    status: int


class Times(NamedTuple):
    """How often, from when to when, and the id of the last request."""

    count: int
    first: datetime
    last: datetime
    request_id: str


_lock = threading.Lock()
_waiting: dict[Way, Times] = {}


def note(kind: str, what: str, place: str = "", model: str = "", status: int | None = None) -> None:
    """Counts one failure. `kind` is a key of `FAILURES`, `what` the type of the error and no text that anyone wrote."""
    now = timezone.now()
    way = Way(now.date(), kind, printable(what, 60), printable(place, 60), printable(model, 200), status or 0)
    with _lock:
        if way not in _waiting and len(_waiting) >= MOST:
            way = rest(way)
        add(way, Times(1, now, now, request_id.get()))


def printable(text: str, most: int) -> str:
    """A gateway may call its errors anything."""
    return "".join(mark if mark.isprintable() else "\ufffd" for mark in text)[:most]


def rest(way: Way) -> Way:
    return way._replace(what=REST, place="", model="", status=0)


def add(way: Way, more: Times) -> None:
    old = _waiting.get(way)
    _waiting[way] = both(old, more) if old else more


def both(one: Times, other: Times) -> Times:
    newer = max(one, other, key=lambda times: times.last)
    return newer._replace(count=one.count + other.count, first=min(one.first, other.first))


def write() -> None:
    """Adds what was counted to the table; where that fails it waits for the next time."""
    with _lock:
        ways = dict(_waiting)
        _waiting.clear()
    if not ways:
        return
    try:
        with transaction.atomic():
            for way, times in ways.items():
                store(way, times)
    except DatabaseError:
        with _lock:
            for way, times in ways.items():
                add(way, times)
        raise


def store(way: Way, times: Times) -> None:
    rows = Failure.objects.filter(**way._asdict())
    told = {"last": times.last, "request_id": times.request_id}
    if rows.update(times=F("times") + times.count, **told):
        return
    if way.what != REST and Failure.objects.filter(day=way.day).count() >= MOST:
        return store(rest(way), times)
    row, made = Failure.objects.get_or_create(**way._asdict(), defaults={"times": times.count, "first": times.first} | told)
    if not made:  # another process was quicker
        Failure.objects.filter(pk=row.pk).update(times=F("times") + times.count, **told)


def forget() -> int:
    """Deletes what is older than KEPT. Returns how many rows."""
    return Failure.objects.filter(last__lt=timezone.now() - KEPT).delete()[0]
