"""What the sandbox remembers, and forgets."""

from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone

from playground import housekeeping
from playground.models import SandboxNote
from playground.sandbox import notes

pytestmark = pytest.mark.usefixtures("db")
note, times = async_to_sync(notes.note), async_to_sync(notes.times)


def test_counts_each_subject():
    for subject in ("a", "b", "a"):
        note(subject)
    assert [times(subject) for subject in "abc"] == [2, 1, 0]


def test_forgets_what_is_old():
    note("old")
    SandboxNote.objects.update(noted=timezone.now() - notes.KEPT_FOR - timedelta(minutes=1))
    note("new")
    async_to_sync(housekeeping.tidy)()
    assert [times("old"), times("new")] == [0, 1]


def test_forgets_the_oldest_where_there_are_too_many(monkeypatch):
    monkeypatch.setattr(notes, "MOST", 2)
    for subject in "abc":
        note(subject)
    async_to_sync(housekeeping.tidy)()
    assert [times(subject) for subject in "abc"] == [0, 1, 1]
