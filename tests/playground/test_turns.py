"""Runs begin in turn, those who wait together in one transaction; one too many is refused before anybody asks the database."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import DatabaseError, connection, transaction

from playground.bounds import turns
from playground.bounds.limits import Refused
from playground.models import Bucket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_writes(monkeypatch):
    """At a time, for all who wait, whatever the database."""
    for vendor in turns.AT_ONCE:
        monkeypatch.setitem(turns.AT_ONCE, vendor, 1)
        monkeypatch.setitem(turns.TOGETHER, vendor, 32)


def all_of(*asked: Callable[[], Any], runs: int = 1) -> list[Any]:
    """What comes of these, which wait while another writes: what each gives, the type of its refusal, or its exception."""

    async def told(begun: Awaitable[Any]) -> Any:
        try:
            return await begun
        except Refused as refused:
            return refused.refusal.type

    async def scene() -> list[Any]:
        found = await asyncio.gather(*(told(turns.begun(one, runs)) for one in asked), return_exceptions=True)
        assert (turns.here().entering, turns.here().waiting) == (0, {})
        return found

    return async_to_sync(scene)()


def begins() -> str:
    return "begun"


def keeps(name: str) -> str:
    return Bucket.objects.create(subject=name, level=1).subject


def test_those_beyond_the_sites_bound_are_refused_at_once(settings):
    settings.SITE_RUNS_AT_ONCE = 3
    assert all_of(*[begins] * 5) == ["begun"] * 3 + ["site_full"] * 2


def test_runs_side_by_side_count_each(settings):
    settings.SITE_RUNS_AT_ONCE = 5
    assert all_of(*[begins] * 3, runs=2) == ["begun"] * 2 + ["site_full"]


def test_runs_under_way_count(settings, monkeypatch):
    settings.SITE_RUNS_AT_ONCE = 5
    monkeypatch.setattr(turns.stopping, "_under_way", dict.fromkeys(range(4)))
    assert all_of(begins, begins) == ["begun", "site_full"]


def test_who_waits_too_long_is_told_to_come_again(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", 0.0)
    assert all_of(begins, begins) == ["begun", "busy"]


@pytest.mark.django_db(transaction=True)
def test_those_who_wait_together_are_written_in_one_transaction():
    commits = []

    def noted() -> None:
        transaction.on_commit(lambda: commits.append(len(commits)))
        assert not commits

    assert all_of(begins, noted, noted, noted) == ["begun", None, None, None]
    assert commits == [0, 1, 2]


def test_a_fault_of_one_leaves_the_others_what_they_wrote():
    def fails() -> None:
        keeps("lost")
        raise LookupError

    told = all_of(begins, lambda: keeps("first"), fails, lambda: keeps("last"))
    assert told[:2] == ["begun", "first"] and isinstance(told[2], LookupError) and told[3] == "last"
    assert set(Bucket.objects.values_list("subject", flat=True)) == {"first", "last"}


@pytest.mark.django_db(transaction=True)
def test_where_all_of_a_transaction_is_lost_everyone_is_told():
    def breaks() -> None:
        connection.cursor().execute("ROLLBACK")  # as SQLite does by itself where the disk is full
        raise DatabaseError("disk is full")

    told = all_of(begins, lambda: keeps("first"), breaks, lambda: keeps("last"))
    assert told[0] == "begun" and [str(one) for one in told[1:]] == ["disk is full"] * 3
    assert not Bucket.objects.exists()


def test_who_leaves_gives_the_place_back():
    async def scene() -> None:
        left = [asyncio.create_task(turns.begun(lambda: keeps("left"))) for _ in range(20)]
        await asyncio.sleep(0)
        for task in left:
            task.cancel()
        await asyncio.wait(left)
        assert all(task.cancelled() for task in left)
        assert (turns.here().entering, turns.here().waiting) == (0, {})

    async_to_sync(scene)()
    assert Bucket.objects.count() == 1  # of the one that was being written
