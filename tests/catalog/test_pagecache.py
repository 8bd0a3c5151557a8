"""The page cache: what it keeps, for whom, and until when."""

import asyncio
import gzip
from types import SimpleNamespace
from typing import Any

import brotli
import pytest

from catalog import finished, pagecache, snapshot
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


@pytest.mark.parametrize(
    ("offer", "coding"),
    [
        ("", None), ("br;q=0", None), ("br;q=0.0, gzip;q=0.000", None), ("identity", None), ("deflate", None),
        ("br;q=much", None), ("*", "br"), ("GZIP", "gzip"), ("gzip, deflate, br, zstd", "br"), ("br; q=0.1, gzip; q=0.9", "gzip"),
        ("*;q=0", None), ("br;q=0, *", "gzip"), ("gzip;q=0.5, identity;q=0.8", None), ("identity;q=0", None),
        ("gzip;q=1.0, *;q=0", "gzip"),
    ],
)  # fmt: skip
def test_the_encoding_is_the_one_that_the_client_likes_best(offer: str, coding: str | None) -> None:
    headers = get(PageCache(Inner()), accept_encoding=offer)[1]
    assert headers.get(b"content-encoding") == (coding.encode() if coding else None)
    assert headers[b"vary"] == b"Accept-Encoding, HX-Request-Type"


def test_compresses_once_in_each_encoding_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[bytes] = []
    for name, work in finished.COMPRESSORS.items():
        monkeypatch.setitem(finished.COMPRESSORS, name, lambda body, work=work, name=name: made.append(name) or work(body))
    app = PageCache(Slow())
    get(app)
    assert made == [] and app.size == finished.OVERHEAD + len(app.inner.body)
    asyncio.run(burst(app, accept_encoding="gzip"))
    turn(monkeypatch, 2)
    assert get(app, accept_encoding="gzip, br")[1][b"content-encoding"] == b"br"
    body = get(app, accept_encoding="gzip")[2]
    assert (made, app.inner.calls) == ([b"gzip", b"br"], 2) and gzip.decompress(body) == app.inner.body
    assert app.size == sum(entry.size for entry in app.entries.values()) > finished.OVERHEAD + len(app.inner.body)


def test_what_was_answered_once_is_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    app, asked = PageCache(Inner()), {b"accept-encoding": b"gzip"}
    assert app.at_hand("/models", b"", asked) is None
    body = get(app, accept_encoding="gzip")[2]
    entry, answer = app.at_hand("/models", b"", asked) or pytest.fail("It is kept.")
    assert (answer.status, answer.body) == (200, body)
    others = [{b"accept-encoding": b"br"}, {b"if-none-match": entry.etag}, {b"hx-request-type": b"partial"}]
    assert [app.at_hand("/models", b"", other) for other in others] == [None] * 3
    turn(monkeypatch, 2)
    assert app.at_hand("/models", b"", asked) is None


def test_says_when_the_browser_has_it_already() -> None:
    app = PageCache(Inner())
    etag = get(app)[1][b"etag"].decode()
    assert get(app, if_none_match=etag)[0] == 304
    assert get(app, if_none_match=etag)[2] == b""


@pytest.mark.parametrize("named", ["*", "{tag}", "{strong}", '"other", {tag}', '"other",{strong}'])
def test_every_way_to_name_the_etag_is_understood(named: str) -> None:
    app = PageCache(Inner())
    tag = get(app)[1][b"etag"].decode()
    assert get(app, if_none_match=named.format(tag=tag, strong=tag.removeprefix("W/")))[0] == 304
    assert get(app, if_none_match=f'"other", "{tag[3:-2]}"')[0] == 200


def test_a_date_counts_where_no_etag_is_named() -> None:
    app = PageCache(Inner([*PUBLIC, (b"Last-Modified", b"Mon, 02 Nov 2026 08:00:00 GMT")]))
    assert get(app, if_modified_since="Mon, 02 Nov 2026 08:00:00 GMT")[0] == 304
    assert get(app, if_modified_since="Mon, 02 Nov 2026 07:59:59 GMT")[0] == 200
    assert get(app, if_modified_since="Mon, 02 Nov 2026 08:00:00 GMT", if_none_match='"other"')[0] == 200
    assert get(app, if_modified_since="some day")[0] == 200


