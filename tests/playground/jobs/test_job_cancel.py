"""Cancelling a job: agreed to, refused, or too late."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from job_network import done, words

from playground.models import Run


@pytest.fixture
def cancel(client) -> Callable[..., Any]:
    return lambda run, accept="text/html": client.post(f"{run.get_absolute_url()}/cancel", headers={"Accept": accept})


def test_cancels(begin, cancel, network):
    run = begin({"id": "job-1", "status": "cancelled"})
    assert cancel(run)["Location"] == run.get_absolute_url()
    run.refresh_from_db()
    assert (run.state, network.asked()) == ("stopped", ["DELETE /jobs/job-1"])


def test_stop_cancels(begin, client, network):
    run = begin({"id": "job-1", "status": "cancelled"})
    record = client.post(f"{run.get_absolute_url()}/stop", headers={"Accept": "application/json"}).json()
    assert (record["state"], network.asked()) == ("stopped", ["DELETE /jobs/job-1"])


def test_refused_stop_is_said_to_a_script(begin, client):
    url = f"{begin(REFUSED, {'status': 'running'}).get_absolute_url()}/stop"
    answer = client.post(url, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["error"]["type"]) == (409, "not_canceled")


@pytest.mark.parametrize("answer", [httpx.Response(204), {"success": True}, [], {"status": 7}])
def test_bare_agreement_is_a_cancellation(begin, cancel, answer):
    assert cancel(begin(answer), "application/json").json()["state"] == "stopped"


REFUSED = httpx.Response(409, json={"error": {"message": "It has begun already."}})


def test_refused_cancellation_is_said_on_the_page(begin, cancel):
    answer = cancel(begin(REFUSED, {"status": "running"}))
    assert answer.status_code == 409
    assert "Not canceled. The gateway did not cancel the job: It has begun already." in words(answer)
    assert "Cancel the job" in words(answer)


def test_refused_cancellation_is_said_to_a_script(begin, cancel):
    answer = cancel(begin(REFUSED, {"status": "running"}), "application/json")
    assert (answer.status_code, answer.json()["error"]["type"]) == (409, "not_canceled")
    assert "It has begun already." in answer.json()["error"]["message"]


def test_refused_cancellation_is_said_to_htmx(begin, client):
    url = f"{begin(REFUSED, {'status': 'running'}).get_absolute_url()}/cancel"
    answer = client.post(url, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert '<hx-partial hx-target="#unheard"' in answer.content.decode() and "<html" not in answer.content.decode()
    assert "Not canceled." in words(answer)


def test_job_that_ended_meanwhile_is_shown_as_it_ended(begin, cancel):
    record = cancel(begin(REFUSED, done()), "application/json").json()
    assert (record["state"], len(record["artifacts"])) == ("complete", 1)


def test_job_that_is_over_is_not_canceled(begin, cancel, look, network):
    run = begin(done())
    look(run)
    assert cancel(run, "application/json").json()["state"] == "complete"
    assert "DELETE /jobs/job-1" not in network.asked()


def test_run_that_is_no_job_cannot_be_canceled(run, cancel, network):
    network.tells({"choices": []})
    run()
    Run.objects.update(state="running")
    assert "Only a job can be canceled" in cancel(Run.objects.get(), "application/json").json()["error"]["message"]
    assert cancel(Run.objects.get()).status_code == 409
