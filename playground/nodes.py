"""Which processes of a site on several machines live, and whether they are of one mind.

On PostgreSQL each says every few seconds in a row that it lives, by the database's clock. Those of one DATA_DIR are seen sooner,
by their locks (`catalog.processes`); with SQLite there are no others, and nothing is written.
"""

import logging
import time
from datetime import timedelta

from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac

from catalog import processes
from playground import kept
from playground.models import Process

EVERY = 5.0  # seconds between two signs of life
GONE = timedelta(seconds=30)  # without one: the process has ended, or cannot reach the database
STEADY = 15.0  # seconds for which a process gives signs before it judges others: they had time for one since an outage
AGREEING = 0x4E6F646573  # the lock under which a process compares itself with others; any number that nothing else uses
OTHER_KEY = "Another machine of this site runs with another SECRET_KEY: set SECRET_KEY to the same on all of them."
OTHER_FILES = "Another machine of this site keeps result files elsewhere: set FILES_DIR to a folder that all of them share."

log = logging.getLogger(__name__)
_signs = {"last": 0.0, "since": 0.0}  # on the monotonic clock: the latest sign of life, the first of those without a gap
_marks: dict[str, str] = {}  # what the row tells of this process


def alone() -> bool:
    return connection.vendor == "sqlite"


@transaction.atomic
def join() -> None:
    """At the start. Raises ImproperlyConfigured where this process and those that live would not understand each other."""
    if alone():
        return
    connection.cursor().execute("SELECT pg_advisory_xact_lock(%s)", [AGREEING])
    _marks.update(key=digest_of_key(), files=place_of_files())
    for other in living():
        if other.key != _marks["key"]:
            raise ImproperlyConfigured(OTHER_KEY)
        if "" != other.files != _marks["files"] != "":
            raise ImproperlyConfigured(OTHER_FILES)
    sign()


def living() -> QuerySet[Process]:
    """The others. Of this DATA_DIR those that were killed are known at once."""
    others = Process.objects.exclude(name__in=[processes.mine(), *processes.dead()])
    return others.filter(seen__gt=Now() - GONE)


def digest_of_key() -> str:
    """Tells whether two keys are the same, and of the key no more than any signed cookie does."""
    return salted_hmac("playground.nodes", "the same key", algorithm="sha256").hexdigest()


def place_of_files() -> str:
    """Which storage of files this is, whatever each machine calls it; blank while that cannot be told."""
    file = kept.Kept("site-id")
    try:
        if not file.exists():
            file.write(processes.mine().encode())
        return file.read_bytes().decode()[:64]
    except OSError as fault:
        log.warning("Which storage of files this is could not be read: %s", fault)
        return ""


def sign() -> None:
    """A sign of life."""
    if alone():
        return
    Process.objects.update_or_create(name=processes.mine(), defaults={"seen": Now()} | _marks)
    now = time.monotonic()
    if now - _signs["last"] > STEADY:
        _signs["since"] = now
    _signs["last"] = now


def gone() -> list[str]:
    """The names of processes that ended without a word; none as long as it may be the database that was away, for all."""
    if alone() or time.monotonic() - _signs["since"] < STEADY:
        return []
    return list(Process.objects.filter(seen__lt=Now() - GONE).values_list("name", flat=True))


def forget(names: list[str]) -> None:
    """Of processes that are gone, once nothing of theirs is left to close."""
    Process.objects.filter(name__in=names).delete()


def bury() -> None:
    """All that stand in a database that came from elsewhere. What they left half done is closed as that of any that died."""
    Process.objects.update(seen=Now() - 2 * GONE)


def leave() -> None:
    """At the end."""
    forget([processes.mine()])
