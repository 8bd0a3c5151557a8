"""Runs are begun and written down in turn, in the order in which they came; those who wait together are written together.

SQLite lets one write at a time, and each transaction waits for the disk: left to it, many who wait for its lock get it by chance,
or an error after some seconds. To PostgreSQL, which joins commits by itself, each would be one more connection.
"""

import asyncio
import contextvars
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any
from weakref import WeakKeyDictionary

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connection, transaction

from catalog import outage
from playground.bounds.limits import SOON, Refusal, Refused, site_full
from playground.running import stopping

AT_ONCE = {"sqlite": 1, "postgresql": 8}  # transactions of this process
TOGETHER = {"sqlite": 32, "postgresql": 1}  # runs in one of them; rows that several lock in any order would end in a deadlock
PATIENCE = 30.0  # seconds until one whose turn has not come is told to come again
BUSY = Refusal(503, "busy", "Many runs are being started here at once. Nothing was sent: run again in a moment.", SOON)


class Turn:
    """What is to be done in the database, all of it or nothing, in the context of whoever waits for what comes of it."""

    def __init__(self, work: Callable[[], Any]):
        self.work, self.context = work, contextvars.copy_context()
        self.done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def end(self, found: Any, fault: Exception | None) -> None:
        if fault:
            self.done.set_exception(fault)
        else:
            self.done.set_result(found)


class Turns:
    """Of one event loop. `entering` counts the runs that wait to begin, or do."""

    def __init__(self) -> None:
        self.places, self.together = AT_ONCE[connection.vendor], TOGETHER[connection.vendor]
        self.waiting: dict[Turn, None] = {}
        self.writing: set[asyncio.Task[None]] = set()
        self.entering = 0

    def full(self, runs: int) -> bool:
        """Whether so many more are too many for the site by what this process knows alone, without asking the database."""
        return stopping.under_way() + self.entering + runs > settings.SITE_RUNS_AT_ONCE

    async def take(self, work: Callable[[], Any], patience: float | None = None) -> Any:
        """What `work` gives. Whoever leaves before the turn has come leaves nothing behind; after that it is waited for."""
        turn = Turn(work)
        self.waiting[turn] = None
        self.call()
        clock = asyncio.get_running_loop().call_later(patience, self.give_up, turn) if patience is not None else None
        try:
            return await asyncio.shield(turn.done)
        finally:
            if clock:
                clock.cancel()
            if turn in self.waiting:
                del self.waiting[turn]
            else:
                await asyncio.wait([turn.done])

    def give_up(self, turn: Turn) -> None:
        if turn in self.waiting:
            del self.waiting[turn]
            turn.end(None, Refused(BUSY))

    def call(self) -> None:
        """Begins to write for as many as may be written for now. All of them wait, so the thread of the first stays theirs."""
        while self.waiting and len(self.writing) < self.places:
            turns = list(self.waiting)[: self.together]
            for turn in turns:
                del self.waiting[turn]
            work = asyncio.get_running_loop().create_task(self.write(turns), context=turns[0].context.copy())
            self.writing.add(work)
            work.add_done_callback(self.written)

    def written(self, work: asyncio.Task[None]) -> None:
        self.writing.discard(work)
        self.call()

    async def write(self, turns: list[Turn]) -> None:
        try:
            told = await together(turns)
        except asyncio.CancelledError:  # the loop ends, and would wait for these
            for turn in turns:
                turn.done.cancel()
            raise
        except Exception as fault:
            told = [(None, fault)] * len(turns)
        for turn, (found, wrong) in zip(turns, told, strict=True):
            turn.end(found, wrong)


def in_one(turns: list[Turn]) -> list[tuple[Any, Exception | None]]:
    """What came of each, and what went wrong, in a transaction that waits for the disk once."""
    try:
        with transaction.atomic() if len(turns) > 1 else nullcontext():
            return [turn.context.run(tried, turn.work) for turn in turns]
    finally:
        outage.give_back()  # a run may take minutes


def tried(work: Callable[[], Any]) -> tuple[Any, Exception | None]:
    """Raises what the whole transaction failed of."""
    try:
        with transaction.atomic():
            return work(), None
    except Exception as fault:
        if connection.needs_rollback:
            raise
        return None, fault


together = sync_to_async(in_one)
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, Turns] = WeakKeyDictionary()


def here() -> Turns:
    """Those of the running loop."""
    return _turns.setdefault(asyncio.get_running_loop(), Turns())


async def begun[T](work: Callable[[], T], runs: int = 1) -> T:
    """What `work` gives, which begins so many runs of a visitor. Raises what that raises, and `limits.Refused`."""
    turns = here()
    if turns.full(runs):
        raise Refused(site_full())
    turns.entering += runs
    try:
        return await turns.take(work, PATIENCE)
    finally:
        turns.entering -= runs


async def ended(work: Callable[[], None]) -> None:
    """Has a run written down: that is due to everyone who has begun, however long it takes."""
    await here().take(work)
