"""A database that goes away while the site runs, and comes back: a real PostgreSQL behind a proxy, and SQLite that is locked."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from urllib.parse import urlsplit

import psycopg
import pytest
import reachable
from proxy import Proxy
from served import Served, first_piece, refused, streamed, until

pytestmark = pytest.mark.database


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy(urlsplit(reachable.postgresql()).port or 5432) as found:
        yield found


@pytest.fixture
def url(proxy) -> Iterator[str]:
    """The address of a new database, through the proxy."""
    with reachable.new_database() as database:
        parts = urlsplit(database)
        yield parts._replace(netloc=f"{parts.username}:{parts.password}@127.0.0.1:{proxy.port}").geturl()


def test_pages_go_on_runs_are_written_later_and_nothing_needs_a_restart(serve, proxy, url, make, tmp_path):
    make(tmp_path / "data", DATABASE_URL=url)
    site = serve(DATABASE_URL=url, SANDBOX_PACE_MS="50")
    visitor, other = site.visitor(), site.visitor()
    site.get("/changes")
    with streamed(visitor) as answer:
        lines = answer.iter_lines()
        first_piece(lines)
        proxy.away()
        assert [site.get(path)[0] for path in ("/", "/models", "/models/acme/talk-large", "/compare", "/changes")] == [200] * 5
        status, page = site.get("/rankings")
        assert status == 503 and "cannot reach its database" in page and "Traceback" not in page
        late = refused(other)
        assert (late.status_code, late.json()["error"]["type"], late.headers["Retry-After"]) == (503, "database_away", "10")
        until(lambda: "DONE" in next(lines))
        proxy.there()
        assert "Complete" in "\n".join(lines)
    until(lambda: site.get("/rankings")[0] == 200)
    assert refused(other).json()["state"] == "complete"
    check_log(site)


def check_log(site: Served) -> None:
    log = site.log.read_text()
    assert log.count("The database does not answer") == log.count("The database answers again") == 1
    assert "Traceback" not in log


def test_a_silent_database_keeps_nobody_waiting(serve, proxy, url, make, tmp_path):
    make(tmp_path / "data", DATABASE_URL=url)
    site = serve(DATABASE_URL=url)
    proxy.silent()
    assert site.get("/rankings")[0] == 503
    assert site.get("/models/acme/talk-large")[0] == 200
    proxy.there()
    until(lambda: site.get("/rankings")[0] == 200)


def test_a_database_that_is_asked_too_much_is_told_from_one_that_is_away(serve, make, tmp_path):
    with reachable.new_database() as database, psycopg.connect(database) as other, ThreadPoolExecutor(20) as pool:
        make(tmp_path / "data", DATABASE_URL=database)
        site = serve(DATABASE_URL=database, DATABASE_CONNECTIONS="12")
        visitor = site.visitor()
        refused(visitor)
        other.execute("LOCK TABLE playground_run IN ACCESS EXCLUSIVE MODE")
        waiting = [pool.submit(visitor.get, f"/playground/runs?page={n}") for n in range(20)]
        crowded = next(as_completed(waiting)).result()
        assert crowded.status_code == 503 and "asked for more than it can do" in crowded.text
        assert site.get("/models/acme/talk-large")[0] == 200
        other.rollback()
        assert {one.result().status_code for one in waiting} <= {200, 400, 503}
        assert visitor.get("/playground/runs").status_code == 200
        assert "The database does not answer" not in site.log.read_text()


def test_a_locked_sqlite_is_told_in_words_and_waited_for(serve):
    site = serve(SANDBOX_PACE_MS="50")
    visitor, other = site.visitor(), site.visitor()
    with streamed(visitor) as answer, sqlite3.connect(site.folder / "modelry.sqlite3", autocommit=True) as writer:
        lines = answer.iter_lines()
        first_piece(lines)
        writer.execute("BEGIN IMMEDIATE")
        assert refused(other).json()["error"]["type"] == "database_busy"
        assert site.get("/models/acme/talk-large")[0] == 200
        writer.execute("ROLLBACK")
        assert "Complete" in "\n".join(lines)
    assert refused(other).json()["state"] == "complete"
