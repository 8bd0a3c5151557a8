"""Times at which the database does not answer or a disk is full: told once in the log until they are over, and to visitors
as a plain page with what to do.
"""

import errno
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections

GONE = (OperationalError, InterfaceError)  # what the database raises when it cannot be asked
FULL_DISK = {errno.ENOSPC, errno.EDQUOT}
LOCKED = ("database is locked", "deadlock detected")
FULL_TABLES = ("disk is full", "no space left", "could not extend file")  # as SQLite and PostgreSQL say it
AGAIN = 60.0  # seconds after which what goes on is told anew

log = logging.getLogger(__name__)


@dataclass
class Outage:
    """`status`, `type` and `message` are for visitors; `told` and `over` for the log."""

    status: int
    type: str
    title: str
    message: str
    told: str
    over: str
    since: float = 0.0  # on the monotonic clock; 0: there is none

    def note(self, error: BaseException) -> None:
        if not self.since or time.monotonic() - self.since > AGAIN:
            self.since = time.monotonic()
            log.error("%s (%s: %s)", self.told, type(error).__name__, " ".join(str(error).split())[:300])

    def end(self) -> None:
        if self.since:
            self.since = 0.0
            log.warning(self.over)


away = Outage(
    503, "database_away", "Not available for the moment",
    "This site cannot reach its database at the moment, so this page cannot be made and nothing was saved or sent. "
    "The lists and pages of models go on. Try again in a moment.",
    "The database does not answer: pages are served from memory, runs that end wait to be written.",
    "The database answers again.",
)  # fmt: skip
busy = Outage(
    503, "database_busy", "Busy for the moment",
    "Something large is being written to this site's database, so nothing was saved or sent. Try again in a moment.",
    "The database is locked by another process: what is to be written waits.",
    "Nothing has waited for a locked database for a while.",
)  # fmt: skip
crowded = Outage(
    503, "database_busy", "Busy for the moment",
    "This site's database is asked for more than it can do at the moment, so nothing was saved or sent. Try again in a moment.",
    "All connections of this process to the database are taken, and none came free in time (DATABASE_CONNECTIONS).",
    "Nobody has waited in vain for a connection to the database for a while.",
)  # fmt: skip
full = Outage(
    507, "disk_full", "No room left",
    "This site has no room left to save anything, so nothing was sent. Its operator has to make room; the lists and pages of "
    "models go on.",
    f"The disk is full, so nothing can be written: make room on the disk of {settings.DATA_DIR} or of the database.",
    "There is room on the disk again.",
)  # fmt: skip


def of(error: BaseException | None) -> Outage | None:
    """Which of them an exception speaks of."""
    if isinstance(error, OSError) and error.errno in FULL_DISK:
        return full
    if not isinstance(error, GONE):
        return None
    said = str(error).lower()
    if any(words in said for words in FULL_TABLES):
        return full
    return busy if any(words in said for words in LOCKED) else crowded if all_taken(error) else away


def all_taken(error: BaseException) -> bool:
    """Whether it is the pool that could not give a connection, because others have all of them."""
    if type(error.__cause__).__name__ != "PoolTimeout":
        return False
    told = connections[DEFAULT_DB_ALIAS].pool.get_stats()
    return told["pool_size"] >= told["pool_max"]


def noted(error: BaseException | None) -> Outage | None:
    """The same, written to the log if that has not been told yet."""
    if found := of(error):
        assert error is not None
        found.note(error)
    return found


def current() -> Outage | None:
    return next((one for one in (away, full, busy, crowded) if one.since), None)


def unless_away[T](ask: Callable[[], T], otherwise: T) -> T:
    """What `ask` finds in the database, for a page that can do without: `otherwise` while that is away, without waiting."""
    if away.since:
        return otherwise
    try:
        return ask()
    except GONE as error:
        noted(error)
        return otherwise


def give_back() -> None:
    """Closes this thread's connections if nothing is under way on them: others may need them, and a broken one stays broken."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


async def apart[T](work: Callable[[], T]) -> T:
    """Does `work` in a thread and on a connection of its own: those of requests may all be waiting."""

    def alone() -> T:
        try:
            return work()
        finally:
            connections.close_all()

    return await sync_to_async(alone, thread_sensitive=False)()


def look() -> None:
    """Ends the outages that are over; the database was just asked. Whether there is room is seen by using some."""
    away.end()
    for one in (busy, crowded):
        if time.monotonic() - one.since > AGAIN:
            one.end()
    if full.since and room():
        full.end()


def room() -> bool:
    probe = settings.DATA_DIR / ".room"
    try:
        probe.write_bytes(bytes(64 * 1024))
    except OSError:
        return False
    finally:
        probe.unlink(missing_ok=True)
    return True


class Untold(logging.Filter):
    """Lets through what is no outage: of those one line is enough, and no traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not (record.exc_info and noted(record.exc_info[1]))
