"""The threads in which runs are written down and shown: a few of a process, for all its runs.

Django gives each request a thread until its end, with a connection to the database; a stream is a request of minutes.
"""

import asyncio
import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from asgiref.sync import ThreadSensitiveContext
from django.db import connection
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from django.urls import reverse

from catalog.models import Version

MANY = 4  # SQLite lets one write at a time; the others read, make pages, or wait for the disk
NAME = "runs"

_threads = [ThreadPoolExecutor(max_workers=1, thread_name_prefix=NAME) for _ in range(MANY)]
_next = itertools.cycle(_threads)


async def open_connections() -> None:
    """At the start, with SQLite: what these threads keep open is open before the first runs need it.

    SQLite opens its log with the first thing that is read.
    """
    if connection.vendor == "sqlite":
        run = asyncio.get_running_loop().run_in_executor
        await asyncio.gather(*(run(thread, Version.current) for thread in _threads))


class Threads:
    """An ASGI application: what requests that begin runs do synchronously is done in one of the threads."""

    def __init__(self, inner: Any):
        self.inner = inner

    async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
        if not begins(scope):
            return await self.inner(scope, receive, send)
        async with ThreadSensitiveContext(executor=next(_next)):
            await self.inner(scope, receive, send)


def begins(scope: dict) -> bool:
    """Whether a request begins runs."""
    return scope["type"] == "http" and scope["method"] == "POST" and scope["path"] in addresses()


@cache
def addresses() -> set[str]:
    return {reverse("run_model"), reverse("start_group")}


@receiver(connection_created)
def keep(connection: Any, **signal: Any) -> None:
    """To open SQLite's file takes as long as to write a run down. Other databases may need the connection elsewhere."""
    if connection.vendor == "sqlite" and threading.current_thread().name.startswith(NAME):
        connection.close_at = None
