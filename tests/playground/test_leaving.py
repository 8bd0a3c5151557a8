"""Visitors who leave before anything was sent: nothing stays under way, and nothing stays held."""

import asyncio
from contextlib import suppress
from decimal import Decimal

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient
from django.utils import timezone

from playground import budget, leaving, store
from playground.models import Run

HELLO = {"model": "acme/talk-large", "role": "user", "content": "Hello!", "stream": "on"}
ASKED = [("/playground/run", HELLO), ("/playground/groups", HELLO | {"models": ["acme/talk-large", "acme/talk-free"]})]


async def until_stopped() -> set[str]:
    async with asyncio.timeout(5):
        while "running" in (states := {run.state async for run in Run.objects.all()}) or not states:
            await asyncio.sleep(0.01)
    return states


@pytest.fixture(autouse=True)
def soon(catalog, network, monkeypatch, settings):
    monkeypatch.setattr(leaving, "BEGINS_WITHIN", 0.05)
    settings.DAILY_BUDGET_USD = Decimal(5)
    yield
    assert network.requests == [] and budget.taken(timezone.now().date()) == 0


@pytest.mark.parametrize(("path", "fields"), ASKED)
def test_a_stream_that_nobody_reads_ends(path, fields):
    async def scene():
        unread = await AsyncClient().post(path, fields, headers={"Accept": "text/event-stream"})
        return unread.streaming and await until_stopped()

    assert async_to_sync(scene)() == {"stopped"}


def test_leaving_while_the_row_is_written_ends_the_run(monkeypatch):
    begin, reached = store.begin, asyncio.Event()

    async def scene():
        loop = asyncio.get_running_loop()
        monkeypatch.setattr(store, "begin", lambda *args: (loop.call_soon_threadsafe(reached.set), begin(*args))[1])
        asking = asyncio.create_task(AsyncClient().post("/playground/run", HELLO, headers={"Accept": "text/event-stream"}))
        await reached.wait()
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking
        return await until_stopped()

    assert async_to_sync(scene)() == {"stopped"}


def test_leaving_at_the_first_event_ends_the_run():
    async def scene():
        answer = await AsyncClient().post("/playground/run", HELLO, headers={"Accept": "text/event-stream"})
        parts = answer.streaming_content
        await anext(aiter(parts))
        del parts, answer
        return await until_stopped()

    assert async_to_sync(scene)() == {"stopped"}
