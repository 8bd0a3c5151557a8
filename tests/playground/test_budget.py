"""What a day may cost: held before a run is sent, settled when its cost is known, and never passed."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from fake_network import COUNTS, END, word

from playground import budget, limits
from playground.models import Run

# 64,000 tokens at most, at $15 per 1M, without the fee: what a run of talk-large may cost where nothing is asked.
SHORT = {"stream": "on", "max_tokens": "100"}


@pytest.fixture(autouse=True)
def paid(settings, network):
    """A gateway that charges list prices, and a budget of a dollar a day."""
    settings.DAILY_BUDGET_USD, settings.TOP_UP_FEE = Decimal(1), Decimal(0)
    network.streams(word("a"), END, COUNTS)
    return network


def today():
    return timezone.now().date()


def spend(amount: str, day=None) -> None:
    budget.take(day or today(), Decimal(amount))


def refused(answer) -> tuple[str, str]:
    assert answer.status_code == 429
    return answer.json()["error"]["type"], answer.json()["error"]["message"]


def test_a_spent_budget_stops_runs_until_midnight(run, network):
    spend("1")
    answer = run()
    kind, message = refused(answer)
    wait = int(answer["Retry-After"])
    clock = f"{wait // 3600} h {wait % 3600 // 60} m"
    told = f"This site's budget of $1.00 for today is spent. It starts anew at 00:00 UTC, in {clock}."
    assert (kind, message, network.requests) == ("budget_spent", told, [])
    assert 0 < wait <= 24 * 60 * 60 and Run.objects.count() == 0


def test_the_page_says_so_before_anything_is_typed(client, catalog):
    assert "No runs until tomorrow." not in client.get("/playground").text
    spend("1")
    for path in ("/playground", "/playground?models=acme/talk-large,acme/talk-free"):
        shown = client.get(path).text
        assert "No runs until tomorrow." in shown and "budget of $1.00 for today is spent" in shown


def test_a_sandbox_has_no_budget_to_spend(client, catalog, settings):
    spend("1")
    settings.GATEWAY_URL = ""
    assert "No runs until tomorrow." not in client.get("/playground").text


def test_all_that_is_left_is_held(run):
    Run.objects.create(visitor=Run().id, model="acme/talk-large", reserved=Decimal(1))
    spend("1")
    kind, message = refused(run(**SHORT))
    assert kind == "budget_held" and "$0 is left of this site's $1.00 for today" in message


def test_a_run_that_does_not_fit_is_not_sent(run, network):
    spend("0.9999")
    kind, message = refused(run(**SHORT))
    assert kind == "budget_spent" and "$0.0001 is left of this site's $1.00 for today" in message
    assert "Ask for fewer output tokens" in message and network.requests == []


def test_a_run_dearer_than_a_whole_day_says_so(run, settings):
    settings.DAILY_BUDGET_USD = Decimal("0.5")
    answer = run()
    kind, message = refused(answer)
    assert kind == "over_budget" and "this site spends $0.50 a day" in message
    assert "Retry-After" not in answer


def test_a_known_cost_takes_the_place_of_what_was_held(run):
    assert run(**SHORT).json()["cost"]["effective"] == "0.00225"
    assert budget.taken(today()) == Decimal("0.00225")
    assert Run.objects.get().reserved is None


def test_an_unknown_cost_stays_held(run, network):
    network.streams(word("a"), END)
    run(**SHORT)
    held = Run.objects.get().reserved
    assert Decimal("0.0015") < held == budget.taken(today())


@pytest.mark.parametrize("status", [401, 429, 500])
def test_a_request_that_the_gateway_refused_cost_nothing(run, network, status):
    network.says({"error": {"message": "No."}}, status)
    run(**SHORT)
    assert budget.taken(today()) == 0


def test_what_runs_under_way_hold_is_said_to_come_back(run):
    Run.objects.create(visitor=Run().id, model="acme/talk-large", reserved=Decimal("0.9"), created=timezone.now())
    spend("0.9")
    answer = run()
    kind, message = refused(answer)
    assert (kind, answer["Retry-After"]) == ("budget_held", "10")
    assert "Runs under way hold $0.90 until they end" in message


def test_deleted_runs_give_nothing_back(run):
    run(**SHORT)
    Run.objects.all().delete()
    assert budget.taken(today()) == Decimal("0.00225")


@pytest.mark.parametrize("more", [{"sandbox": True}, {"own_key": True}])
def test_the_site_pays_for_neither_sandbox_nor_a_visitor_s_own_key(db, more):
    spend("1")
    found = Run(visitor=Run().id, **more)
    limits.admit(found, Decimal(5))
    assert found.reserved is None


def test_yesterday_is_another_budget(run):
    spend("1", today() - timedelta(days=1))
    assert run(**SHORT).status_code == 200


def test_a_run_over_midnight_settles_on_the_day_it_began(db):
    began = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)
    spend("0.5", began.date())
    budget.settle(Run(created=began, state="complete", reserved=Decimal("0.5"), cost_effective=Decimal("0.2")))
    assert (budget.taken(began.date()), budget.taken(today())) == (Decimal("0.2"), 0)


def test_tenths_add_up_to_a_whole(db):
    assert [budget.take(today(), Decimal("0.1")) for _ in range(11)] == [True] * 10 + [False]


def test_without_a_budget_spending_is_counted_all_the_same(run, settings):
    settings.DAILY_BUDGET_USD = None
    run(**SHORT)
    assert budget.taken(today()) == Decimal("0.00225")
