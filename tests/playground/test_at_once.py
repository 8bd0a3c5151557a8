"""Many who ask at the same moment: limits hold exactly, in SQLite, in PostgreSQL (`DATABASE_URL`) and in Redis."""

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
import reachable
import redis
from django.db import connection, transaction
from django.utils import timezone

from playground.bounds import buckets, budget, limits
from playground.bounds.buckets import Share
from playground.models import Bucket, Run

MANY = 50


def at_once(work: Callable[[], Any]) -> list[Any]:
    """What `work` gives in each of many threads that begin together."""
    start = threading.Barrier(MANY)

    def one(_: int) -> Any:
        start.wait()
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(one, range(MANY)))


@pytest.fixture
def still(monkeypatch) -> None:
    """The buckets' clock stands, so that none fills while the others ask."""
    now = timezone.now()
    monkeypatch.setattr(buckets.timezone, "now", lambda: now)


@pytest.fixture(autouse=True)
def in_the_table(settings) -> None:
    settings.REDIS_URL = ""


@pytest.fixture
def redis_server(settings, in_the_table) -> redis.Redis:
    """A Redis without our buckets in it."""
    settings.REDIS_URL = reachable.redis_url()
    return reachable.empty_redis(settings.REDIS_URL)


@pytest.mark.django_db(transaction=True)
def test_a_bucket_of_ten_lets_ten_of_fifty_through(still):
    waits = at_once(lambda: buckets.take([Share("visitor", 10), Share("address", 50)]))
    assert waits.count(0) == 10
    assert {row.subject: row.level for row in Bucket.objects.all()} == {"visitor": 0, "address": 40}


@pytest.mark.django_db(transaction=True)
def test_two_orders_of_the_same_buckets_do_not_lock_each_other_out(still):
    orders = iter([[Share("a", 30), Share("b", 30)], [Share("b", 30), Share("a", 30)]] * MANY)
    assert at_once(lambda: buckets.take(next(orders))).count(0) == 30


def test_a_bucket_in_redis_lets_ten_of_fifty_through(redis_server):
    waits = at_once(lambda: buckets.take([Share("visitor", 10), Share("address", 50)]))
    assert waits.count(0) == 10 and max(waits) <= 6
    assert 0 < redis_server.ttl(buckets.PREFIX + "visitor") <= 61


@pytest.mark.django_db
def test_redis_takes_several_at_once_or_none(redis_server):
    assert [buckets.take([Share("x", 6)], 4) > 0 for _ in range(2)] == [False, True]
    assert buckets.take([Share("x", 6)], 2) == 0
    assert not Bucket.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("shared", [False, True])
def test_a_bucket_may_take_longer_than_a_minute_to_fill(shared, still, request):
    server = request.getfixturevalue("redis_server") if shared else None
    waits = [buckets.take([Share("slow", 10, 3600), Share("quick", 60)]) for _ in range(11)]
    assert waits[:10] == [0] * 10 and 355 < waits[10] <= 360
    assert server is None or 3000 < server.ttl(buckets.PREFIX + "slow") <= 3601


@pytest.fixture
def no_redis(settings, monkeypatch) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setitem(buckets._rest, "until", 0.0)


@pytest.mark.django_db
def test_the_database_stands_in_for_a_redis_that_is_away(no_redis, still, caplog):
    waits = [buckets.take([Share("visitor", 3)]) for _ in range(5)]
    assert waits.count(0) == 3 and Bucket.objects.get().level == 0
    assert [record.message for record in caplog.records] == [
        "Redis failed (ConnectionError): limits are kept in the database for 60 s."
    ]


@pytest.mark.django_db(transaction=True)
def test_a_budget_of_three_lets_three_of_fifty_through(settings):
    settings.DAILY_BUDGET_USD = Decimal("0.3")

    def begin() -> str:
        try:
            with transaction.atomic():
                run = Run(visitor=uuid.uuid4(), model="acme/talk-large")
                limits.admit(run, Decimal("0.1"))
                run.save(force_insert=True)
            return "begun"
        except limits.Refused as refused:
            return refused.refusal.type

    outcomes = at_once(begin)
    assert outcomes.count("begun") == Run.objects.count() == 3
    assert set(outcomes) == {"begun", "budget_held"}
    assert budget.taken(timezone.now().date()) == Decimal("0.3")


@pytest.mark.django_db(transaction=True)
def test_a_site_of_four_streams_lets_four_of_fifty_through(settings):
    settings.SITE_RUNS_AT_ONCE = 4

    def begin() -> bool:
        try:
            with transaction.atomic():
                run = Run(visitor=uuid.uuid4(), sandbox=True)
                limits.admit(run, Decimal(0))
                run.save(force_insert=True)
        except limits.Refused:
            return False
        return True

    assert at_once(begin).count(True) == Run.objects.count() == 4
