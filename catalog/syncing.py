"""Reads sources again and brings the catalog up to date with them: what a command, a timer and the site itself do.

A source is read by one process at a time. Whatever goes wrong is kept as an `Import` row that says so, and the catalog
stays as it was.
"""

import contextlib
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from catalog import imports, outage, processes
from catalog.models import Import, Source, Version
from catalog.operation import failures
from catalog.sources import READERS
from catalog.sources.fetching import Unreadable
from gateway.errors import GatewayError

log = logging.getLogger(__name__)
LASTS = timedelta(minutes=15)  # longer than any sync: one that began before has died
TRIES_AGAIN = timedelta(minutes=5)  # after a failure, unless SYNC_EVERY is shorter
BESIDE = ("health", "balance")  # what a gateway told beside its list, for people


class Busy(Exception):
    """The source is being read by another process."""


def sync(reader: str, by: str = "", allow_shrink: bool = False) -> Import:
    """Reads a source and applies what it states. Raises `Busy`; else the row says what came of it."""
    with alone(key_of(reader)):
        try:
            return applied(reader, by, allow_shrink)
        except imports.Busy as wait:
            raise Busy(str(wait)) from wait
        except (GatewayError, Unreadable) as fault:
            return failed(reader, by, getattr(fault, "message", str(fault)), getattr(fault, "type", "unreadable"))
        except Exception as fault:
            failed(reader, by, str(fault) or type(fault).__name__, type(fault).__name__)
            raise


@contextlib.contextmanager
def alone(key: str) -> Iterator[None]:
    """Takes the source's turn, which is a column of its row, so that it holds across machines."""
    Source.objects.get_or_create(key=key, defaults={"place": Source.COME_WITH.get(key, 1000)})
    now, row = timezone.now(), Source.objects.filter(key=key)
    free = Q(begun=None) | Q(begun__lt=now - LASTS) | Q(process__in=processes.dead())
    if not row.filter(free).update(begun=now, process=processes.mine()):
        raise Busy(f"{key} is being synced already.")
    try:
        yield
    finally:
        row.filter(begun=now).update(begun=None, process="")


def release(gone: list[str]) -> None:
    """Gives back the turns of processes that are gone."""
    Source.objects.filter(process__in=gone).update(begun=None, process="")


def applied(reader: str, by: str, allow_shrink: bool) -> Import:
    raw = READERS[reader].fetch(None)
    plan = imports.plan(reader, *READERS[reader].translate(raw, timezone.localdate().isoformat()))
    row = imports.apply(plan, by=by, allow_shrink=allow_shrink, place=place_of(reader))
    if row.state == "done":
        told = {name: raw[name] for name in BESIDE if isinstance(raw, dict) and raw.get(name)}
        row.report |= {"gateway": told} if reader == "gateway" else {}
        row.save(update_fields=["report"])
        Version.bump(())  # pages tell when the gateway was last asked, also where nothing changed
    return row


def failed(reader: str, by: str, fault: str, kind: str) -> Import:
    """Notes a failure; one that goes on is one row, so that a gateway that is away for a week does not fill the table."""
    log.warning("%s was not synced: %s", reader, fault)
    failures.note("sync", kind, reader)
    failures.write()  # a command ends soon
    last = Import.objects.filter(source=key_of(reader)).first()
    now = timezone.now()
    if last and (last.state, last.fault, last.place) == ("failed", fault, place_of(reader)):
        last.finished = last.alive = now
        last.save(update_fields=["finished", "alive"])
        return last
    return Import.objects.create(
        source=key_of(reader), state="failed", by=by, place=place_of(reader), fault=fault, started=now, finished=now
    )


def key_of(reader: str) -> str:
    return READERS[reader].KEY or reader


def place_of(reader: str) -> str:
    return settings.GATEWAY_URL if reader == "gateway" else READERS[reader].URL or ""


def unknown(readers: list[str]) -> list[str]:
    """Those that are no source which has an address of its own."""
    return [one for one in readers if one not in READERS or not (one == "gateway" or READERS[one].URL)]


def last_of(reader: str) -> Import | None:
    """The latest reading of what is configured now: a gateway that was configured before is another one."""
    return Import.objects.filter(source=key_of(reader), place=place_of(reader)).exclude(state="planned").first()


def next_of(reader: str) -> datetime | None:
    """When the site reads a source next by itself, or None where it does not."""
    if settings.SYNC_EVERY is None or reader not in settings.SYNC_SOURCES:
        return None
    last = last_of(reader)
    if last is None:
        return timezone.now()
    wait = settings.SYNC_EVERY if last.state in ("done", "stopped") else min(settings.SYNC_EVERY, TRIES_AGAIN)
    return (last.finished or last.started) + wait


def sync_due() -> list[Import]:
    """Reads what is due, one source after the other."""
    done = []
    for reader in settings.SYNC_SOURCES:
        if not unknown([reader]) and (due := next_of(reader)) and due <= timezone.now():
            with contextlib.suppress(Busy):
                done.append(sync(reader))
    return done


async def when_due() -> None:
    """Off the request path."""
    if settings.SYNC_EVERY is not None:
        await outage.apart(sync_due)


def status() -> list[dict[str, Any]]:
    """What the admin shows of each source that is synced."""
    readers = dict.fromkeys([*settings.SYNC_SOURCES, *(["gateway"] if settings.GATEWAY_URL else [])])
    return [
        {"reader": one, "place": place_of(one), "last": last_of(one), "next": next_of(one)}
        for one in readers if not unknown([one])
    ]  # fmt: skip
