"""Who may run models, how often, and how many at once."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.utils import timezone

from playground.bounds import buckets, limits
from playground.models import Run
from playground.running import draining


@pytest.fixture
def later(monkeypatch) -> Callable[[float], None]:
    """later(seconds) moves the buckets' clock on."""

    def move(seconds: float) -> None:
        now = timezone.now() + timedelta(seconds=seconds)
        monkeypatch.setattr(buckets.timezone, "now", lambda: now)

    return move


def greet(client: Client, **more: str) -> int:
    fields = {"model": "acme/talk-large", "role": "user", "content": "Hello!"}
    return client.post("/playground/run", fields, headers={"Accept": "application/json"}, **more).status_code


def test_runs_a_minute_are_limited(run, settings, network):
    settings.RUNS_PER_MINUTE = 1
    network.says({"choices": []})
    run()
    answer = run()
    error = answer.json()["error"]
    assert (answer.status_code, error["type"], error["status"]) == (429, "quota_reached", 429)
    assert 55 <= error["retry_after"] <= 60 and answer["Retry-After"] == str(error["retry_after"])
    assert len(network.requests) == Run.objects.count() == 1


def test_other_cookies_have_the_address_s_share_together(run, settings):
    settings.RUNS_PER_MINUTE, settings.VISITORS_PER_ADDRESS = 1, 2
    assert [greet(Client()) for _ in range(3)] == [200, 200, 429]
    assert greet(Client(), REMOTE_ADDR="192.0.2.9") == 200


def test_one_customer_has_many_addresses_of_ipv6(run, settings):
    settings.RUNS_PER_MINUTE = settings.VISITORS_PER_ADDRESS = 1
    told = ["2001:db8::1", "2001:db8::ffff:1", "2001:db8:0:1::1", "::ffff:192.0.2.9", "::ffff:192.0.2.8"]
    assert [greet(Client(), REMOTE_ADDR=address) for address in told] == [200, 429, 200, 200, 200]


def test_an_account_has_one_share_in_all_its_browsers(run, settings, django_user_model):
    settings.RUNS_PER_MINUTE, user = 1, django_user_model.objects.create_user("anna")
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.force_login(user)
    assert [greet(browser) for browser in browsers] == [200, 429]


def test_forwarded_addresses_are_not_believed(run, settings):
    settings.RUNS_PER_MINUTE = settings.VISITORS_PER_ADDRESS = 1
    told = ["192.0.2.1", "192.0.2.2"]
    assert [greet(Client(), HTTP_X_FORWARDED_FOR=address) for address in told] == [200, 429]


def test_a_bucket_fills_evenly(run, settings, later):
    settings.RUNS_PER_MINUTE, settings.REDIS_URL = 2, ""  # the clock of Redis is its own
    later(0)
    assert [run().status_code for _ in range(3)] == [200, 200, 429]
    assert run()["Retry-After"] == "30"
    later(31)
    assert [run().status_code for _ in range(2)] == [200, 429]


def test_wrong_forms_take_nothing(run, settings):
    settings.RUNS_PER_MINUTE = 1
    run(temperature="3")
    assert run().status_code == 200


@pytest.mark.parametrize("accept", ["text/html", "text/event-stream"])
def test_limit_tells_people_when_to_retry(run, settings, accept):
    settings.RUNS_PER_MINUTE = 1
    run()
    answer = run(accept=accept)
    assert answer.status_code == 429 and int(answer["Retry-After"]) > 0
    assert "at most 1 run a minute for one visitor and 5 for one network address" in answer.content.decode()


def test_several_runs_are_let_in_together_or_not_at_all(rf, db, settings):
    settings.RUNS_PER_MINUTE = 6
    request = rf.post("/")
    request.session, request.user = SessionStore(), AnonymousUser()
    assert limits.pace(request, runs=4) is None
    assert limits.pace(request, runs=4).retry_after > 15
    assert limits.pace(request, runs=2) is None
    assert "and this would be 7" in limits.pace(request, runs=7).message


@pytest.fixture
def streaming(db) -> Run:
    """Somebody's run that is on its way, from nowhere."""
    return Run.objects.create(visitor=uuid.uuid4())


