"""/metrics: for whoever has the token, in Prometheus' format, with labels of closed lists, and of all workers together."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from waiting import wait_until

from catalog.models import Import
from config import metrics

ROOT = Path(__file__).parent.parent.parent
TOKEN = "a-token-for-the-tests"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
ODD = "canary"


def read(text):
    """`{(name, labels): value}`; a text that is no exposition is an error."""
    found = {}
    for family in text_string_to_metric_families(text):
        assert family.documentation and family.type != "unknown", family.name
        for sample in family.samples:
            key = sample.name, *sorted(sample.labels.items())
            assert key not in found
            found[key] = sample.value
    return found


@pytest.fixture
def figures(ask, settings):
    settings.METRICS_TOKEN = TOKEN
    return lambda: read(ask("/metrics", headers=BEARER).text)


def test_without_a_token_there_is_no_such_page(client):
    assert client.get("/metrics").status_code == 404


@pytest.mark.parametrize("told", ["", "Bearer", "Bearer wrong", f"Bearer {TOKEN}x", TOKEN[:-1]])
def test_a_wrong_token_is_shown_nothing(client, settings, told):
    settings.METRICS_TOKEN = TOKEN
    answer = client.get("/metrics", headers={"Authorization": told})
    assert answer.status_code == 401 and "modelry_" not in answer.text


def test_requests_are_counted_by_route_and_pages_by_what_the_cache_did(ask, figures):
    before = figures()
    ask("/models?q=one-of-its-own"), ask("/models?q=one-of-its-own"), ask("/no/such/page")
    now = figures()

    def more(name, **labels):
        key = name, *sorted(labels.items())
        return now[key] - before.get(key, 0)

    assert more("modelry_requests_total", route="browse", method="GET", status="2xx") == 2
    assert more("modelry_requests_total", route="unmatched", method="GET", status="4xx") == 1
    assert more("modelry_request_seconds_count", route="browse") == 2
    assert more("modelry_pages_total", outcome="miss") == more("modelry_pages_total", outcome="hit") == 1
    assert now["modelry_snapshot_version",] > 0 and now["modelry_database_up",] == 1
    assert now["modelry_import_timestamp_seconds", ("source", "bundle")] > 1.7e9
    assert now["process_resident_memory_bytes",] > 1e7


def test_odd_requests_add_no_labels(ask, figures):
    ask("/no/such/page"), ask("/models/no/such"), ask("/", "DELETE")
    odd = [(f"/{ODD}{n}", "GET") for n in range(300)] + [(f"/models/{ODD}/{n}?q={ODD}{n}", "GET") for n in range(300)]
    odd += [(f"/r/{ODD}{n}", "HEAD") for n in range(200)] + [("/", f"ODD{n}") for n in range(200)]
    ask("/", "ODD"), ask(f"/r/{ODD}"), ask(f"/r/{ODD}", "HEAD")
    figures()  # its own route counts from the second time on
    names = set(figures())
    for path, method in odd:
        ask(path, method)
    assert {key for key in figures() if key not in names} == set()
    assert not [key for key in names if ODD in str(key)]


@pytest.mark.django_db
def test_a_source_that_was_never_applied_has_no_age():
    Import.objects.create(source="litellm", state="failed")
    assert [sample.labels for sample in metrics.read().samples] == []


def test_without_the_database_the_rest_is_told():
    found = read(metrics.exposition(database=False).decode())
    assert found["modelry_database_up",] == 0 and ("modelry_pages_total", ("outcome", "hit")) in found


@pytest.fixture
def two_workers(tmp_path):
    """The address of a site of two processes with a database of its own, and its environment."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    folder = tmp_path / "metrics"
    folder.mkdir()
    env = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    env |= {"DATA_DIR": str(tmp_path), "PORT": port, "METRICS_TOKEN": TOKEN, "LOG_FORMAT": "json"}
    subprocess.run([sys.executable, "manage.py", "migrate", "--no-input", "-v0"], cwd=ROOT, env=env, check=True)
    command = [sys.executable, "-m", "config.serving", "--workers", "2", "--port", port]
    with (tmp_path / "log").open("w") as log:
        env["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
        server = subprocess.Popen(command, cwd=ROOT, env=env, stderr=log)
    address = f"http://127.0.0.1:{port}"
    wait_until(lambda: len(workers(folder)) == 2 and listens(address))
    yield address, folder
    server.send_signal(signal.SIGTERM)
    server.wait(20)


def listens(address):
    try:
        return httpx.get(f"{address}/healthz").is_success
    except httpx.ConnectError:
        return False


def workers(folder):
    return {file.stem.rpartition("_")[2] for file in folder.glob("gauge_livemin_*.db")}


def test_any_worker_tells_of_all_and_forgets_what_a_dead_one_had_open(two_workers, tmp_path):
    address, folder = two_workers

    def seen():
        return read(httpx.get(f"{address}/metrics", headers=BEARER).text)

    for _ in range(39):  # and one has asked whether they listen
        assert httpx.get(f"{address}/healthz").status_code == 200
    health = "modelry_requests_total", ("method", "GET"), ("route", "healthz"), ("status", "2xx")
    wait_until(lambda: seen()[health] == 40)
    assert seen()["process_open_fds",] > 20 and seen()["process_start_time_seconds",] > 1.7e9
    killed = min(workers(folder))
    os.kill(int(killed), signal.SIGKILL)
    wait_until(lambda: len(workers(folder) - {killed}) == 2)
    assert seen()[health] == 40
    assert not list(folder.glob(f"gauge_live*_{killed}.db")) and list(folder.glob(f"counter_{killed}.db"))
    assert all(line.startswith('{"time": ') for line in (tmp_path / "log").read_text().splitlines())
