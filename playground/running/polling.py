"""Follows a job to its end: polls it no more often than its age and the gateway allow, and gives up in the end.

Jobs are polled when someone asks for them: an open page, a script that waits, and once more `housekeeping`. The row says
when the next poll may be, so that any number of them, in any process, make one.
"""

import asyncio
import contextlib
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from asgiref.sync import sync_to_async
from django.utils import timezone

from catalog.endpoints import jobs
from catalog.endpoints.jobs import Job
from gateway.call import Call
from gateway.client import Gateway
from gateway.errors import GatewayError, json_of, retry_after
from gateway.exchange import Exchange
from playground.models import Run
from playground.records import store
from playground.running import draining, job_files
from playground.running.execution import described
from playground.running.upstream import gateway

FIRST, FACTOR, LONGEST = 0.5, 1.5, 10.0  # seconds between two polls: the first, how they grow, the most
GIVE_UP_AFTER = timedelta(minutes=15)  # the first poll after that is the last
WAITS = 60  # seconds that a script waits for a job
PAGE_WAITS = 3  # seconds that a page without scripts waits before it shows the job under way
FETCHING = 60  # seconds in which nobody else polls a job whose files are being fetched
PASSING = (None, 408, 425, 429, 500, 502, 503, 504)  # statuses of a poll that say nothing of the job


def age(run: Run) -> float:
    """Seconds since the job was asked for."""
    return (timezone.now() - run.created).total_seconds()


def pause(age: float) -> float:
    """Seconds to wait before the next poll of a job of that age in seconds."""
    return min(LONGEST, max(FIRST, age * (FACTOR - 1)))


def due_in(run: Run) -> float:
    """Seconds after which to ask this site again, which itself asks the gateway no sooner than it may."""
    held = (run.poll_after - timezone.now()).total_seconds() if run.poll_after else 0
    return min(LONGEST, max(pause(age(run)), held))


async def wait(run: Run, key: str, most: float = WAITS) -> None:
    """Polls until the job is over, `most` seconds are gone, or this process is about to end."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(most):
            while run.state == "running" and not draining.begun():
                await advance(run, key)
                if run.state == "running":
                    await asyncio.sleep(due_in(run))


async def advance(run: Run, key: str = "") -> None:
    """One poll, if one is due; `run` says afterwards how the job stands.

    `key` is the visitor's own, "" where there is none: a job that was started with one is asked for with it, or by nobody.
    """
    if run.own_key and not key:
        await forsake(run)
    elif await sync_to_async(store.claim)(run, pause(age(run))):
        await poll(run, key)
    else:
        await run.arefresh_from_db()


async def forsake(run: Run) -> None:
    """A job that cannot be asked for is given up when its time is over."""
    if is_late(run):
        await end(run, "limited", timed_out())


def gateway_of(run: Run, key: str) -> Gateway:
    return gateway(key if run.own_key else "")


async def poll(run: Run, key: str = "") -> None:
    try:
        exchange = await gateway_of(run, key).send(call(run, "GET"))
        job = jobs.read(json_of(exchange), run.job)
    except GatewayError as error:
        await excuse(run, error)
    except (KeyError, AttributeError, TypeError, ValueError):
        await end(run, "error", problem("bad_response", "The gateway's answer about the job has an unusual shape."))
    else:
        await settle(run, exchange, job, key)


def call(run: Run, method: str) -> Call:
    return Call(f"/jobs/{quote(run.job, safe='')}", method=method)


async def excuse(run: Run, error: GatewayError) -> None:
    """A poll that failed: the job itself may be well unless the gateway denies it."""
    if error.status not in PASSING or error.type == "bad_response":
        await end(run, "error", described(error))
    elif is_late(run):
        await end(run, "limited", timed_out())
    else:
        await sync_to_async(store.postpone)(run, error.retry_after)


def is_late(run: Run) -> bool:
    return timezone.now() - run.created > GIVE_UP_AFTER


def heed(run: Run, exchange: Exchange, job: Job) -> None:
    """The run shows the answer of the last poll."""
    run.response_body = exchange.text() or ""
    run.response_headers, run.status, run.progress = exchange.response_headers, exchange.status, job.progress


async def settle(run: Run, exchange: Exchange, job: Job, key: str) -> None:
    heed(run, exchange, job)
    if job.state == "succeeded":
        await sync_to_async(store.postpone)(run, FETCHING)
        await end(run, "complete", None, await job_files.fetched(job, gateway_of(run, key)))
    elif job.state == "failed":
        await end(run, "error", problem("job_failed", job.message or "The job failed."))
    elif job.state == "canceled":
        await end(run, "stopped", None)
    elif is_late(run):
        await end(run, "limited", timed_out())
    else:
        await sync_to_async(store.note_poll)(run)
        await sync_to_async(store.postpone)(run, retry_after(exchange.header("retry-after")))


async def cancel(run: Run, key: str = "") -> str:
    """Asks the gateway to cancel the job. Why it did not, in a sentence, or blank."""
    if not run.job:
        return "Only a job can be canceled, and this run is none. It ends when its answer does."
    if run.own_key and not key:
        return "The job was started with a key of yours, which is no longer here. Give it again to cancel the job."
    try:
        exchange = await gateway_of(run, key).send(call(run, "DELETE"))
    except GatewayError as error:
        await poll(run, key)  # it may be over already
        return f"The gateway did not cancel the job: {error.message}" if run.state == "running" else ""
    try:
        job = jobs.read(json_of(exchange), run.job)
    except (GatewayError, KeyError, AttributeError, TypeError, ValueError):
        await end(run, "stopped", None)  # it agreed, and said no more
    else:
        await settle(run, exchange, job, key)
    return ""


async def end(run: Run, state: str, error: dict[str, Any] | None, files: list[tuple[str, bytes]] | None = None) -> None:
    run.state, run.error, run.finished = state, error, timezone.now()
    run.total_ms = (run.finished - run.created).total_seconds() * 1000
    if state != "complete":
        run.usage = run.cost_list = run.cost_effective = None
    await sync_to_async(store.close_job)(run, files or [])


def timed_out() -> dict[str, Any]:
    minutes = int(GIVE_UP_AFTER.total_seconds() // 60)
    return problem("job_timeout", f"The job was not over after {minutes} minutes, and this site asks no longer.")


def problem(kind: str, message: str) -> dict[str, Any]:
    return {"status": None, "type": kind, "message": message, "retry_after": None}
