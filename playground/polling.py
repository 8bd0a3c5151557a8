"""Follows a job to its end: polls it no more often than its age allows, fetches its files, and gives up in the end.

Jobs are polled when someone asks for them: an open page, a script that waits. The row says when the next poll may be, so
that any number of them, in any process, make one.
"""

import asyncio
import contextlib
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from asgiref.sync import sync_to_async
from django.utils import timezone

from catalog.endpoints import jobs
from catalog.endpoints.jobs import Job
from gateway.call import Call
from gateway.errors import GatewayError
from gateway.exchange import Exchange
from playground import store
from playground.execution import described
from playground.media import recognise
from playground.models import Run
from playground.upstream import gateway

FIRST, FACTOR, LONGEST = 0.5, 1.5, 10.0  # seconds between two polls: the first, how they grow, the most
GIVE_UP_AFTER = timedelta(minutes=15)
WAITS = 60  # seconds that a script waits for a job
MOST_FILES = 4  # of one job; each is capped by the gateway's client
PASSING = (None, 408, 425, 429, 500, 502, 503, 504)  # statuses of a poll that say nothing of the job


def age(run: Run) -> float:
    """Seconds since the job was asked for."""
    return (timezone.now() - run.created).total_seconds()


def pause(age: float) -> float:
    """Seconds to wait before the next poll of a job of that age in seconds."""
    return min(LONGEST, max(FIRST, age * (FACTOR - 1)))


async def wait(run: Run, most: float = WAITS) -> None:
    """Polls until the job is over or `most` seconds are gone."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(most):
            while run.state == "running":
                await advance(run)
                if run.state == "running":
                    await asyncio.sleep(pause(age(run)))


async def advance(run: Run) -> None:
    """One poll, if one is due; `run` says afterwards how the job stands."""
    if await sync_to_async(store.claim)(run, pause(age(run))):
        await poll(run)
    else:
        await run.arefresh_from_db()


async def poll(run: Run) -> None:
    try:
        exchange = await gateway().send(call(run, "GET"))
        job = jobs.read(exchange.json(), run.job)
    except GatewayError as error:
        await excuse(run, error)
    except (KeyError, AttributeError, TypeError, ValueError):
        await end(run, "error", problem("bad_response", "The gateway's answer about the job has an unusual shape."))
    else:
        heed(run, exchange, job)
        await settle(run, job)


def call(run: Run, method: str) -> Call:
    return Call(f"/jobs/{quote(run.job, safe='')}", method=method)


async def excuse(run: Run, error: GatewayError) -> None:
    """A poll that failed: the job itself may be well unless the gateway denies it."""
    if error.status not in PASSING or error.type == "bad_response":
        await end(run, "error", described(error))
    elif timezone.now() - run.created > GIVE_UP_AFTER:
        await end(run, "limited", timed_out())
    elif error.retry_after:
        await sync_to_async(store.postpone)(run, error.retry_after)


def heed(run: Run, exchange: Exchange, job: Job) -> None:
    """The run shows the answer of the last poll."""
    # PostgreSQL's text holds no NUL; the sign for one stands in its place.
    run.response_body = (exchange.text() or "").replace("\0", "\u2400")
    run.response_headers, run.status, run.progress = exchange.response_headers, exchange.status, job.progress


async def settle(run: Run, job: Job) -> None:
    if job.state == "succeeded":
        await end(run, "complete", None, await fetched(job))
    elif job.state == "failed":
        await end(run, "error", problem("job_failed", job.message or "The job failed."))
    elif job.state == "canceled":
        await end(run, "stopped", None)
    elif timezone.now() - run.created > GIVE_UP_AFTER:
        await end(run, "limited", timed_out())
    else:
        await sync_to_async(store.note_poll)(run)


async def fetched(job: Job) -> list[tuple[str, bytes]]:
    """The job's files that lie on the gateway itself; those elsewhere are shown as links and never fetched."""
    files: list[tuple[str, bytes]] = []
    base = gateway().base_url
    for path in list(dict.fromkeys(filter(None, (own_path(url, base) for url in job.urls))))[:MOST_FILES]:
        # Whatever is wrong with one file (too large, gone, no address at all), its link is still shown.
        with contextlib.suppress(GatewayError, ValueError):
            exchange = await gateway().send(Call(path, method="GET"))
            if exchange.body:
                files.append((recognise(bytes(exchange.body)), bytes(exchange.body)))
    return files


def own_path(url: str, base_url: str) -> str | None:
    """The path of a result below the gateway's own address, or None where it lies elsewhere."""
    try:
        base, target = urlsplit(base_url), urlsplit(url)
    except ValueError:
        return None
    if not target.scheme and not target.netloc and target.path.startswith("/"):
        target = target._replace(scheme=base.scheme, netloc=base.netloc)
    if (target.scheme, target.netloc) != (base.scheme, base.netloc) or not target.path.startswith(f"{base.path}/"):
        return None
    path = target.path.removeprefix(base.path)
    return f"{path}?{target.query}" if target.query else path


async def cancel(run: Run) -> str:
    """Asks the gateway to cancel the job. Why it did not, in a sentence, or blank."""
    try:
        exchange = await gateway().send(call(run, "DELETE"))
    except GatewayError as error:
        await poll(run)  # it may be over already
        return f"The gateway did not cancel the job: {error.message}" if run.state == "running" else ""
    try:
        job = jobs.read(exchange.json(), run.job)
    except (GatewayError, KeyError, AttributeError, TypeError, ValueError):
        await end(run, "stopped", None)  # it agreed, and said no more
    else:
        heed(run, exchange, job)
        await settle(run, job)
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
