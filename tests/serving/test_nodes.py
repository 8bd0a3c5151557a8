"""Two machines of one site: processes with a DATA_DIR each, one PostgreSQL, one Redis, one folder of result files."""

import contextlib
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import reachable
from served import ASKED, ROOT, Served, environment, first_piece, streamed, until

pytestmark = pytest.mark.database

KEY = "the same on both nodes, and long enough"  # pragma: allowlist secret
SPEECH = {"model": "openai/tts-1-hd", "input": "Hello!", "voice": "alloy", "response_format": "wav"}
FILL = """
import json
from pathlib import Path
from django.contrib.auth import get_user_model
from django.core.management import call_command
from catalog import bundle
call_command("migrate", verbosity=0)
small = json.loads(Path("tests/data/small-catalog.json").read_text("utf-8"))
film = {"name": "Film", "modality": "video", "endpoints": ["video"]}
claims = [{"source": "litellm", "as_of": "2026-11-01", "url": None, "facts": film, "prices": []}]
small["files"][0]["models"].append({"slug": "acme/film", "aliases": [], "claims": claims})
bundle.load(small["files"], small["collections"])
get_user_model().objects.create_superuser("operator", None, "correct horse")
"""
EDIT = """
from catalog.models import Model, Version
Model.objects.filter(slug="acme/talk-large").update(name="Talk XXL")
Version.bump()
"""
RUN = r'"id": ?"([0-9a-f-]{36})"'
JSON = {"Accept": "application/json"}
Node = Callable[..., Served]


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The variables that all nodes have, of a site with a small catalog and an operator."""
    with reachable.new_database() as database:
        found = {"DATABASE_URL": database, "SECRET_KEY": KEY, "REDIS_URL": reachable.redis_url()}
        found |= {"FILES_DIR": str(tmp_path / "files"), "SYNC_EVERY": "off"}
        manage(tmp_path / "first", "shell", "-v0", "-c", FILL, **found).check_returncode()
        yield found


@pytest.fixture
def node(shared: dict[str, str], tmp_path: Path) -> Iterator[Node]:
    """node("a", **variables) -> a process of the site with a DATA_DIR of its own, which answers."""
    with ExitStack() as nodes:

        def start(name: str, **variables: str) -> Served:
            (tmp_path / name).mkdir(exist_ok=True)
            return nodes.enter_context(Served(tmp_path / name, **shared | variables))

        yield start


def manage(place: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=environment(place, **variables), capture_output=True, text=True)


def at(other: Served, visitor: httpx.Client) -> httpx.Client:
    """The same browser at another node."""
    return httpx.Client(base_url=other.url, cookies=visitor.cookies, headers=visitor.headers, trust_env=False, timeout=30)


def run(visitor: httpx.Client, **fields: str) -> httpx.Response:
    return visitor.post("/playground/run", data=fields or ASKED, headers=JSON)


def rows(shared: dict[str, str], query: str, *values: Any) -> list[tuple]:
    import psycopg

    with psycopg.connect(shared["DATABASE_URL"], autocommit=True) as connection:
        found = connection.execute(query, values)
        return found.fetchall() if found.description else []


def test_a_visitor_finds_everything_on_either_node(node: Node) -> None:
    one, two = node("a"), node("b")
    here = one.visitor()
    record = run(here, **SPEECH).json()
    there = at(two, here)
    file = there.get(record["artifacts"][0]["url"], headers={"Range": "bytes=0-3"})
    assert (file.status_code, file.content) == (206, b"RIFF")
    share = there.post(f"/playground/runs/{record['run']}/share").headers["location"]
    assert here.get(share).status_code == 200 and here.get(f"{share}/files/0/0").content[:4] == b"RIFF"
    assert there.post(f"/playground/runs/{record['run']}/delete").status_code == 302
    assert here.get(record["artifacts"][0]["url"]).status_code == 404


def test_who_signs_in_at_one_node_is_signed_in_at_the_other(node: Node) -> None:
    one, two = node("a"), node("b")
    here = one.visitor()
    told = here.post("/accounts/login/", data={"username": "operator", "password": "correct horse"})
    assert told.status_code == 302, told.text
    there = at(two, here)
    assert there.get("/admin/").status_code == 200


def test_a_job_begun_at_one_node_is_followed_at_the_other(node: Node) -> None:
    one, two = node("a"), node("b")
    here = one.visitor()
    with streamed(here, model="acme/film", endpoint="video", prompt="A tram") as answer:
        begun = next(found[1] for line in answer.iter_lines() if (found := re.search(RUN, line)))
    there = at(two, here)
    record = until(lambda: (told := there.get(f"/playground/runs/{begun}", headers=JSON).json())["state"] == "complete" and told)
    assert here.get(record["artifacts"][0]["url"]).headers["content-type"] == "video/mp4"


def test_a_stream_of_one_node_is_stopped_at_the_other(node: Node) -> None:
    one, two = node("a", SANDBOX_PACE_MS="200"), node("b")
    here = one.visitor()
    with streamed(here) as answer:
        lines = answer.iter_lines()
        begun = next(found[1] for line in lines if (found := re.search(RUN, line)))
        first_piece(lines)
        assert at(two, here).post(f"/playground/runs/{begun}/stop", headers=JSON).status_code == 200
        assert "Stopped" in "\n".join(lines)


def test_what_a_node_leaves_that_dies_for_good_is_closed_by_another(node: Node, shared: dict[str, str]) -> None:
    one, two = node("a", SANDBOX_PACE_MS="1000"), node("b")
    with ThreadPoolExecutor() as pool, pytest.raises(httpx.TransportError), streamed(one.visitor()) as answer:
        lines = answer.iter_lines()
        first_piece(lines)
        pool.submit(one.signal, signal.SIGKILL).result()
        "".join(lines)
    one.process.wait(30)
    [(process,)] = rows(shared, "SELECT process FROM playground_run WHERE state = 'running'")
    # It was not heard of for a minute; `two` waits until it has been up itself for a while.
    rows(shared, "UPDATE playground_process SET seen = seen - interval '1 minute' WHERE name = %s", process)
    until(lambda: rows(shared, "SELECT 1 FROM playground_run WHERE state = 'stopped'"), patience=120)
    until(lambda: len(rows(shared, "SELECT name FROM playground_process")) == 1)  # once that is closed
    assert two.get("/readyz")[0] == 200


@pytest.mark.parametrize(("other", "told"), [
    ({"SECRET_KEY": "another one, just as long as that"}, "runs with another SECRET_KEY"),  # pragma: allowlist secret
    ({"FILES_DIR": ""}, "keeps result files elsewhere"),
])  # fmt: skip
def test_nodes_that_would_not_understand_each_other_do_not_start(node: Node, tmp_path: Path, other, told) -> None:
    one = node("a")
    run(one.visitor(), **SPEECH)
    with pytest.raises(AssertionError, match=told) as fault:
        node("b", **other)
    assert "Traceback" not in str(fault.value) and "just as long" not in str(fault.value)


def test_a_node_that_ended_well_does_not_bind_the_next(node: Node) -> None:
    one = node("a")
    one.signal(signal.SIGTERM)
    one.process.wait(30)
    node("b", SECRET_KEY="another one, just as long as that")  # pragma: allowlist secret


def all_at_once(visitors: list[httpx.Client], **fields: str) -> list[httpx.Response]:
    start = threading.Barrier(len(visitors))

    def one(visitor: httpx.Client) -> httpx.Response:
        start.wait()
        return run(visitor, **fields)

    with ThreadPoolExecutor(len(visitors)) as pool:
        return list(pool.map(one, visitors))


def test_a_visitors_limit_is_one_for_all_nodes(node: Node) -> None:
    limits = {"RUNS_PER_MINUTE": "3", "SANDBOX_PACE_MS": "0"}  # the fourth is there after twenty seconds
    one, two = node("a", **limits), node("b", **limits)
    here = one.visitor()
    assert run(here).status_code == 200
    answers = all_at_once([at(place, here) for place in (one, two) for _ in range(12)], **ASKED)
    assert sorted(answer.status_code for answer in answers) == [200] * 2 + [429] * 22


def test_the_budget_is_one_for_all_nodes(node: Node, shared: dict[str, str]) -> None:
    gateway = node("gateway", SANDBOX_PACE_MS="0", SITE_RUNS_AT_ONCE="1000")
    paid = {"GATEWAY_URL": f"{gateway.url}/sandbox/v1", "GATEWAY_KEY": "sk-any", "DAILY_BUDGET_USD": "0.05"}
    one, two = node("a", **paid), node("b", **paid)
    visitors = [place.visitor() for place in (one, two)]
    answers = [found for _ in range(4) for found in all_at_once(visitors * 6, **ASKED | {"max_tokens": "200"})]
    told = {answer.status_code for answer in answers}
    [(taken,)] = rows(shared, "SELECT level FROM playground_bucket WHERE subject LIKE 'budget of %%'")
    assert told == {200, 429}, [answer.text[:300] for answer in answers][:3]
    assert 0 < taken <= 0.05 * 10**9


def test_an_edit_shows_on_all_nodes(node: Node, shared: dict[str, str], tmp_path: Path) -> None:
    one, two = node("a"), node("b")
    manage(tmp_path / "a", "shell", "-v0", "-c", EDIT, **shared).check_returncode()
    for place in (one, two):
        until(lambda place=place: "Talk XXL" in place.get("/models/acme/talk-large")[1])


def test_visitors_who_hang_up_leave_no_connection_taken(node: Node, shared: dict[str, str]) -> None:
    site = node("a", DATABASE_CONNECTIONS="12", SANDBOX_PACE_MS="20", RUNS_AT_ONCE="100")
    visitor = site.visitor()
    assert run(visitor).status_code == 200

    def hang_up(n: int) -> None:
        """Sooner or later: before the run is begun, while it is, while its answer comes."""
        with contextlib.suppress(httpx.ReadTimeout), streamed(visitor, patience=0.01 + n / 40) as answer:
            for _ in zip(range(n), answer.iter_lines(), strict=False):
                pass

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(hang_up, [*range(24)] * 4))
    answers = all_at_once([at(site, visitor) for _ in range(24)], **ASKED)
    assert {answer.status_code for answer in answers} == {200}
    assert rows(shared, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")[0][0] <= 12 + 1


def test_nodes_that_start_together_make_the_tables_once(tmp_path: Path) -> None:
    with reachable.new_database() as database, ThreadPoolExecutor() as pool:
        done = list(pool.map(lambda n: manage(tmp_path / n, "migrate", "--no-input", DATABASE_URL=database), "abc"))
    assert [one.returncode for one in done] == [0, 0, 0], [one.stderr for one in done]
