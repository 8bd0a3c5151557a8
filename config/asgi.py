"""The ASGI application: static files first, then Django; at start-up it also begins to watch the catalog's version."""

import asyncio
import contextlib
import logging
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import sync_to_async
from django.core.asgi import get_asgi_application
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import request_started
from django.db import close_old_connections, connections, reset_queries

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django = get_asgi_application()

from catalog import outage, processes, snapshot, syncing, usage  # noqa: E402 - needs the apps, which are ready from here on
from catalog.operation import failures  # noqa: E402
from catalog.pagecache import PageCache  # noqa: E402
from config import pool  # noqa: E402
from config.at_once import AtOnce  # noqa: E402
from config.body_limit import BodyLimit  # noqa: E402
from config.connections import AT_ONCE  # noqa: E402
from config.edge import Edge  # noqa: E402
from config.headers import Headers  # noqa: E402
from config.lane import Lane  # noqa: E402
from config.static_files import StaticFiles  # noqa: E402
from config.unreadable import Measured  # noqa: E402
from playground import housekeeping, nodes  # noqa: E402
from playground.running import stopping, threads, upstream  # noqa: E402
from playground.running.leaving import Leaving  # noqa: E402

django.request_class = Measured
# Each request would take a turn of a thread for them before it is read. What it leaves open is closed at its end.
for begun in (reset_queries, close_old_connections):
    request_started.disconnect(begun)
pool.share()
log = logging.getLogger(__name__)
WATCHER = ThreadPoolExecutor(1, "watch")
WATCH_EVERY = 0.3  # seconds: an edit shows within one
HOUSEKEEPING_EVERY = 300  # seconds: more than it rests
SYNC_LOOKED_AT_EVERY = 30  # seconds: whether a sync is due
FAILURES_EVERY = 5  # seconds: counted ones are written
STOPS_EVERY = 0.5  # seconds: a run that another process was asked to stop ends within one


class Site:
    """Wraps Django with what lives as long as the process: its background tasks."""

    def __init__(self, inner: Any, at_once: AtOnce):
        self.inner, self.at_once = inner, at_once
        self.tasks: list[asyncio.Task] = []

    async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            scope.get("state", {})[AT_ONCE] = self.at_once
            return await self.lifespan(receive, send)
        await self.inner(scope, receive, send)

    async def lifespan(self, receive: Any, send: Any) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    await self.start()
                except ImproperlyConfigured as fault:  # a sentence for the operator, without a traceback
                    return await send({"type": "lifespan.startup.failed", "message": str(fault)})
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.stop()
                return await send({"type": "lifespan.shutdown.complete"})

    async def start(self) -> None:
        await sync_to_async(processes.mine)()  # whoever restores a backup sees that a site is running
        await sync_to_async(housekeeping.close_gone)()
        await sync_to_async(nodes.join)()
        await sync_to_async(watch)()
        await threads.open_connections()
        snapshot.watched = True
        self.tasks = [
            asyncio.create_task(repeat(sync_to_async(watch, thread_sensitive=False, executor=WATCHER), WATCH_EVERY)),
            asyncio.create_task(repeat(housekeeping.watch_over, nodes.EVERY)),
            asyncio.create_task(repeat(housekeeping.in_turn, HOUSEKEEPING_EVERY)),
            asyncio.create_task(repeat(syncing.when_due, SYNC_LOOKED_AT_EVERY)),
            asyncio.create_task(repeat(stopping.obey, STOPS_EVERY)),
            asyncio.create_task(repeat(sync_to_async(failures.write), FAILURES_EVERY)),
        ]

    async def stop(self) -> None:
        snapshot.watched = False
        for task in self.tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await upstream.close()
        await sync_to_async(failures.write)()
        with contextlib.suppress(*outage.GONE):  # then the row tells by its age
            await sync_to_async(nodes.leave)()
        await sync_to_async(connections.close_all)()
        await sync_to_async(connections.close_all, thread_sensitive=False, executor=WATCHER)()


def watch() -> None:
    """Runs in a thread of its own: reading a large catalog again takes seconds, for which nothing else is to wait."""
    try:
        usage.ranks(snapshot.refresh())
        outage.look()
    except Exception:
        outage.give_back()
        raise


async def repeat(work: Any, seconds: float) -> None:
    """Does `work` again and again off the request path; a failure is logged and the next turn tries again."""
    while True:
        try:
            await work()
        except Exception as error:
            if not outage.noted(error):
                log.exception("%s failed", work.__name__)
                failures.note("site", type(error).__name__, work.__name__)
            # A connection that broke is used for ever, unless it is looked at.
            await sync_to_async(outage.give_back)()
        await asyncio.sleep(seconds)


pages = PageCache(Lane(threads.Threads(Leaving(django))))
application = Site(Edge(Headers(BodyLimit(StaticFiles(pages)))), AtOnce(pages))
