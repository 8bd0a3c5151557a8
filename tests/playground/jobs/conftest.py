"""Jobs of a model that makes videos, behind a fake gateway."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from fake_network import ADDRESS, KEY
from job_network import JobNetwork

from gateway.client import Gateway
from playground.models import Run
from playground.running import polling, upstream


@pytest.fixture
def network(monkeypatch, settings) -> JobNetwork:
    settings.GATEWAY_URL, settings.GATEWAY_KEY = ADDRESS, KEY
    found = JobNetwork()
    monkeypatch.setattr(upstream, "connect", lambda: Gateway(ADDRESS, KEY, transport=found))
    monkeypatch.setattr(polling, "FIRST", 0)
    return found


@pytest.fixture
def film(catalog, monkeypatch) -> str:
    """A model that makes videos, in the catalog."""
    card = replace(catalog.by_slug["acme/talk-free"], modality="video", endpoints=("video",))
    monkeypatch.setitem(catalog.by_slug, card.slug, card)
    return card.slug


@pytest.fixture
def begin(stream, film, network) -> Callable[..., Run]:
    """begin(*polls) starts a job and gives its run; its polls, of which none was made yet, will be answered so."""

    def start(*answers: Any, first: Any = None) -> Run:
        network.tells(first or {"id": "job-1", "status": "queued"}, *answers)
        stream(model=film, prompt="A tram")
        network.requests.clear()
        return Run.objects.get()

    return start


@pytest.fixture
def look(client) -> Callable[..., Any]:
    """look(run) opens the run's page, which polls; with `accept`, in another manner."""
    return lambda run, accept="text/html": client.get(run.get_absolute_url(), headers={"Accept": accept})
