"""Who may run models, how often, and what a day may cost."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from fake_network import COUNTS, END, word

from playground.models import Run


def spend(amount: str, **more) -> Run:
    """A run of today that cost this much."""
    return Run.objects.create(visitor=uuid.uuid4(), cost_effective=Decimal(amount), state="complete", **more)


def test_runs_a_minute_are_limited(run, settings, network):
    settings.RUNS_PER_MINUTE = 1
    network.says({"choices": []})
    run()
    answer = run()
    error = answer.json()["error"]
    assert (answer.status_code, error["type"], error["status"]) == (429, "quota_reached", 429)
    assert 55 <= error["retry_after"] <= 61 and answer["Retry-After"] == str(error["retry_after"])
    assert len(network.requests) == Run.objects.count() == 1


def test_another_cookie_makes_no_more_runs(run, settings):
    settings.RUNS_PER_MINUTE = 1
    run()
    fields = {"model": "acme/talk-large", "role": "user", "content": "Hello!"}
    assert Client().post("/playground/run", fields, headers={"Accept": "application/json"}).status_code == 429


def test_a_run_ages_out_of_the_minute(run, settings):
    settings.RUNS_PER_MINUTE = 1
    run()
    Run.objects.update(created=timezone.now() - timedelta(seconds=61))
    assert run().status_code == 200


def test_wait_is_until_the_oldest_ages_out(run, settings):
    settings.RUNS_PER_MINUTE = 1
    run()
    Run.objects.update(created=timezone.now() - timedelta(seconds=50))
    assert 9 <= int(run()["Retry-After"]) <= 11


def test_refused_runs_count_for_nothing(run, settings):
    settings.RUNS_PER_MINUTE = 1
    run(temperature="3")
    assert run().status_code == 200


@pytest.mark.parametrize("accept", ["text/html", "text/event-stream"])
def test_limit_tells_people_when_to_retry(run, settings, accept):
    settings.RUNS_PER_MINUTE = 0
    answer = run(accept=accept)
    assert answer.status_code == 429 and int(answer["Retry-After"]) > 0
    assert "at most 0 runs a minute" in answer.content.decode()


def test_spent_budget_stops_runs_until_midnight(run, settings, network):
    settings.DAILY_BUDGET_USD = Decimal("0.50")
    spend("0.50")
    answer = run()
    assert (answer.status_code, answer.json()["error"]["type"], network.requests) == (429, "budget_spent", [])
    assert 0 < int(answer["Retry-After"]) <= 24 * 60 * 60


def test_budget_counts_what_runs_cost(run, settings, network):
    settings.DAILY_BUDGET_USD = Decimal("0.002")
    network.streams(word("a"), END, COUNTS)
    assert run(stream="on").json()["cost"]["list"] == "0.00225"
    assert run().json()["error"]["type"] == "budget_spent"


@pytest.mark.parametrize("more", [{"sandbox": True}, {"created": timezone.now() - timedelta(days=1)}])
def test_budget_counts_today_s_real_runs_alone(run, settings, network, more):
    settings.DAILY_BUDGET_USD = Decimal("0.50")
    spend("9", **more)
    network.says({"choices": []})
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


def test_page_says_that_running_is_not_open(client, catalog, settings):
    settings.PLAYGROUND_ACCESS = "login"
    shown = client.get("/playground").content.decode()
    assert "Running is not open to you here." in shown and "/accounts/login/?next=/playground" in shown
