"""Many who ask at once for a page that is not kept."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from kept_pages import Inner, Slow, burst, fetch, get

from catalog import pagecache, snapshot
from catalog.pagecache import PageCache

pytestmark = pytest.mark.usefixtures("watched")


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
