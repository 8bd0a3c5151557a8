"""Failures: counted in memory, written as one row a way of failing and day, bounded, and kept for two weeks."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from catalog import syncing
from catalog.models import Failure
from catalog.operation import failures
from gateway.request_id import request_id


@pytest.fixture(autouse=True)
def nothing_waits(db, monkeypatch):
    monkeypatch.setattr(failures, "_waiting", {})


def test_the_same_again_is_one_row_with_the_last_request():
    begun = timezone.now()
    for name in ("first-one", "second-one"):
        token = request_id.set(name)
        failures.note("gateway", "rate_limit", "chat", "acme/talk", 429)
        failures.write()
        request_id.reset(token)
    row = Failure.objects.get()
    assert (row.times, row.request_id, row.status) == (2, "second-one", 429)
    assert begun < row.first < row.last and row.day == row.first.date()


def test_writing_nothing_asks_the_database_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        failures.write()


def test_what_could_not_be_written_waits(monkeypatch):
    def away(*_):
        raise DatabaseError

    failures.note("site", "KeyError", "browse")
    with monkeypatch.context() as patch:
        patch.setattr(failures, "store", away)
        with pytest.raises(DatabaseError):
            failures.write()
    failures.note("site", "KeyError", "browse")
    failures.write()
    assert Failure.objects.get().times == 2


def test_memory_and_table_are_bounded(monkeypatch):
    monkeypatch.setattr(failures, "MOST", 5)
    for n in range(30):
        failures.note("gateway", f"error_{n}", "chat", f"acme/model-{n}", 500)
        if n % 3 == 0:
            failures.write()
    failures.write()
    assert Failure.objects.count() == 6 and sum(Failure.objects.values_list("times", flat=True)) == 30
    assert Failure.objects.get(what="others").times == 25


def test_texts_are_cut_and_made_printable():
    failures.note("gateway", "x" * 500, "place\nnext\u202e", "m" * 500)
    failures.write()
    row = Failure.objects.get()
    assert (len(row.what), row.place, len(row.model)) == (60, "place\ufffdnext\ufffd", 200)


def test_old_ones_are_deleted():
    failures.note("site", "KeyError")
    failures.write()
    Failure.objects.update(last=timezone.now() - failures.KEPT - timedelta(minutes=1))
    failures.note("site", "ValueError")
    failures.write()
    assert failures.forget() == 1 and Failure.objects.get().what == "ValueError"


def test_a_failed_sync_is_one(settings):
    settings.GATEWAY_URL = "http://127.0.0.1:1/v1"
    assert syncing.sync("gateway").state == "failed"
    row = Failure.objects.get()
    assert (row.kind, row.what, row.place) == ("sync", "connection_refused", "gateway")
