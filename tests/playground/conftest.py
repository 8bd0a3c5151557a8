"""Runs through the test client."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from fake_network import ADDRESS, KEY, Network

from gateway.client import Gateway
from playground.running import upstream


@pytest.fixture
def run(client: Client, catalog) -> Callable[..., Any]:
    """run(**fields) posts a run as a script does and gives the response: talk-large is greeted unless fields say more."""

    def post(accept: str = "application/json", **fields: Any) -> Any:
        greeting = {} if "body" in fields or "input" in fields else {"role": "user", "content": "Hello!"}
        return client.post("/playground/run", {"model": "acme/talk-large"} | greeting | fields, headers={"Accept": accept})

    return post


@pytest.fixture
def speak(run: Callable[..., Any]) -> Callable[..., Any]:
    """speak(**fields) runs the speech model on a short text."""
    short = {"model": "openai/tts-1-hd", "input": "Hello!", "voice": "alloy", "response_format": "wav"}
    return lambda **fields: run(**short | fields)


@pytest.fixture
def stream(run: Callable[..., Any]) -> Callable[..., str]:
    """stream(**fields) posts a run as the page does and gives the event stream that it answers."""

    async def read(response: Any) -> str:
        return b"".join([piece async for piece in response.streaming_content]).decode()

    return lambda **fields: async_to_sync(read)(run(accept="text/event-stream", stream="on", **fields))


@pytest.fixture
def network(monkeypatch, settings) -> Iterator[Network]:
    """The site is set to a real gateway, whose network is this one. Whatever happens, it is asked no second time."""
    settings.GATEWAY_URL = settings.PUBLIC_GATEWAY_URL = ADDRESS
    settings.GATEWAY_KEY = KEY
    found = Network()
    monkeypatch.setattr(upstream, "connect", lambda: Gateway(ADDRESS, KEY, transport=found))
    yield found
    assert len(found.requests) <= 1
