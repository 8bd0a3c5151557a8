"""When a job is polled, by pages and scripts, and that what a poll fails of says nothing of the job."""

import re
from datetime import timedelta

import httpx
import pytest
from django.utils import timezone
from job_network import done, words

from playground.models import Run
from playground.records import store
from playground.running import polling


def long_ago(run: Run, **ago: int) -> Run:
    Run.objects.filter(id=run.id).update(created=timezone.now() - timedelta(**ago))
    return Run.objects.get(id=run.id)


def test_no_poll_before_it_is_due(begin, look, network, monkeypatch):
    run = begin({"status": "running"})
    monkeypatch.setattr(polling, "FIRST", 30)
    for _ in range(3):
        look(run)
    assert network.asked() == ["GET /jobs/job-1"]


@pytest.mark.parametrize(("age", "seconds"), [(0, 0.5), (1, 0.5), (4, 2), (20, 10), (600, 10)])
def test_polls_back_off(age, seconds):
    assert polling.pause(age) == seconds


def test_page_asks_again_later_and_later(begin, look):
    run = begin({"status": "running"})
    delays = [int(re.search(r"load delay:(\d+)ms", look(long_ago(run, seconds=age)).content.decode())[1]) for age in (4, 8, 600)]
    assert 2000 <= delays[0] < 4000 <= delays[1] < delays[2] == 10_000


@pytest.mark.parametrize("status", [200, 202, 429, 503])
def test_retry_after_is_respected(begin, look, network, status):
    run = begin(httpx.Response(status, json={"id": "job-1", "status": "running"}, headers={"Retry-After": "30"}), done())
    look(run)
    look(run)
    assert network.asked() == ["GET /jobs/job-1"]
    Run.objects.update(poll_after=timezone.now())
    assert "Complete" in words(look(run))


def test_retry_after_of_the_first_answer_is_respected(begin, look, network):
    first = httpx.Response(202, json={"id": "job-1", "status": "queued"}, headers={"Retry-After": "30"})
    look(begin(done(), first=first))
    assert network.asked() == []


def test_retry_after_has_a_bound(begin, look):
    run = begin(httpx.Response(503, headers={"Retry-After": "86400"}))
    look(run)
    run.refresh_from_db()
    assert timedelta(seconds=290) < run.poll_after - timezone.now() <= timedelta(seconds=store.PATIENCE)


@pytest.mark.parametrize("passing", [httpx.Response(500), httpx.Response(503), httpx.ConnectError("away"), httpx.Response(429)])
def test_poll_that_fails_says_nothing_of_the_job(begin, look, passing):
    run = begin(passing, done())
    assert "Running" in words(look(run))
    Run.objects.update(poll_after=None)
    assert "Complete" in words(look(run))


def test_job_that_the_gateway_does_not_know_is_an_error(begin, look):
    record = look(begin(httpx.Response(404, json={"error": {"message": "Gone."}})), "application/json").json()
    assert (record["state"], record["error"]["status"], record["error"]["message"]) == ("error", 404, "Gone.")


# Scripts, and pages without them


def test_script_waits_for_the_end(run, film, network):
    network.tells({"id": "job-1", "status": "queued"}, {"id": "job-1", "status": "running"}, done())
    answer = run(model=film, prompt="A tram")
    assert (answer.status_code, answer.json()["state"], len(answer.json()["artifacts"])) == (200, "complete", 1)


def test_script_gets_a_202_and_asks_again(run, film, network, client, monkeypatch):
    monkeypatch.setattr(polling, "WAITS", 0.1)
    network.tells({"id": "job-1", "status": "queued"}, {"id": "job-1", "status": "running"})
    answer = run(model=film, prompt="A tram")
    assert (answer.status_code, answer.json()["state"], answer.json()["artifacts"]) == (202, "running", [])
    assert 1 <= int(answer["Retry-After"]) <= polling.LONGEST
    network.tells(done())
    Run.objects.update(poll_after=None)
    again = client.get(f"/playground/runs/{answer.json()['run']}", headers={"Accept": "application/json"})
    assert (again.status_code, again.json()["state"]) == (200, "complete")


def test_page_without_scripts_goes_on_where_it_can_be_loaded_again(run, film, network, monkeypatch):
    monkeypatch.setattr(polling, "PAGE_WAITS", 0.1)
    network.tells({"id": "job-1", "status": "running"})
    answer = run(accept="text/html", model=film, prompt="A tram")
    assert (answer.status_code, answer["Location"]) == (302, Run.objects.get().get_absolute_url())


def test_page_of_a_job_loads_itself_again_without_scripts(begin, look):
    run = begin({"status": "running"}, done())
    refresh = '<noscript><meta http-equiv="refresh"'
    assert refresh in look(run).content.decode()
    Run.objects.update(poll_after=None)
    assert refresh not in look(run).content.decode()
