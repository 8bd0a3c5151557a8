"""How a kept page is answered: in which encoding, and whether the browser has it already."""

import asyncio
import gzip
from typing import Any

import brotli
import pytest
from kept_pages import PUBLIC, Clock, Inner, Slow, burst, get, turn

from catalog import finished
from catalog.pagecache import PageCache

pytestmark = pytest.mark.usefixtures("watched")


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


def test_head_has_the_headers_only() -> None:
    app = PageCache(Inner())
    status, headers, body = get(app, method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers[b"content-length"]) == len(app.inner.body)
    assert headers == get(app)[1] and app.inner.calls == 1
