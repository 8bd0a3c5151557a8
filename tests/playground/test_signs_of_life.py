"""Who is taken for dead on several machines: one whose row is old, and nobody as long as it may be the database that was away."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from catalog import processes
from playground import housekeeping, nodes
from playground.models import Process, Run

pytestmark = [
    pytest.mark.database,
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor == "sqlite", reason="With SQLite there is one machine."),
]


@pytest.fixture
def gone(monkeypatch) -> str:
    """The name of a process that was not heard of for a minute, in the eyes of one that was, for long enough."""
    monkeypatch.setattr(nodes, "_signs", {"last": time.monotonic(), "since": time.monotonic() - nodes.STEADY})
    Process.objects.create(name="gone", seen=timezone.now() - timedelta(minutes=1))
    Process.objects.create(name="living", seen=timezone.now(), key=nodes.digest_of_key())
    return "gone"


def test_who_signs_no_more_is_gone_and_what_it_left_is_closed(gone: str) -> None:
    runs = [Run.objects.create(visitor="0" * 32, process=name) for name in (gone, "living")]
    housekeeping.sign_and_close()
    assert [Run.objects.get(pk=run.pk).state for run in runs] == ["stopped", "running"]
    assert set(Process.objects.values_list("name", flat=True)) == {"living", processes.mine()}


def test_who_was_silent_itself_judges_nobody_for_a_while(gone: str, monkeypatch) -> None:
    assert nodes.gone() == [gone]
    monkeypatch.setitem(nodes._signs, "last", time.monotonic() - nodes.STEADY - 1)
    nodes.sign()
    assert nodes.gone() == []


def test_whoever_is_taken_for_dead_and_lives_signs_again(gone: str) -> None:
    nodes.join()
    nodes.forget([processes.mine()])
    nodes.sign()
    assert Process.objects.get(name=processes.mine()).key == nodes.digest_of_key()


def test_whoever_lived_in_a_database_from_elsewhere_is_gone(gone: str) -> None:
    assert nodes.living().exists()
    nodes.bury()
    assert set(nodes.gone()) == {gone, "living"} and not nodes.living().exists()