def test_answers_at_once_are_limited(run, client, settings, streaming):
    settings.RUNS_AT_ONCE = 1
    run()
    Run.objects.update(state="running", visitor=client.session["visitor"])
    answer = run()
    assert (answer.status_code, answer.json()["error"]["type"], answer["Retry-After"]) == (429, "too_many_at_once", "10")
    assert "at most 1 at once for one visitor" in answer.json()["error"]["message"]
    assert Run.objects.count() == 2


def test_answers_at_once_of_an_address_are_limited(run, settings):
    settings.RUNS_AT_ONCE, settings.VISITORS_PER_ADDRESS = 1, 2
    run()
    Run.objects.update(state="running", visitor=uuid.uuid4())
    assert greet(Client()) == 200
    Run.objects.update(state="running", visitor=uuid.uuid4())
    assert "at most 2 at once for one network address" in run().json()["error"]["message"]


def test_answers_at_once_of_the_site_are_limited(run, settings, streaming):
    settings.SITE_RUNS_AT_ONCE = 1
    assert "at most 1 at once for all visitors" in run().json()["error"]["message"]


@pytest.mark.parametrize("more", [{"job": "job_1"}, {"created": timezone.now() - timedelta(minutes=11)}])
def test_jobs_and_orphans_are_no_streams(run, settings, streaming, more):
    settings.SITE_RUNS_AT_ONCE = 1
    Run.objects.update(**more)
    assert run().status_code == 200


@pytest.mark.parametrize(
    ("rule", "visitor", "kind"),
    [
        ("off", "admin", "playground_off"), ("login", None, "sign_in_needed"), ("login", "user", None),
        ("staff", "user", "staff_only"), ("staff", "admin", None), ("public", None, None),
    ],
)  # fmt: skip
def test_access(run, client, settings, django_user_model, rule, visitor, kind):
    settings.PLAYGROUND_ACCESS = rule
    if visitor:
        client.force_login(django_user_model.objects.create_user(visitor, is_staff=visitor == "admin"))
    answer = run()
    assert answer.status_code == (403 if kind else 200)
    assert answer.json().get("error") == (kind and answer.json()["error"] | {"type": kind, "status": 403})
    assert Run.objects.count() == (0 if kind else 1)


SIDE_BY_SIDE = "/playground?models=acme/talk-large,acme/talk-free"


@pytest.mark.parametrize("asked", ["/playground", "/playground?model=openai/tts-1-hd", SIDE_BY_SIDE])
def test_page_says_that_running_is_not_open_and_leads_back(client, catalog, settings, asked):
    settings.PLAYGROUND_ACCESS = "login"
    shown = client.get(asked).text
    assert "Running is not open to you here." in shown
    assert f'href="/accounts/login/?next={quote(asked, safe="")}"' in shown


@pytest.mark.parametrize(("visitor", "may"), [(None, True), ("user", False)])
def test_staff_may_sign_in_where_only_they_may_run(client, catalog, settings, django_user_model, visitor, may):
    settings.PLAYGROUND_ACCESS = "staff"
    if visitor:
        client.force_login(django_user_model.objects.create_user(visitor))
    shown = client.get("/playground").text
    assert "Only staff may run models on this site." in shown
    assert ('href="/accounts/login/?next=%2Fplayground"' in shown) is may


def test_who_is_refused_may_sign_in_and_come_back(run, settings):
    settings.PLAYGROUND_ACCESS = "login"
    shown = run(accept="text/event-stream").text
    assert 'href="/accounts/login/?next=/playground%3Fmodel%3Dacme%2Ftalk-large"' in shown


def test_a_full_site_is_503_and_nothing_is_sent_or_written(run, settings, streaming, network):
    settings.SITE_RUNS_AT_ONCE = 1
    answer = run()
    assert (answer.status_code, answer.json()["error"]["type"], answer["Retry-After"]) == (503, "site_full", "10")
    assert network.requests == [] and Run.objects.count() == 1
    page = run(accept="text/html", content="What I typed")
    assert page.status_code == 503 and "What I typed" in page.text


def test_a_process_that_is_about_to_end_begins_no_run(run, monkeypatch, client, network):
    monkeypatch.setattr(draining, "_begun", True)
    answer = run()
    assert (answer.status_code, answer.json()["error"]["type"], answer["Retry-After"]) == (503, "site_stopping", "10")
    assert client.get("/readyz").status_code == 503 and not Run.objects.exists()
