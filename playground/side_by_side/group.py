"""Runs that were started together: begun in one transaction, told to the page in one stream, each ending by itself.

    event: group    {"id", "url"}                   which group this is
    event: run      {"column", "id"}                which run a column is
    event: piece    {"column", "text", "thought", "first"}  text and reasoning to append, ms until the first token
    (no name)       HTML of a finished column, and at the end that of the standings, each for its own place on the page

One stream for all: over HTTP/1.1 a browser opens six connections to a site, and six streams would leave none for anything else.
"""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from asgiref.sync import sync_to_async
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string

from gateway.client import Gateway
from gateway.sse import encode
from playground.models import Run, RunGroup
from playground.records import store
from playground.running import leaving, polling, stopping, stream
from playground.running.execution import Execution
from playground.side_by_side import page, standings
from playground.side_by_side.columns import Column
from playground.visitors import owner

HELD = 64  # events that wait for a slow reader


@dataclass(frozen=True)
class Lane:
    """A column under way."""

    run: Run
    execution: Execution


@transaction.atomic
def begin(request: HttpRequest, gateway: Gateway, own_key: bool, asked: list[Column]) -> tuple[RunGroup, list[Lane]]:
    """The rows of a group that is about to be sent: all or none. Raises `limits.Refused`."""
    group = RunGroup.objects.create(**owner(request, make=True)._asdict())
    lanes = []
    for column in asked:
        found = column.found
        execution = Execution(gateway, found.card, found.key, found.call, found.left_out, own_key=own_key)
        lanes.append(Lane(leaving.begin(request, execution, group, column.number), execution))
    return group, lanes


async def streamed(group: RunGroup, lanes: list[Lane]) -> AsyncGenerator[bytes]:
    """All columns' events as they come. Leaving hangs up on every column."""
    outbox: asyncio.Queue[bytes | None] = asyncio.Queue(HELD)
    work = asyncio.create_task(run_all(group, lanes, outbox))
    try:
        while (event := await outbox.get()) is not None:
            yield event
    finally:
        await stopping.end(work)
        for lane in lanes:
            await leaving.close(lane.run, lane.execution)
    work.result()


async def run_all(group: RunGroup, lanes: list[Lane], outbox: asyncio.Queue[bytes | None]) -> None:
    await outbox.put(event("group", id=str(group.id), url=group.get_absolute_url()))
    for lane in lanes:
        await outbox.put(event("run", column=lane.run.position, id=str(lane.run.id)))
    ended = await asyncio.gather(*(follow(lane, outbox) for lane in lanes), return_exceptions=True)
    await outbox.put(encode(await sync_to_async(standings_html)([lane.run for lane in lanes])))
    await outbox.put(None)
    for fault in filter(None, ended):
        raise fault


async def follow(lane: Lane, outbox: asyncio.Queue[bytes | None]) -> None:
    """One column from its first token to its finished HTML."""
    run, execution = lane.run, lane.execution
    async with stream.saved(run, execution), aclosing(stopping.pieces(run, execution)) as pieces:
        async for piece in pieces:
            told = {"text": piece.text, "thought": piece.thought, "first": execution.first_token_ms}
            await outbox.put(event("piece", column=run.position, **told))
    await outbox.put(encode(await sync_to_async(column_html)(run)))


def event(name: str, **told: Any) -> bytes:
    return encode(json.dumps(told), name)


def column_html(run: Run) -> str:
    return render_to_string("playground/columns_finished.html", page.result(run))


def standings_html(runs: list[Run]) -> str:
    return render_to_string("playground/columns_standings.html", standings.context(runs))


async def whole(lanes: list[Lane], key: str, patience: float) -> None:
    """Runs all columns to their end; jobs for at most so many seconds, asked for with the visitor's own key if there is one."""
    await asyncio.gather(*(stream.whole(lane.run, lane.execution) for lane in lanes))
    await asyncio.gather(*(polling.wait(lane.run, key, patience) for lane in lanes if lane.run.state == "running"))


def record(group: RunGroup, runs: list[Run]) -> dict[str, Any]:
    """A group as scripts get it."""
    told = {"group": str(group.id), "created": group.created.isoformat(), "runs": [store.record(run) for run in runs]}
    return told | standings.record(runs)
