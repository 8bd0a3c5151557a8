"""/healthz and /readyz: what makes the site ready, in words for anyone, in bounded time."""

import errno
import threading

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError
from django.utils import timezone

from catalog import outage, snapshot
from catalog.models import Import, Version
from config import health
from playground.models import Run
from playground.models.runs import PROBER

JSON = {"Accept": "application/json"}
AWAY = "https://gateway.example/v1"


@pytest.fixture
def client(client, catalog, monkeypatch):
    """Of a site at which nobody looked yet, and whose look sees what the test writes."""
    monkeypatch.setattr(health, "_looks", {})
    monkeypatch.setattr(outage, "apart", lambda look: sync_to_async(look)())
    return client


@pytest.fixture
def states(client):
    return lambda: client.get("/readyz", headers=JSON).json()["checks"]


def test_a_site_on_its_sandbox_is_ready(client):
    answer = client.get("/readyz", headers=JSON)
    told = answer.json()
    assert (answer.status_code, told["ready"]) == (200, True)
    fine = dict.fromkeys(("database", "disk", "migrations", "snapshot", "process"), "ok")
    assert told["checks"] == fine | {"gateway": "sandbox"}
    assert told["snapshot_age_seconds"] >= 0
    assert client.get("/readyz").text.splitlines()[:2] == ["ready", "database: ok."]
    assert "no-store" in answer["Cache-Control"]


def test_an_empty_catalog_is_not_ready(client, monkeypatch):
    monkeypatch.setattr(snapshot, "_current", snapshot.Snapshot(1, None, [], []))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "snapshot: empty. The catalog is empty: run manage.py load_catalog." in answer.text


@pytest.mark.parametrize(
    ("error", "check"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), ("disk", "full")),
        (OperationalError("database or disk is full"), ("disk", "full")),
        (OperationalError("database is locked"), ("database", "busy")),
    ],
)
def test_what_cannot_be_written_is_told_and_pages_are_served(client, states, monkeypatch, error, check):
    for one in (outage.full, outage.busy):
        monkeypatch.setattr(one, "since", 0.0)
    outage.noted(error)
    name, word = check
    assert states()[name] == word
    answer = client.get("/readyz")
    assert answer.status_code == 200 and f"{name}: {word}. {health.WORDS[name][word]}" in answer.text


def test_a_catalog_that_is_not_read_again_is_told(states):
    Version.bump()
    assert states()["snapshot"] == "behind"


def test_tables_older_than_the_code_are_not_ready(client, monkeypatch):
    monkeypatch.setattr(health, "known_migrations", lambda: frozenset({("catalog", "9999_of_tomorrow")}))
    answer = client.get("/readyz")
    assert answer.status_code == 503 and "manage.py migrate" in answer.text


def test_a_database_that_fails_is_told_and_nothing_of_it(client, monkeypatch):
    def fail():
        raise OperationalError("connection to server at 10.1.2.3, user modelry, failed")

    monkeypatch.setattr(Version, "current", fail)
    answer = client.get("/readyz", headers=JSON)
    assert answer.status_code == 503
    fine = {"disk": "ok", "snapshot": "ok", "process": "ok"}
    assert answer.json()["checks"] == fine | {"database": "unreachable", "migrations": "unknown", "gateway": "unknown"}
    assert "10.1.2.3" not in answer.text


def test_a_database_that_hangs_is_not_waited_for_nor_asked_again(ask, monkeypatch):
    asked, let_go = [], threading.Event()

    def hang():
        asked.append(1)
        let_go.wait(30)
        return health.Looked(1, True)

    monkeypatch.setattr(health, "_looks", {})
    monkeypatch.setattr(health, "PATIENCE", 0.2)
    monkeypatch.setattr(health, "look", hang)
    try:
        answers = [ask("/readyz", headers=JSON) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [503] * 3 and asked == [1]
        assert ask("/healthz").text == "ok\n"
    finally:
        let_go.set()


def test_many_who_ask_within_a_second_cost_one_look(ask, monkeypatch):
    looks = []
    monkeypatch.setattr(health, "_looks", {})
    monkeypatch.setattr(health, "KEPT", 60)
    monkeypatch.setattr(health, "look", lambda: looks.append(1) or health.Looked(1, True))
    for _ in range(5):
        ask("/readyz")
    assert looks == [1]


def test_healthz_asks_the_database_nothing(client, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(snapshot, "_current", None)
    with django_assert_num_queries(0):
        assert client.get("/healthz").text == "ok\n"


def test_a_gateway_that_was_away_is_told_and_the_site_stays_ready(client, states, settings):
    settings.GATEWAY_URL = AWAY
    assert states()["gateway"] == "unknown"
    health._looks.clear()
    ran("error", {"type": "connection_refused"})
    answer = client.get("/readyz")
    assert answer.status_code == 200 and "gateway: unreachable." in answer.text and "gateway.example" not in answer.text


def test_a_gateway_that_answers_again_is_well(states, settings):
    settings.GATEWAY_URL = AWAY
    ran("error", {"type": "dns_error"})
    Import.objects.create(source="gateway", state="done", place=AWAY, finished=timezone.now())
    assert states()["gateway"] == "ok"


def test_a_gateway_that_refuses_is_there(states, settings):
    settings.GATEWAY_URL = AWAY
    ran("error", {"type": "rate_limit_error", "status": 429}, status=429)
    assert states()["gateway"] == "ok"


def ran(state, error, **columns):
    Run.objects.create(visitor=PROBER, model="acme/talk-large", endpoint="chat", state=state, error=error, **columns)
