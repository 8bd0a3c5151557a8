"""Where a sandbox job's webhook goes: to this machine only, whatever a name says, and once."""

import asyncio
import json
import logging
import socket
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from asgiref.sync import async_to_sync

from catalog.endpoints import jobs
from catalog.endpoints.answers import Refused
from playground.sandbox import webhooks

NAME = "http://my-machine.example:8123/hook?a=1"
pytestmark = pytest.mark.usefixtures("db")
check = async_to_sync(webhooks.check)


class Listener(httpx.AsyncBaseTransport):
    """Takes requests to any address but those of `away`, where nobody listens; answers with `status`."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.away: set[str] = set()
        self.response = httpx.Response(200)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host in self.away:
            raise httpx.ConnectError("Nobody listens.")
        self.requests.append(request)
        return self.response


@pytest.fixture
def listener(monkeypatch, settings) -> Listener:
    settings.SANDBOX_WEBHOOKS = True
    found = Listener()
    monkeypatch.setattr(webhooks, "transport", found)
    return found


@pytest.fixture
def resolves(monkeypatch) -> Callable[..., None]:
    """resolves(*addresses) is what any name stands for from here on."""

    def stand_for(*addresses: str) -> None:
        rows = [(socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 0)) for one in addresses]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: rows)

    return stand_for


def deliver(url: str = NAME) -> None:
    """Sends the webhook of a job that is over."""
    facts = {"k": "video", "t": time.time() - 10, "f": False, "m": "acme/film", "n": "0"}
    async_to_sync(webhooks.deliver)(jobs.issue(facts), url, "sk-any-word")


@pytest.mark.parametrize("addresses", [["192.0.2.1"], ["127.0.0.1", "192.0.2.1"], ["::1", "10.0.0.1"], ["0.0.0.0"], []])
def test_name_of_another_machine_is_refused(listener, resolves, addresses):
    resolves(*addresses)
    with pytest.raises(Refused, match="this machine only"):
        check(NAME)


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["::1", "127.0.0.1"], ["127.8.9.10"]])
def test_name_of_this_machine_is_taken(listener, resolves, addresses):
    resolves(*addresses)
    check(NAME)
    deliver()
    assert [request.url.host for request in listener.requests] == addresses[:1]


def test_name_that_changes_its_mind_is_not_sent_to(listener, resolves, caplog):
    resolves("127.0.0.1")
    check(NAME)
    resolves("192.0.2.1")
    deliver()
    assert listener.requests == [] and "not delivered" in caplog.text


def test_request_names_the_host_and_keeps_its_query(listener, resolves):
    resolves("127.0.0.1")
    deliver()
    request = listener.requests[0]
    assert (request.headers["host"], str(request.url)) == ("my-machine.example:8123", "http://127.0.0.1:8123/hook?a=1")
    assert json.loads(request.content)["status"] == "completed"


def test_second_address_is_tried_where_nobody_listens_at_the_first(listener, resolves):
    resolves("::1", "127.0.0.1")
    listener.away = {"::1"}
    deliver()
    assert [request.url.host for request in listener.requests] == ["127.0.0.1"]


@pytest.mark.parametrize("status", [302, 307, 404, 500])
def test_webhook_is_sent_once_whatever_the_answer(listener, resolves, caplog, status):
    caplog.set_level(logging.INFO, "playground.sandbox.webhooks")
    resolves("127.0.0.1")
    listener.response = httpx.Response(status, headers={"Location": "http://127.0.0.1/elsewhere"})
    deliver()
    assert len(listener.requests) == 1 and f"answered with {status}" in caplog.text


def test_listener_that_hangs_is_left(listener, resolves, caplog, monkeypatch):
    async def hangs(_: httpx.Request) -> Any:
        await asyncio.Event().wait()

    monkeypatch.setattr(webhooks, "TIMEOUT", 0.05)
    monkeypatch.setattr(listener, "handle_async_request", hangs)
    resolves("127.0.0.1")
    deliver()
    assert "not delivered: TimeoutError" in caplog.text


def test_too_many_webhooks_are_refused(listener, resolves, monkeypatch):
    resolves("127.0.0.1")
    monkeypatch.setattr(webhooks, "MAX_WAITING", 0)
    with pytest.raises(Refused, match="Try again in a few seconds"):
        check(NAME)


def test_nothing_is_sent_without_the_operator_s_leave(listener, settings):
    settings.SANDBOX_WEBHOOKS = False
    with pytest.raises(Refused, match="has not set SANDBOX_WEBHOOKS"):
        check("http://127.0.0.1:1/")
