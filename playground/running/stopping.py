"""Runs under way in this process, which can be ended from elsewhere: here at once, from another process by their row."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any
from uuid import UUID

from playground import measures
from playground.models import Run
from playground.running.execution import Execution
from playground.running.live import Piece
from playground.running.upstream import is_sandbox

HELD = 16  # pieces that wait for a slow reader
PATIENCE = 2.0  # seconds until whoever asked is answered, ended or not
GLANCE = 0.05  # seconds between two looks at the row meanwhile

_under_way: dict[UUID, tuple[asyncio.Task[None], Execution]] = {}


async def pieces(run: Run, execution: Execution) -> AsyncIterator[Piece]:
    """The pieces of a run as they come, until it ends or `stop` ends it. Leaving hangs up."""
    held: asyncio.Queue[Piece | None] = asyncio.Queue()
    room = asyncio.Semaphore(HELD)
    work = asyncio.create_task(_fill(held, room, execution))
    _under_way[run.id] = work, execution
    work.add_done_callback(lambda _: held.put_nowait(None))
    try:
        while piece := await held.get():
            room.release()
            yield piece
    finally:
        del _under_way[run.id]
        await end(work)
    if not work.cancelled():
        work.result()


async def _fill(held: asyncio.Queue[Piece | None], room: asyncio.Semaphore, execution: Execution) -> None:
    with measures.STREAMS.labels(measures.where(is_sandbox())).track_inprogress():
        async with aclosing(execution.pieces()) as found:
            async for piece in found:
                await room.acquire()
                held.put_nowait(piece)


async def end(*tasks: asyncio.Task[None]) -> None:
    """Cancels tasks and waits until they are over."""
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)


async def stop(run: Run) -> None:
    """Asks the process that runs it to hang up, and gives it a moment to write down what came until then."""
    await Run.objects.running().filter(id=run.id).aupdate(stop_asked=True)
    halt(run.id)
    deadline = asyncio.get_running_loop().time() + PATIENCE
    await run.arefresh_from_db()
    while run.state == "running" and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(GLANCE)
        await run.arefresh_from_db()


def halt(run_id: UUID) -> None:
    if run_id in _under_way:
        work, _ = _under_way[run_id]
        work.get_loop().call_soon_threadsafe(work.cancel)


def under_way() -> int:
    """How many runs this process has under way."""
    return len(_under_way)


def cut(error: dict[str, Any]) -> None:
    """Ends all runs of this process, for this reason."""
    for run_id, (_, execution) in list(_under_way.items()):
        execution.error = execution.error or error
        halt(run_id)


async def obey() -> None:
    """Ends the runs of this process that another one was asked to stop."""
    if here := list(_under_way):
        asked = Run.objects.running().filter(id__in=here, stop_asked=True)
        async for run_id in asked.values_list("id", flat=True):
            halt(run_id)
