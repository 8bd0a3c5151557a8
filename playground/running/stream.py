"""A run as server-sent events for the page: pieces of the answer as they come, then the finished result.

    event: run      {"id"}                          which run this is
    event: piece    {"text", "thought", "raw", "at", "first"}  text and reasoning to append, the events as received, ms since
                                                    the start of them and of the first token
    (no name)       HTML of the finished result, for htmx to swap in
"""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager

from asgiref.sync import sync_to_async
from django.template.loader import render_to_string

from gateway.sse import encode
from playground.inspection.result import run_context
from playground.models import Run
from playground.records import drift
from playground.running import leaving, stopping
from playground.running.execution import Execution


@asynccontextmanager
async def saved(run: Run, execution: Execution) -> AsyncIterator[None]:
    """Writes the run down at the end of the block, also when the visitor leaves in the middle of it."""
    try:
        yield
    finally:
        # A visitor who leaves cancels this task, and the row must not stay "running".
        await leaving.unhurried(leaving.write_down(run, execution))


async def whole(run: Run, execution: Execution) -> None:
    """Runs to the end without handing anything out."""
    async with saved(run, execution), aclosing(stopping.pieces(run, execution)) as pieces:
        async for _ in pieces:
            pass


async def stream(run: Run, execution: Execution, share: str = "") -> AsyncGenerator[bytes]:
    """The run's events; `share` is the shared run that it repeats."""
    yield encode(json.dumps({"id": str(run.id)}), "run")
    async with saved(run, execution), aclosing(stopping.pieces(run, execution)) as pieces:
        async for piece in pieces:
            told = {"text": piece.text, "thought": piece.thought, "raw": piece.raw, "at": piece.at}
            yield encode(json.dumps(told | {"first": execution.first_token_ms}), "piece")
    yield encode(await result_html(run, share))


@sync_to_async
def result_html(run: Run, share: str) -> str:
    return render_to_string("playground/result.html", run_context(run) | drift.context(run, share))
