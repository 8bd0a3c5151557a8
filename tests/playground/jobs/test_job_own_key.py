"""Jobs that were started with a visitor's own key are asked for with it, or by nobody."""

from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone
from fake_network import KEY
from job_network import done

from playground.housekeeping import end_jobs
from playground.models import Run
from playground.running import polling

OWN = "sk-own-0123456789abcdef"


@pytest.fixture
def own(client, begin, settings) -> Run:
    """A job under way that was started with the visitor's key."""
    settings.VISITOR_KEYS = True
    client.post("/playground/key", {"key": OWN})
    return begin(done())


def bearers(network) -> set[str]:
    return {request.headers["authorization"] for request in network.requests}


def test_is_polled_and_its_file_fetched_with_the_key(own, look, network):
    look(own)
    assert bearers(network) == {f"Bearer {OWN}"} and Run.objects.get().state == "complete"
    assert len(network.requests) == 2


def test_is_canceled_with_the_key(own, client, network):
    client.post(f"{own.get_absolute_url()}/cancel")
    assert bearers(network) == {f"Bearer {OWN}"}


def test_is_asked_for_by_nobody_once_the_key_is_gone(own, look, client, network):
    client.post("/playground/key", {"remove": "1"})
    look(own)
    answer = client.post(f"{own.get_absolute_url()}/cancel", headers={"Accept": "application/json"})
    assert "Give it again to cancel the job." in answer.json()["error"]["message"]
    assert not network.requests and Run.objects.get().state == "running"


def test_is_given_up_in_the_end(own, network):
    Run.objects.update(created=timezone.now() - polling.GIVE_UP_AFTER - timedelta(minutes=1))
    async_to_sync(end_jobs)()
    assert not network.requests and Run.objects.get().state == "limited"


def test_a_job_of_the_site_s_key_keeps_to_it(client, begin, look, network, settings):
    settings.VISITOR_KEYS = True
    run = begin(done())
    client.post("/playground/key", {"key": OWN})
    look(run)
    assert bearers(network) == {f"Bearer {KEY}"}


def test_is_stopped_with_the_key(own, client, network):
    client.post(f"{own.get_absolute_url()}/stop")
    assert bearers(network) == {f"Bearer {OWN}"}
