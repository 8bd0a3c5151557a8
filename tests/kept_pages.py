"""A page cache around an application of a test, asked without a server."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from catalog import pagecache, snapshot
from catalog.pagecache import PageCache

PUBLIC = [(b"cache-control", b"public, max-age=0"), (b"content-type", b"text/html")]


class Inner:
    """An application that counts its calls and answers with the headers and body it was made with."""

    def __init__(self, headers: Any = PUBLIC, body: bytes = b"page " * 300, status: int = 200):
        self.headers, self.body, self.status, self.calls = headers, body, status, 0

    async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
        self.calls += 1
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body[:10], "more_body": True})
        await send({"type": "http.response.body", "body": self.body[10:]})


def get(app: PageCache, path: str = "/models", method: str = "GET", **headers: str) -> tuple[int, dict[bytes, bytes], bytes]:
    return asyncio.run(fetch(app, path, method, **headers))


async def fetch(app: PageCache, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[bytes, bytes], bytes]:
    sent: list[dict] = []

    async def send(message: dict) -> None:
        sent.append(message)

    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in ({"host": "localhost"} | headers).items()]
    path, _, query = path.partition("?")
    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": pairs}
    await app(scope, None, send)
    return sent[0]["status"], dict(sent[0]["headers"]), b"".join(message.get("body", b"") for message in sent[1:])


class Clock:
    """The seconds since 1970 as a test sets them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, now: float):
        self.now = now
        monkeypatch.setattr(pagecache.time, "time", lambda: self.now)


def turn(monkeypatch: pytest.MonkeyPatch, version: int) -> None:
    monkeypatch.setattr(snapshot, "_current", SimpleNamespace(edition=(version,)))


class Slow(Inner):
    """Answers when it is let."""

    async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
        await asyncio.sleep(0)
        await super().__call__(scope, receive, send)


async def burst(app: PageCache, **headers: str) -> list[bytes]:
    return [body for _, _, body in await asyncio.gather(*(fetch(app, "/models", **headers) for _ in range(20)))]
