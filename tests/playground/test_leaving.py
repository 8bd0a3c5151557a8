"""A visitor who leaves at the worst moments leaves no run behind that says it is running."""

import asyncio
import threading
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from asgiref.sync import async_to_sync
from django.core.handlers.asgi import ASGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from test_group import FREE, LARGE, form

from playground.models import Run
from playground.records import store
from playground.running.leaving import Leaving

ONE = {"model": LARGE, "role": "user", "content": "Hello!", "stream": "on"}
PATHS = [("/playground/run", ONE), ("/playground/groups", form(LARGE, FREE))]


class Visit:
    """Posts to the application as a server does, and is gone once `leave` was called."""

    def __init__(self, path: str, fields: dict):
        headers = [(b"content-type", b"application/x-www-form-urlencoded"), (b"accept", b"text/event-stream")]
        self.scope = {
            "type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers, "server": ("testserver", 80),
        }  # fmt: skip
        self.messages = [{"type": "http.request", "body": urlencode(fields, doseq=True).encode()}]
        self.left, self.gone, self.sent = asyncio.Event(), threading.Event(), 0

    async def receive(self) -> dict:
        if self.messages:
            return self.messages.pop()
        await self.left.wait()
        # Django hangs up on the view in the next turns of the loop.
        asyncio.get_running_loop().call_later(0.02, self.gone.set)
        return {"type": "http.disconnect"}

    async def leave(self) -> None:
        self.left.set()
        await asyncio.Event().wait()

    async def made(self, send) -> None:
        handler = ASGIHandler()
        handler.load_middleware(is_async=True)
        await Leaving(handler)(self.scope, self.receive, send)


@pytest.fixture(autouse=True)
def bare(settings, catalog, monkeypatch) -> Iterator[None]:
    monkeypatch.setattr(transaction, "on_commit", lambda call: call())  # a test's own transaction is never committed
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "Csrf" not in name]
    settings.ALLOWED_HOSTS = ["*"]
    ends = (request_started, request_finished)
    for end in ends:
        end.disconnect(close_old_connections)  # the test's own connection is kept
    yield
    for end in ends:
        end.connect(close_old_connections)


def states() -> set[str]:
    return {run.state for run in Run.objects.all()}


@pytest.mark.parametrize(("path", "fields"), PATHS)
@pytest.mark.parametrize("message", [1, 2])  # the answer's head, its first event
def test_leaving_before_the_second_event(path, fields, message):
    async def scene() -> None:
        visit = Visit(path, fields)

        async def send(_: dict) -> None:
            visit.sent += 1
            if visit.sent == message:
                await visit.leave()

        await visit.made(send)

    async_to_sync(scene)()
    assert states() and "running" not in states()


@pytest.mark.parametrize(("path", "fields"), PATHS)
def test_leaving_while_the_rows_are_written(path, fields, monkeypatch):
    async def scene() -> None:
        visit, loop, write = Visit(path, fields), asyncio.get_running_loop(), store.write

        def slowly(run: Run) -> None:
            loop.call_soon_threadsafe(visit.left.set)
            assert visit.gone.wait(5)
            write(run)

        monkeypatch.setattr(store, "write", slowly)
        await visit.made(None)

    async_to_sync(scene)()
    assert states() and "running" not in states()
