"""Steps of the tables: each can be taken back and again on a site that is full, and keeps what there is.

What cannot be kept is named here, with the reason.
"""

from collections.abc import Iterator
from pathlib import Path

import filled
import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations import RunPython, RunSQL
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from catalog import snapshot
from catalog.models import Model, Proof, Usage
from playground.models import Probe

OURS = ("catalog", "playground")
Node = tuple[str, str]
# A step back makes one row of several, because the older table had one a day, or one an ability.
JOINED = {("catalog", "0003_hourly_usage"): "catalog_usage", ("catalog", "0007_probe_gateway"): "catalog_proof"}
# On PostgreSQL a transaction that has changed rows watched by a deferred constraint cannot change their table any more. These
# change rows and tables at once, but only columns that no such constraint watches.
MIXED = {("catalog", "0003_hourly_usage"), ("catalog", "0005_changes"), ("catalog", "0007_probe_gateway")}


def steps() -> list[Node]:
    """All migrations of the two apps, each after those that it needs."""
    graph = MigrationLoader(None).graph
    plan = [node for leaf in graph.leaf_nodes() for node in graph.forwards_plan(leaf)]
    return [node for node in dict.fromkeys(plan) if node[0] in OURS]


def before(node: Node) -> tuple[str, str | None]:
    """Where the app stands without that migration."""
    mine = [name for app, name in steps() if app == node[0]]
    place = mine.index(node[1])
    return node[0], mine[place - 1] if place else None


def leaves() -> list[Node]:
    return MigrationLoader(None).graph.leaf_nodes()


def go(*targets: tuple[str, str | None]) -> None:
    MigrationExecutor(connection).migrate(list(targets))


def counts() -> dict[str, int]:
    """Rows of every table of ours that is there."""
    with connection.cursor() as cursor:
        names = [name for name in connection.introspection.table_names(cursor) if name.partition("_")[0] in OURS]
        return {name: cursor.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


@pytest.fixture
def full(transactional_db, settings, tmp_path: Path, monkeypatch) -> Iterator[dict[str, int]]:
    """A full site, with what an older table had no room for. Gives its counts; the tables are as they were afterwards."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(snapshot, "_current", None)
    filled.fill()
    talk = Model.objects.get(slug=filled.TALK)
    for gateway in ("", "https://api.example.com/v1"):
        Proof.objects.create(model=talk, ability="answers.chat", gateway=gateway, passed=True, request="{}")
    Probe.objects.create(slugs=[filled.TALK])
    assert Usage.objects.filter(model=talk).count() == 2
    yield counts()
    go(*leaves())


def test_every_step_back_keeps_the_rows_and_leads_on_again(full: dict[str, int]) -> None:
    requests = sum(row.requests for row in Usage.objects.filter(model__slug=filled.TALK))
    for node in reversed(steps()):
        go(before(node))
        left = counts()
        assert without(left, JOINED.get(node)) == {name: full[name] for name in without(left, JOINED.get(node))}
        full |= left
        if node == ("catalog", "0003_hourly_usage"):
            assert requests in days()
    assert left == {}
    go(*leaves())
    assert set(counts()) == set(full)


def days() -> list[int]:
    """Requests of models by the day, in the table that counted them so."""
    with connection.cursor() as cursor:
        return [count for (count,) in cursor.execute("SELECT requests FROM catalog_usage WHERE day IS NOT NULL").fetchall()]


def without(told: dict[str, int], name: str | None) -> dict[str, int]:
    return {key: count for key, count in told.items() if key != name}


@pytest.mark.django_db
def test_the_models_are_as_the_migrations_leave_them() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("node", steps(), ids="/".join)
def test_a_step_changes_tables_or_rows_not_both(node: Node) -> None:
    operations = MigrationLoader(None).graph.nodes[node].operations
    kinds = {isinstance(one, RunPython | RunSQL) for one in operations}
    assert (kinds == {True, False}) == (node in MIXED)


def test_every_migration_of_rows_can_be_taken_back() -> None:
    """Django raises where an operation has no way back."""
    graph = MigrationLoader(None).graph
    assert [node for node in steps() for one in graph.nodes[node].operations if not one.reversible] == []
