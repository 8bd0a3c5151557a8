"""The page cache: what it keeps, for whom, and until when."""

from types import SimpleNamespace
from typing import Any

import pytest
from kept_pages import PUBLIC, Inner, get, turn

from catalog import pagecache, snapshot
from catalog.pagecache import PageCache

pytestmark = pytest.mark.usefixtures("watched")


def test_answers_a_public_page_once_from_within() -> None:
    inner = Inner()
    app = PageCache(inner)
    assert get(app)[2] == get(app)[2] == inner.body
    assert inner.calls == 1


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
