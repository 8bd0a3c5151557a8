"""The database of a site as one file, at one moment, while the site writes; and what such a file holds."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from playground.backups import Refused, postgresql

PARTS = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}
Ask = Callable[[str], list[tuple[Any, ...]]]


class Held(NamedTuple):
    """What a copy of the database holds: migrations applied, rows by table, and the result files that rows name."""

    migrations: list[tuple[str, str]]
    counts: dict[str, int]
    files: list[str]


def part() -> str:
    return PARTS[connection.vendor]


def dump(folder: Path) -> Held:
    """Writes the copy into `folder`, and says what that very copy holds."""
    return dump_sqlite(folder / part()) if connection.vendor == "sqlite" else dump_postgresql(folder / part())


def dump_sqlite(place: Path) -> Held:
    connection.ensure_connection()
    copy = sqlite3.connect(place)
    try:
        connection.connection.backup(copy)  # in one step: writers go on, and cannot make it begin anew
        copy.execute("PRAGMA journal_mode=DELETE")  # one file
        return held(lambda statement: copy.execute(statement).fetchall())
    except sqlite3.Error as fault:
        raise Refused(f"The database could not be copied: {fault}.") from fault
    finally:
        copy.close()


def dump_postgresql(place: Path) -> Held:
    """The counts are asked in the transaction whose view of the tables pg_dump is given."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        (snapshot,) = cursor.execute("SELECT pg_export_snapshot()").fetchone()
        postgresql.dump(place, snapshot)
        return held(lambda statement: cursor.execute(statement).fetchall())


def held(ask: Ask) -> Held:
    migrations = ask("SELECT app, name FROM django_migrations ORDER BY id")
    runs = ask("SELECT run_id, n FROM playground_artifact ORDER BY run_id, n")
    shares = ask("SELECT share_id, position, n FROM playground_sharedfile ORDER BY share_id, position, n")
    files = [f"artifacts/{UUID(str(run))}/{n}" for run, n in runs]
    return Held(migrations, counts(ask), files + [f"shares/{share}/{position}-{n}" for share, position, n in shares])


def counts(ask: Ask) -> dict[str, int]:
    names = sorted(connection.introspection.table_names())
    return {name: ask(f'SELECT count(*) FROM "{name}"')[0][0] for name in names}  # nosec B608


def present() -> dict[str, int]:
    """Rows by table of the database that the site is connected to."""
    with connection.cursor() as cursor:
        return counts(lambda statement: cursor.execute(statement).fetchall())