class Clock:
    """The seconds since 1970 as a test sets them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, now: float):
        self.now = now
        monkeypatch.setattr(pagecache.time, "time", lambda: self.now)


def turn(monkeypatch: pytest.MonkeyPatch, version: int) -> None:
    monkeypatch.setattr(snapshot, "_current", SimpleNamespace(edition=(version,)))


def test_a_page_says_since_when_it_is_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, app = Clock(monkeypatch, 1_000.5), PageCache(Inner())
    date = get(app)[1][b"last-modified"].decode()
    assert date == "Thu, 01 Jan 1970 00:16:40 GMT"
    clock.now = 2_000
    turn(monkeypatch, 2)
    status, headers, body = get(app, if_modified_since=date)
    assert (status, headers[b"last-modified"].decode(), body, app.inner.calls) == (304, date, b"", 2)


def test_a_page_that_changed_within_a_second_has_another_date(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, app = Clock(monkeypatch, 1_000.1), PageCache(Inner())
    date = get(app)[1][b"last-modified"].decode()
    clock.now = 1_000.9
    turn(monkeypatch, 2)
    app.inner.body += b"new"
    status, headers, body = get(app, if_modified_since=date)
    assert (status, body) == (200, app.inner.body)
    assert get(app, if_modified_since=headers[b"last-modified"].decode())[0] == 304


def test_a_new_version_of_the_catalog_drops_the_old_page(monkeypatch: pytest.MonkeyPatch) -> None:
    app = PageCache(Inner())
    get(app)
    turn(monkeypatch, 2)
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
        [*PUBLIC, (b"vary", b"Accept-Encoding, X-Stainless-Lang")],
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
    app = PageCache(Inner(), capacity=14_000)
    for path in ("/a", "/b", "/a", "/c", "/a"):
        get(app, path)
    assert app.size <= 14_000
    assert app.inner.calls == 3


def test_head_has_the_headers_only() -> None:
    app = PageCache(Inner())
    status, headers, body = get(app, method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers[b"content-length"]) == len(app.inner.body)
    assert headers == get(app)[1] and app.inner.calls == 1


def test_the_order_of_the_query_does_not_matter() -> None:
    app = PageCache(Inner())
    for path in ("/models?sort=price&modality=chat", "/models?modality=chat&sort=price"):
        get(app, path)
    assert app.inner.calls == 1
    for path in ("/compare?models=a&models=b", "/compare?models=b&models=a"):
        get(app, path)
    assert app.inner.calls == 3


def test_a_query_without_end_is_not_kept() -> None:
    app = PageCache(Inner())
    assert get(app, f"/models?q={'a' * pagecache.LONGEST}")[2] == app.inner.body
    assert app.size == 0


class Slow(Inner):
    """Answers when it is let."""

    async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
        await asyncio.sleep(0)
        await super().__call__(scope, receive, send)


async def burst(app: PageCache, **headers: str) -> list[bytes]:
    return [body for _, _, body in await asyncio.gather(*(fetch(app, "/models", **headers) for _ in range(20)))]


def test_many_who_ask_at_once_wait_for_one() -> None:
    app = PageCache(Slow())
    assert set(asyncio.run(burst(app))) == {app.inner.body}
    assert (app.inner.calls, app.making) == (1, {})


def test_nobody_waits_for_a_page_that_is_not_for_everyone() -> None:
    app = PageCache(Slow([]))
    assert set(asyncio.run(burst(app))) == {app.inner.body}
    assert (app.inner.calls, app.making) == (20, {})


class Private(Inner):
    """Once it is shut, it answers when two ask at the same time."""

    def __init__(self) -> None:
        super().__init__([])
        self.both: asyncio.Barrier | None = None

    async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
        if self.both:
            await self.both.wait()
        await super().__call__(scope, receive, send)


def test_a_page_that_was_not_for_everyone_before_is_not_waited_for() -> None:
    async def alone_then_two(app: PageCache) -> None:
        await fetch(app, "/runs")
        app.inner.both = asyncio.Barrier(2)
        async with asyncio.timeout(10):
            await asyncio.gather(fetch(app, "/runs"), fetch(app, "/runs"))

    app = PageCache(Private())
    asyncio.run(alone_then_two(app))
    assert app.inner.calls == 3


def test_a_page_that_became_one_for_everyone_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    app = PageCache(Slow(status=503))
    get(app)
    app.inner.status = 200
    get(app)
    monkeypatch.setattr(snapshot, "_current", SimpleNamespace(edition=(2,)))
    asyncio.run(burst(app))
    assert app.inner.calls == 3


def test_it_remembers_a_few_of_the_pages_that_are_not_for_everyone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagecache, "MOST_UNKEPT", 10)
    app = PageCache(Inner([]))
    for number in [*range(30), 25]:
        get(app, f"/runs/{number}")
    assert len(app.unkept) == 10


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1", "[::1]:8000"])
def test_a_kept_page_is_the_same_for_each_host_of_the_site(host: str) -> None:
    app = PageCache(Inner())
    get(app)
    get(app, host=host)
    assert app.inner.calls == 1


@pytest.mark.parametrize("host", ["attacker.example", "localhost.attacker.example", "", "local host", "localhost,::1", "\xe9"])
def test_a_foreign_host_is_for_django_to_refuse(host: str) -> None:
    app = PageCache(Inner())
    get(app)
    get(app, host=host)
    assert app.inner.calls == 2


def test_a_page_that_could_not_be_made_holds_nobody_up() -> None:
    class Broken(Slow):
        async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
            await asyncio.sleep(0)
            raise RuntimeError

    async def both(app: PageCache) -> list[Any]:
        return await asyncio.gather(fetch(app, "/models"), fetch(app, "/models"), return_exceptions=True)

    app = PageCache(Broken())
    assert [type(outcome) for outcome in asyncio.run(both(app))] == [RuntimeError, RuntimeError]
    assert app.making == {}


@pytest.mark.parametrize("status", [503, 507])
def test_a_page_that_cannot_be_made_is_answered_as_it_was(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    inner = Inner()
    app = PageCache(inner)
    before = get(app)
    monkeypatch.setattr(snapshot, "_current", SimpleNamespace(edition=(2,)))
    inner.status, inner.headers, inner.body = status, [], b"Not available for the moment"
    assert get(app)[::2] == before[::2] and inner.calls == 2
    assert get(app, "/never-kept")[0] == status


def test_a_page_that_fails_otherwise_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    inner = Inner()
    app = PageCache(inner)
    get(app)
    monkeypatch.setattr(snapshot, "_current", SimpleNamespace(edition=(2,)))
    inner.status, inner.headers = 500, []
    assert get(app)[0] == 500
