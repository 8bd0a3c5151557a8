"""Finished pages, answered before Django.

Only what a view declares public is kept: such a page is the same for everyone, sets no cookie and depends on nothing
but its address, the kind of request, and the catalog. An entry serves the version of the catalog it was made from, and
no longer than a minute, since figures of use change without one. Many who ask at once for a page that is not kept wait
for the one that is being made. A page that is made anew and came out the same keeps the date of its last change. A page
that cannot be made, because the database is away or a disk is full, is answered as it was last. Who asks for a foreign
host is refused by Django, whatever is kept.
"""

import asyncio
import functools
import time
from collections import OrderedDict
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from catalog import snapshot
from catalog.finished import COMPRESSORS, PLAIN, Answer, Entry, Headers, answered, finished, successor, wanted
from catalog.operation import measures, seen

LIFETIME = 60  # seconds
CAPACITY = 48 * 1024 * 1024  # bytes of bodies kept
LARGEST = 2 * 1024 * 1024  # bytes of one body
LONGEST = 2048  # bytes of a query string; a longer one is answered and not kept
MOST_UNKEPT = 4096  # addresses of which it is known that their page is none to keep
UNAVAILABLE = (503, 507)  # statuses in whose place an older page is shown
VARIES = {b"accept-encoding", b"hx-request-type", b""}  # what a kept page may depend on beside its address


class PageCache:
    """An ASGI application around `inner`, which answers what is not kept."""

    def __init__(self, inner: Any, capacity: int = CAPACITY):
        self.inner = inner
        self.capacity = capacity
        self.size = 0
        self.entries: OrderedDict[tuple, Entry] = OrderedDict()
        self.making: dict[tuple, asyncio.Event] = {}
        self.unkept: OrderedDict[int, None] = OrderedDict()  # hashes: keys may be long, and to mix two up is no harm

    async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
        read = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        if not read or not snapshot.watched or len(scope["query_string"]) > LONGEST or not ours(scope["headers"]):
            return await self.inner(scope, receive, send)
        asked = dict(scope["headers"])
        key = key_of(scope["path"], scope["query_string"], asked)
        if key in self.making and hash(key) not in self.unkept and not self.fresh(key):
            await self.making[key].wait()
        if entry := self.fresh(key):
            seen.of(scope).route = entry.route
            measures.kept["hit"]()
            return await self.answer(key, entry, scope, send)
        known = asyncio.Event()
        self.making.setdefault(key, known)
        await self.make(key, known, scope, receive, send)

    def at_hand(self, path: str, query: bytes, asked: dict[bytes, bytes]) -> tuple[Entry, Answer] | None:
        """What GET of a kept page is answered with, where nothing has to be waited for."""
        if not snapshot.watched or len(query) > LONGEST:
            return None
        entry = self.fresh(key_of(path, query, asked))
        found = entry and entry.answers.get(wanted(entry, asked))
        if entry is None or found is None:
            return None
        measures.kept["hit"]()
        return entry, found

    async def make(self, key: tuple, known: asyncio.Event, scope: dict, receive: Any, send: Any) -> None:
        """Lets `inner` answer, and keeps the page. Others wait until it is kept, or is none that may be.

        HEAD is asked as GET, so that its headers are those of the page; the server sends no body with them.
        """
        older = self.entries.get(key)
        recorder = Recorder(send, known, older is not None)
        try:
            await self.inner({**scope, "method": "GET"}, receive, recorder)
            if recorder.body is not None:
                entry = finished(recorder.version, recorder.headers, bytes(recorder.body))
                entry = self.keep(key, replace(entry, route=seen.of(scope).route))
            else:
                self.pass_on(key)
        finally:
            known.set()
            if self.making.get(key) is known:
                del self.making[key]
        if recorder.failed and older is not None:
            entry = older
        if recorder.failed or recorder.body is not None:
            await self.answer(key, entry, scope, send)

    async def answer(self, key: tuple, entry: Entry, scope: dict, send: Any) -> None:
        """Sends a page in an encoding that the client accepts, or says that it has it already."""
        coding = wanted(entry, dict(scope["headers"]))
        if coding is not None and coding not in entry.bodies:
            await self.compress(key, entry, coding)
        if coding not in entry.answers:
            entry.answers[coding] = answered(entry, coding)
        found = entry.answers[coding]
        await send({"type": "http.response.start", "status": found.status, "headers": found.headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else found.body})

    async def compress(self, key: tuple, entry: Entry, coding: bytes) -> None:
        """Some milliseconds in a thread of its own; many who ask for the same wait for the same."""
        if coding not in entry.compressing:
            entry.compressing[coding] = asyncio.ensure_future(asyncio.to_thread(COMPRESSORS[coding], entry.bodies[PLAIN]))
        try:
            body = await asyncio.shield(entry.compressing[coding])
        finally:
            entry.compressing.pop(coding, None)
        if coding not in entry.bodies:
            entry.bodies[coding] = body
            if self.entries.get(key) is entry:
                self.grow(len(body))

    def fresh(self, key: tuple) -> Entry | None:
        entry = self.entries.get(key)
        if entry is None or entry.version != version() or time.monotonic() - entry.made > LIFETIME:
            return None
        self.entries.move_to_end(key)
        return entry

    def pass_on(self, key: tuple) -> None:
        """Notes that nobody need wait for this address: its page is none to keep."""
        measures.kept["unkept"]()
        self.unkept[hash(key)] = None
        self.unkept.move_to_end(hash(key))
        if len(self.unkept) > MOST_UNKEPT:
            self.unkept.popitem(last=False)

    def keep(self, key: tuple, entry: Entry) -> Entry:
        self.unkept.pop(hash(key), None)
        old = self.entries.pop(key, None)
        measures.kept["stale" if old else "miss"]()
        if old:
            self.size -= old.size
            entry = successor(entry, old)
        self.entries[key] = entry
        self.grow(entry.size)
        return entry

    def grow(self, bytes_: int) -> None:
        self.size += bytes_
        while self.size > self.capacity:
            self.size -= self.entries.popitem(last=False)[1].size


