"""Runs begin in turn; one too many is refused before anybody asks the database, which these tests have none of."""

import asyncio

import pytest
from asgiref.sync import async_to_sync

from playground.bounds import turns
from playground.bounds.limits import Refused


def asked(times: int, runs: int = 1) -> list[str]:
    """How it goes for so many who begin at once: "begun", or why not."""

    async def one(opened: asyncio.Event) -> str:
        try:
            async with turns.beginning(runs):
                await opened.wait()
                return "begun"
        except Refused as refused:
            assert (refused.refusal.status, refused.refusal.retry_after) == (503, 10)
            return refused.refusal.type

    async def scene() -> list[str]:
        opened = asyncio.Event()
        tasks = [asyncio.create_task(one(opened)) for _ in range(times)]
        await asyncio.sleep(0)
        opened.set()
        told = await asyncio.gather(*tasks)
        assert (turns.here().entering, turns.here().places.locked()) == (0, False)
        return told

    return async_to_sync(scene)()


def test_those_beyond_the_sites_bound_are_refused_at_once(settings):
    settings.SITE_RUNS_AT_ONCE = 3
    assert asked(5) == ["begun"] * 3 + ["site_full"] * 2


def test_runs_side_by_side_count_each(settings):
    settings.SITE_RUNS_AT_ONCE = 5
    assert asked(3, runs=2) == ["begun"] * 2 + ["site_full"]


def test_runs_under_way_count(settings, monkeypatch):
    settings.SITE_RUNS_AT_ONCE = 5
    monkeypatch.setattr(turns.stopping, "_under_way", dict.fromkeys(range(4)))
    assert asked(2) == ["begun", "site_full"]


def test_who_waits_too_long_is_told_to_come_again(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", 0.0)
    monkeypatch.setitem(turns.AT_ONCE, "sqlite", 1)
    monkeypatch.setitem(turns.AT_ONCE, "postgresql", 1)
    assert asked(2)[1] == "busy"


def test_who_leaves_gives_the_place_back():
    async def scene() -> None:
        async def waits() -> None:
            async with turns.beginning():
                await asyncio.Event().wait()

        left = [asyncio.create_task(waits()) for _ in range(20)]
        await asyncio.sleep(0)
        for task in left:
            task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.gather(*left)
        await asyncio.wait(left)
        assert (turns.here().entering, turns.here().places.locked()) == (0, False)

    async_to_sync(scene)()
