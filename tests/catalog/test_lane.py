"""The short way to pages in memory: it answers as Django does, and leaves to Django what is no such page."""

import asyncio
from typing import Any

import pytest
from django.core.asgi import get_asgi_application

from catalog import snapshot
from config.lane import Lane

HOST = (b"host", b"localhost")


@pytest.fixture(autouse=True)
def watched(catalog: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "watched", True)


class Inner:
    """An application that answers nothing, and knows whether it was asked."""

    asked = False

    async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
        self.asked = True


async def ask(app: Any, path: str, *headers: tuple[bytes, bytes], method: str = "GET") -> list[dict]:
    sent: list[dict] = []
    left = asyncio.Event()
    messages = [{"type": "http.request", "body": b""}]

    async def receive() -> dict:
        return messages.pop() if messages else await left.wait() and {"type": "http.disconnect"}

    async def send(message: dict) -> None:
        sent.append(message)

    address, _, query = path.partition("?")
    scope = {"type": "http", "method": method, "path": address, "query_string": query.encode(), "headers": [*headers]}
    await app(scope, receive, send)
    return sent


def told(sent: list[dict]) -> tuple[int, set[tuple[bytes, bytes]], bytes]:
    """Status, headers and body."""
    headers = {(name.lower(), value) for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message["body"] for message in sent[1:])


@pytest.mark.parametrize("path", ["/models", "/models?q=vision&sort=price", "/models?modality=image&view=cards"])
@pytest.mark.parametrize("kind", [b"full", b"partial"])
def test_answers_as_django_does(path: str, kind: bytes) -> None:
    headers, inner = (HOST, (b"hx-request", b"true"), (b"hx-request-type", kind)), Inner()
    assert told(asyncio.run(ask(Lane(inner), path, *headers))) == told(asyncio.run(ask(get_asgi_application(), path, *headers)))
    assert not inner.asked


@pytest.mark.parametrize(
    ("path", "headers", "method"),
    [
        ("/models", [(b"host", b"evil.example")], "GET"),
        ("/models?sort=nonsense", [HOST], "GET"),
        ("/models?q=a&" + "b=c&" * 2000, [HOST], "GET"),
        ("/models", [HOST, (b"content-type", b"text/plain; charset=utf-7")], "GET"),
        ("/models", [HOST], "POST"),
        ("/nowhere", [HOST], "GET"),
        ("/rankings", [HOST], "GET"),
        ("/accounts/login/", [HOST], "GET"),
    ],
)  # fmt: skip
def test_leaves_to_django_what_is_no_page_in_memory(path: str, headers: list, method: str) -> None:
    inner = Inner()
    assert asyncio.run(ask(Lane(inner), path, *headers, method=method)) == [] and inner.asked


def test_pages_of_a_catalog_that_nobody_watches_are_djangos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "watched", False)
    inner = Inner()
    asyncio.run(ask(Lane(inner), "/models", HOST))
    assert inner.asked