def key_of(path: str, query: bytes, asked: dict[bytes, bytes]) -> tuple:
    return path, in_order(query), asked.get(b"hx-request-type") == b"partial"


def ours(headers: Headers) -> bool:
    """Whether a request names one host, and that is this site's. What becomes of all others is for Django to say."""
    hosts = [value for name, value in headers if name == b"host"]
    return len(hosts) == 1 and allowed(hosts[0])


@functools.lru_cache(64)
def allowed(host: bytes) -> bool:
    """By Django's own rule, which takes longer than finding a kept page."""
    domain, _ = split_domain_port(host.decode("latin-1"))
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def version() -> tuple:
    """The catalog's version and its day: pages with relative dates change at midnight."""
    return snapshot.latest().edition


class Recorder:
    """Stands between Django and the server: holds a public page back whole, passes everything else on as it comes.

    `body` is the whole page at the end, or None where it is none to keep; `known` is set as soon as that is clear. Where there
    is an `older` page, one that `failed` to be made is dropped.
    """

    def __init__(self, send: Any, known: asyncio.Event, older: bool):
        self.send = send
        self.known = known
        self.older = older
        self.failed = False
        self.version = version()
        self.headers: Headers = []
        self.body: bytearray | None = None
        self.start: dict | None = None

    async def __call__(self, message: dict) -> None:
        if message["type"] == "http.response.start" and public(message):
            self.start, self.headers, self.body = message, list(message["headers"]), bytearray()
        elif message["type"] == "http.response.start" and self.older and message["status"] in UNAVAILABLE:
            self.failed = True
        elif self.failed:
            return
        elif self.body is None:
            self.known.set()
            await self.send(message)
        else:
            await self.take(message)

    async def take(self, message: dict) -> None:
        assert self.body is not None
        self.body += message.get("body", b"")
        if len(self.body) > LARGEST:
            whole, self.body = bytes(self.body), None
            self.known.set()
            await self.send(self.start)
            await self.send({**message, "body": whole})


def in_order(query: bytes) -> bytes:
    """The query with its names in order; the values of a name stay in theirs."""
    if b"&" not in query:
        return query
    return b"&".join(sorted(query.split(b"&"), key=lambda pair: pair.partition(b"=")[0]))


def public(start: dict) -> bool:
    """Whether a response may be shown to anyone: it says so, and nothing in it speaks against it."""
    names = {name.lower(): value for name, value in start["headers"]}
    said = names.get(b"cache-control", b"")
    varies = {name.strip() for name in names.get(b"vary", b"").lower().split(b",")}
    return start["status"] == 200 and b"public" in said and b"set-cookie" not in names and varies <= VARIES
