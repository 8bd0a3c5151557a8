"""Visitors who leave before the first event of what they started: nothing reads the stream, so nothing else ends its runs."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from contextvars import Context

from playground import limits, stream
from playground.execution import Execution
from playground.models import Run

BEGINS_WITHIN = 10.0  # seconds from the rows of runs to their being sent

_watches: set[asyncio.Task[None]] = set()


async def watched[T](writing: Awaitable[T], runs: Callable[[T], Iterable[tuple[Run, Execution]]]) -> T:
    """What `writing` gives, whose `runs` are closed unless they begin soon, also if whoever waits for it leaves meanwhile."""
    rows = asyncio.ensure_future(writing)
    # In no request's context: its thread is gone once the visitor is.
    watch = asyncio.create_task(close_unbegun(rows, runs), context=Context())
    _watches.add(watch)
    watch.add_done_callback(_watches.discard)
    return await asyncio.shield(rows)


async def close_unbegun[T](rows: Awaitable[T], runs: Callable[[T], Iterable[tuple[Run, Execution]]]) -> None:
    with suppress(limits.Refused):
        await asyncio.gather(*(close(run, execution) for run, execution in runs(await rows)))


async def close(run: Run, execution: Execution) -> None:
    """Writes a run down as stopped that does not begin, so that it counts for nothing and holds nothing."""
    try:
        async with asyncio.timeout(BEGINS_WITHIN):
            await execution.begun.wait()
    except TimeoutError:
        if execution.state == "running":
            async with stream.saved(run, execution):
                pass
