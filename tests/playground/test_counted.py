"""What /metrics and the admin's list of failures are told of runs and refusals."""

import pytest
from prometheus_client import REGISTRY

from catalog.models import Failure
from catalog.operation import failures
from playground.models import Run
from playground.records import store
from playground.sandbox import transport

CHAT = {"choices": [{"index": 0, "message": {"content": "Hi"}, "finish_reason": "stop"}]}
CANARY = "canary of a prompt"


class Counted:
    """How much was added to a figure since the test began, as the next scrape would tell."""

    def __init__(self) -> None:
        self.before = self.read()

    def read(self):
        samples = (sample for metric in REGISTRY.collect() for sample in metric.samples)
        return {(sample.name, *sorted(sample.labels.items())): sample.value for sample in samples}

    def __call__(self, name, **labels):
        key = f"modelry_{name}", *sorted(labels.items())
        return self.read().get(key, 0) - self.before.get(key, 0)


@pytest.fixture
def counted():
    return Counted()


@pytest.fixture
def failed(db, monkeypatch):
    """failed() gives the rows that were written of what failed in this test."""
    monkeypatch.setattr(failures, "_waiting", {})
    columns = ("kind", "what", "place", "model", "status", "times")
    return lambda: failures.write() or list(Failure.objects.order_by("kind", "what").values_list(*columns))


def test_a_run_is_counted_with_what_it_used(run, network, counted):
    network.says(CHAT | {"usage": {"prompt_tokens": 1000, "completion_tokens": 10}})
    cost = float(run().json()["cost"]["list"])
    assert counted("upstream_answers_total", to="gateway", endpoint="chat", status="2xx") == 1
    assert counted("runs_total", to="gateway", endpoint="chat", state="complete") == 1
    assert counted("usage_total", to="gateway", meter="input_tokens") == 1000
    assert counted("spend_usd_total", to="gateway", key="site") == pytest.approx(cost) and cost > 0
    assert counted("streams_open", to="gateway") == 0


def test_a_cost_that_nobody_knows_is_counted_as_such(run, network, counted):
    network.says(CHAT)
    assert run().json()["cost"] is None
    assert counted("unpriced_runs_total", to="gateway") == 1 and counted("spend_usd_total", to="gateway", key="site") == 0


def test_sandbox_and_gateway_are_told_apart(stream, counted):
    stream()
    assert counted("runs_total", to="sandbox", endpoint="chat", state="complete") == 1
    assert counted("first_token_seconds_count", to="sandbox") == 1
    assert not [key for key, value in counted.read().items() if ("to", "gateway") in key and value > counted.before.get(key, 0)]


def test_a_call_under_way_is_counted(run, counted, monkeypatch):
    seen = []

    async def look():
        seen.append(counted("streams_open", to="sandbox"))

    monkeypatch.setattr(transport, "pace", look)
    run(stream="on")
    assert set(seen) == {1} and counted("streams_open", to="sandbox") == 0


@pytest.mark.parametrize(
    ("fields", "rule", "reason"),
    [
        ({"temperature": "hot"}, {}, "invalid_request_error"),
        ({}, {"PLAYGROUND_ACCESS": "off"}, "playground_off"),
        ({}, {"RUNS_PER_MINUTE": 0}, "quota_reached"),
        ({}, {"RUNS_AT_ONCE": 0}, "too_many_at_once"),
    ],
)
def test_a_refused_run_is_counted_by_its_reason(run, settings, counted, failed, fields, rule, reason):
    for name, value in rule.items():
        setattr(settings, name, value)
    status = run(**fields).status_code
    assert counted("refusals_total", reason=reason) == 1 and not Run.objects.exists()
    assert failed() == ([] if status == 422 else [("limit", reason, "run_model", "", status, 1)])


def test_models_side_by_side_that_are_refused_count_too(client, catalog, settings, counted):
    settings.PLAYGROUND_ACCESS = "off"
    sent = {"column": ["0"], "endpoint": "chat", "0.model": "acme/talk-large", "role": "user", "content": "Hello!"}
    client.post("/playground/groups", sent)
    assert counted("refusals_total", reason="playground_off") == 1


def test_an_error_of_the_gateway_is_kept_without_its_words(run, network, failed):
    network.says({"error": {"type": CANARY, "message": CANARY}}, 500)
    assert run(content=CANARY).json()["state"] == "error"
    assert failed() == [("gateway", "other", "chat", "acme/talk-large", 500, 1)]


@pytest.mark.parametrize(("own_key", "rows"), [(False, 1), (True, 0)])
def test_a_visitors_own_key_that_is_refused_is_no_failure(run, network, failed, own_key, rows):
    network.says({"error": {"type": "authentication_error"}}, 401)
    run()
    failures._waiting.clear()
    row = Run.objects.get()
    row.own_key = own_key
    store.measures.ended(row)
    assert len(failed()) == rows


def test_errors_that_the_sandbox_was_asked_for_are_no_failures(run, failed):
    run(sandbox_error="500")
    assert failed() == []
