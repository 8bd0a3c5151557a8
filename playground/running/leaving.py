"""Visitors who leave: their streams are closed with the request, and runs whose stream never took a first step are stopped.

From its first step on a stream closes its runs itself. Before that nothing of it exists that would notice.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from asgiref.sync import sync_to_async
from django.db import transaction
from django.http import HttpRequest, StreamingHttpResponse

from catalog import outage
from playground.bounds import turns
from playground.models import Run, RunGroup
from playground.records import store
from playground.running import draining
from playground.running.execution import Execution

BEGUN = "playground.begun"  # in a request's scope
PATIENCE = 300.0  # seconds that the end of a run waits for a database that is away
PAUSE = 0.5  # seconds between two tries


@dataclass
class Begun:
    """What a request has begun."""

    runs: list[tuple[Run, Execution]] = field(default_factory=list)
    streams: list[AsyncGenerator[bytes]] = field(default_factory=list)

    async def close(self) -> None:
        # Django closes what it put around a stream, and leaves the stream itself to the garbage collector.
        for stream in self.streams:
            await stream.aclose()
        for run, execution in self.runs:
            await close(run, execution)


class Leaving:
    """An ASGI application: at the end of a request it closes what that has begun."""

    def __init__(self, inner: Any):
        self.inner = inner

    async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
        begun = Begun()
        try:
            await self.inner({**scope, BEGUN: begun}, receive, send)
        finally:
            await begun.close()


def begin(request: HttpRequest, execution: Execution, group: RunGroup | None = None, position: int = 0) -> Run:
    """`store.begin`, of which the request is told once the row is there for good."""
    run = store.begin(request, execution, group, position)
    transaction.on_commit(lambda: of(request).runs.append((run, execution)))
    return run


def streaming(request: HttpRequest, stream: AsyncGenerator[bytes]) -> StreamingHttpResponse:
    """The answer that is this stream of events."""
    of(request).streams.append(stream)
    # nginx holds a proxied answer back unless it is told not to.
    return StreamingHttpResponse(stream, content_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


def of(request: HttpRequest) -> Begun:
    """Django's test clients come without the application above, and nobody asks what they began."""
    return getattr(request, "scope", {}).get(BEGUN) or Begun()


async def close(run: Run, execution: Execution) -> None:
    """Writes a run down as stopped that never began; nothing of any other."""
    if execution.state == "running" and not execution.job:
        execution.state = "stopped"
        await unhurried(write_down(run, execution))


async def write_down(run: Run, execution: Execution) -> None:
    """What became of a run, as soon as the database takes it. Raises what that says after PATIENCE; `housekeeping` then
    marks the row.
    """
    held, end = run.reserved, time.monotonic() + PATIENCE
    while True:
        try:
            return await turns.ended(partial(store.finish, run, execution))
        except outage.GONE as error:
            outage.noted(error)
            run.reserved = held  # what was rolled back
            if time.monotonic() > end or draining.begun():
                raise
        await sync_to_async(outage.give_back)()
        await asyncio.sleep(PAUSE)


async def unhurried[T](work: Awaitable[T]) -> T:
    """The result of `work`, which is waited for to its end though the visitor has left: a transaction runs on in its thread."""
    running = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(running)
    finally:
        await asyncio.wait([running])
