"""How the tables are kept: what every connection of the database promises, in whatever thread it was opened."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import IntegrityError, connection, connections, transaction

from playground.models import Artifact

PROMISED = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}  # 2 is FULL
sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite")


def pragmas() -> dict[str, object]:
    with connection.cursor() as cursor:
        return {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in PROMISED}


def elsewhere() -> tuple[int, dict[str, object]]:
    """The same in a thread that has a connection of its own."""
    try:
        return id(connection.connection), pragmas()
    finally:
        connections.close_all()


@sqlite_only
@pytest.mark.django_db(transaction=True)
def test_every_connection_is_durable_in_every_thread() -> None:
    assert pragmas() == PROMISED
    with ThreadPoolExecutor(3) as pool:
        found = [thread.result() for thread in [pool.submit(elsewhere) for _ in range(3)]]
    assert [told for _, told in found] == [PROMISED] * 3
    assert id(connection.connection) not in {number for number, _ in found}
    assert async_to_sync(sync_to_async(elsewhere, thread_sensitive=False))()[1] == PROMISED


@sqlite_only
@pytest.mark.django_db(transaction=True)
def test_a_writer_waits_for_another_one() -> None:
    """IMMEDIATE takes the lock at the beginning, so that who waits has read nothing that could be stale by then."""
    connection.ensure_connection()
    with transaction.atomic(), sqlite3.connect(connection.settings_dict["NAME"], timeout=0) as other:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        assert other.execute("SELECT count(*) FROM playground_run").fetchone() == (0,)  # a reader does not wait
    other.close()


@pytest.mark.django_db(transaction=True)
def test_a_row_cannot_name_one_that_is_not_there() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Artifact.objects.create(run_id="00000000-0000-0000-0000-000000000009", n=0, type="image/png", bytes=1)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="about PostgreSQL")
@pytest.mark.django_db
def test_postgresql_writes_before_it_answers() -> None:
    with connection.cursor() as cursor:
        (told,) = cursor.execute("SHOW synchronous_commit").fetchone()
    assert told == "on"
