"""Runs are begun and written down in turn: few at once of this process, the others in the order in which they came.

SQLite lets one write at a time; left to it, many who wait for its lock get it by chance, or an error after some seconds.
To PostgreSQL each would be one more connection.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import connection

from playground.bounds.limits import SOON, Refusal, Refused, site_full
from playground.running import stopping

AT_ONCE = {"sqlite": 1, "postgresql": 8}
PATIENCE = 30.0  # seconds until one who has not come in is told to come again
BUSY = Refusal(503, "busy", "Many runs are being started here at once. Nothing was sent: run again in a moment.", SOON)


class Turns:
    """Of one event loop. `entering` counts the runs that wait to begin, or do."""

    def __init__(self) -> None:
        self.places = asyncio.Semaphore(AT_ONCE[connection.vendor])
        self.entering = 0

    def full(self, runs: int) -> bool:
        """Whether so many more are too many for the site by what this process knows alone, without asking the database."""
        return stopping.under_way() + self.entering + runs > settings.SITE_RUNS_AT_ONCE

    @asynccontextmanager
    async def entered(self, runs: int) -> AsyncIterator[None]:
        self.entering += runs
        try:
            await self.turn()
            try:
                yield
            finally:
                self.places.release()
        finally:
            self.entering -= runs

    async def turn(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await self.places.acquire()
        except TimeoutError:
            raise Refused(BUSY) from None


_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, Turns] = WeakKeyDictionary()


def here() -> Turns:
    """Those of the running loop."""
    return _turns.setdefault(asyncio.get_running_loop(), Turns())


@asynccontextmanager
async def beginning(runs: int = 1) -> AsyncIterator[None]:
    """The turn in which a visitor's runs may begin. Raises `limits.Refused`."""
    turns = here()
    if turns.full(runs):
        raise Refused(site_full())
    async with turns.entered(runs):
        yield


def ending() -> asyncio.Semaphore:
    """The turn in which a run is written down: it is due to everyone who has begun, however long it takes."""
    return here().places
