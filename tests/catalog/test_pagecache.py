"""The page cache: what it keeps, for whom, and until when."""

import asyncio
import gzip
from types import SimpleNamespace
from typing import Any

import brotli
import pytest

from catalog import pagecache, snapshot
from catalog.pagecache import PageCache

PUBLIC = [(b"cache-control", b"public, max-age=0"), (b"content-type", b"text/html")]


@pytest.fixture(autouse=True)
def watched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "watched", True)
    monkeypatch.setattr(snapshot, "_current", SimpleNamespace(edition=(1,)))


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
    sent: list[dict] = []

    async def send(message: dict) -> None:
        sent.append(message)

    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": pairs}
    asyncio.run(app(scope, None, send))
    return sent[0]["status"], dict(sent[0]["headers"]), b"".join(message.get("body", b"") for message in sent[1:])


def test_answers_a_public_page_once_from_within() -> None:
    inner = Inner()
    app = PageCache(inner)
    assert get(app)[2] == get(app)[2] == inner.body
    assert inner.calls == 1


@pytest.mark.parametrize(("coding", "open_"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_sends_the_encoding_that_is_accepted(coding: str, open_: Any) -> None:
    app = PageCache(Inner())
    _, headers, body = get(app, accept_encoding=f"x, {coding}")
    assert headers[b"content-encoding"] == coding.encode()
    assert open_(body) == app.inner.body


def test_an_encoding_of_quality_zero_is_refused() -> None:
    assert b"content-encoding" not in get(PageCache(Inner()), accept_encoding="br;q=0")[1]


def test_says_when_the_browser_has_it_already() -> None:
    app = PageCache(Inner())
    etag = get(app)[1][b"etag"].decode()
    assert get(app, if_none_match=etag)[0] == 304
    assert get(app, if_none_match=etag)[2] == b""


def test_a_new_version_of_the_catalog_drops_the_old_page(monkeypatch: pytest.MonkeyPatch) -> None:
    app = PageCache(Inner())
    get(app)
    monkeypatch.setattr(snapshot, "_current", SimpleNamespace(edition=(2,)))
    get(app)
    assert app.inner.calls == 2


def test_a_page_is_made_anew_after_its_lifetime(monkeypatch: pytest.MonkeyPatch) -> None:
    app = PageCache(Inner())
    get(app)
    now = pagecache.time.monotonic()
    monkeypatch.setattr(pagecache.time, "monotonic", lambda: now + pagecache.LIFETIME + 1)
    get(app)
    assert app.inner.calls == 2


@pytest.mark.parametrize(
    "headers",
    [
        [(b"cache-control", b"private")],
        [],
        [*PUBLIC, (b"set-cookie", b"a=1")],
        [*PUBLIC, (b"vary", b"Cookie")],
    ],
)
def test_keeps_nothing_that_is_not_for_everyone(headers: Any) -> None:
    app = PageCache(Inner(headers))
    get(app)
    assert get(app)[2] == app.inner.body
    assert app.inner.calls == 2


def test_keeps_no_error() -> None:
    app = PageCache(Inner(status=404))
    assert get(app)[0] == get(app)[0] == 404
    assert app.inner.calls == 2


def test_a_part_and_a_page_are_two_entries() -> None:
    app = PageCache(Inner())
    get(app)
    get(app, hx_request_type="partial")
    assert app.inner.calls == 2


def test_a_page_that_is_too_large_passes_through_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagecache, "LARGEST", 100)
    app = PageCache(Inner())
    assert get(app)[2] == app.inner.body
    assert app.size == 0


def test_the_least_recently_used_page_goes_first() -> None:
    app = PageCache(Inner(), capacity=4000)
    for path in ("/a", "/b", "/a", "/c", "/a"):
        get(app, path)
    assert app.size <= 4000
    assert app.inner.calls == 3


def test_head_has_the_headers_only() -> None:
    app = PageCache(Inner())
    get(app)
    status, headers, body = get(app, method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers[b"content-length"]) == len(app.inner.body)
