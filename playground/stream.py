"""A run as server-sent events for the page: pieces of the answer as they come, then the finished result.

    event: run      {"id"}                          which run this is
    event: piece    {"text", "thought", "raw", "at", "first"}  text and reasoning to append, the events as received, ms since
                                                    the start of them and of the first token
    (no name)       HTML of the finished result, for htmx to swap in
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

from asgiref.sync import sync_to_async
from django.template.loader import render_to_string

from gateway.sse import encode
from playground import drift, stopping, store
from playground.execution import Execution
from playground.models import Run
from playground.result import run_context


@asynccontextmanager
async def saved(run: Run, execution: Execution) -> AsyncIterator[None]:
    """Writes the run down at the end of the block, also when the visitor leaves in the middle of it."""
    try:
        yield
    finally:
        if execution.state == "running" and not execution.job:
            execution.state = "stopped"  # before it had begun
        # Shielded: a visitor who leaves cancels this task, and the row must not stay "running".
        await asyncio.shield(asyncio.ensure_future(sync_to_async(store.finish)(run, execution)))


async def whole(run: Run, execution: Execution) -> None:
    """Runs to the end without handing anything out."""
    async with saved(run, execution), aclosing(stopping.pieces(run, execution)) as pieces:
        async for _ in pieces:
            pass


async def stream(run: Run, execution: Execution, share: str = "") -> AsyncIterator[bytes]:
    """The run's events; `share` is the shared run that it repeats."""
    async with saved(run, execution), aclosing(stopping.pieces(run, execution)) as pieces:
        yield encode(json.dumps({"id": str(run.id)}), "run")
        async for piece in pieces:
            yield encode(json.dumps({**piece._asdict(), "first": execution.first_token_ms}), "piece")
    context = await sync_to_async(run_context)(run) | await sync_to_async(drift.context)(run, share)
    yield encode(render_to_string("playground/result.html", context))
