"""What a day may cost: held before a run is sent, settled when its cost is known, and never passed."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient
from django.utils import timezone
from fake_network import COUNTS, END, Events, word

from playground.bounds import budget, limits
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


class Endless(Events):
    """Events after which nothing comes and nothing ends."""

    def __init__(self, *events: dict):
        super().__init__([f"data: {json.dumps(event)}\n\n".encode() for event in events], None)

    async def __aiter__(self):
        for piece in self.pieces:
            yield piece
        await asyncio.Event().wait()


def stopped(network, *events: dict, **fields) -> Run:
    """A run of talk-large, whose answers cost $15 per 1M, that its visitor stops after these events."""
    network.answer = httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=Endless(*events))

    async def scene():
        client = AsyncClient()
        asked = {"model": "acme/talk-large", "role": "user", "content": "Hello!", "stream": "on"} | fields
        answer = await client.post("/playground/run", asked, headers={"Accept": "text/event-stream"})
        parts = aiter(answer.streaming_content)
        told = [await anext(parts) for _ in range(1 + bool(events))]
        run = json.loads(told[0].decode().partition("data:")[2])["id"]
        await asyncio.gather(client.post(f"/playground/runs/{run}/stop"), rest(parts))

    async def rest(parts):
        return [part async for part in parts]

    async_to_sync(scene)()
    return Run.objects.get()


@pytest.mark.parametrize("events", [[], [word("a")]])
def test_a_stopped_stream_holds_what_it_can_have_cost_until_then(catalog, network, events):
    found = stopped(network, *events)
    assert found.state == "stopped"
    assert Decimal(15 * 1000) / 10**6 < found.reserved == budget.taken(today()) < Decimal("0.04")


def test_what_had_come_of_a_stopped_stream_is_held(catalog, network):
    found = stopped(network, word("a" * 40_000))
    assert Decimal(15 * 41_000) / 10**6 < found.reserved == budget.taken(today()) < Decimal("0.7")


def test_a_stopped_stream_never_holds_more_than_before(catalog, network):
    assert stopped(network, word("a" * 10_000), max_tokens="100").reserved < Decimal("0.01")


def test_counts_on_the_way_are_not_the_cost_of_a_stream_that_broke_off(run, network):
    network.streams(word("a" * 5000) | {"usage": COUNTS["usage"]}, then=httpx.ReadError("cut"))
    run(stream="on")
    found = Run.objects.get()
    assert (found.state, found.cost_list is None) == ("incomplete", False)
    assert Decimal(15 * 6000) / 10**6 < found.reserved == budget.taken(today())


def test_an_answer_that_comes_whole_may_have_been_made_to_its_end(run, network):
    network.answer = httpx.ReadTimeout("slow")
    run()
    assert Run.objects.get().reserved == budget.taken(today()) > Decimal("0.9")


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
