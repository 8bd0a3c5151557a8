"""scripts/services: a PostgreSQL and a Redis that are there from its start to its stop."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.database


def services(verb: str, place: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([ROOT / "scripts" / "services", verb, place], capture_output=True, text=True)


@pytest.fixture
def place() -> Iterator[str]:
    """A folder that another user may go through, which pytest's are not."""
    found = tempfile.mkdtemp()
    yield found
    services("stop", found)
    shutil.rmtree(found)


def start(place: str) -> tuple[str, str]:
    started = services("start", place)
    if started.returncode == 3:
        pytest.skip(started.stderr)
    assert started.returncode == 0, started.stderr
    names, addresses = zip(*(line.split("=", 1) for line in started.stdout.splitlines()), strict=True)
    assert names == ("DATABASE_URL", "REDIS_URL")
    return addresses


def test_what_was_written_is_there_after_a_stop_and_a_start(place: str) -> None:
    database, cache = start(place)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1")
    assert redis.Redis.from_url(cache).ping()
    assert services("stop", place).returncode == 0
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(database)
    with pytest.raises(redis.ConnectionError):
        redis.Redis.from_url(cache).ping()
    assert start(place) == (database, cache)
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT * FROM kept").fetchall() == [(1,)]


def test_a_wrong_word_is_answered_with_how_it_is_used() -> None:
    told = services("restart", "/nowhere")
    assert told.returncode == 1 and told.stderr.startswith("Usage: scripts/services start FOLDER")
