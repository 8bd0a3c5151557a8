"""Finished pages, compressed once and answered before Django.

Only what a view declares public is kept: such a page is the same for everyone, sets no cookie and depends on nothing
but its address, the kind of request, and the catalog. An entry serves the version of the catalog it was made from, and
no longer than a minute, since figures of use change without one. Many who ask at once for a page that is not kept wait
for the one that is being made. A page that is made anew and came out the same keeps the date of its last change.
"""

import asyncio
import gzip
import hashlib
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Any

import brotli
from django.utils.http import http_date, parse_etags, parse_http_date_safe

from catalog import snapshot
from catalog.operation import measures, seen

LIFETIME = 60  # seconds
CAPACITY = 48 * 1024 * 1024  # bytes of bodies kept
LARGEST = 2 * 1024 * 1024  # bytes of one body
SMALLEST = 512  # bytes; below, compression gains nothing
LONGEST = 2048  # bytes of a query string; a longer one is answered and not kept
OVERHEAD = 4096  # bytes that an entry takes at most beside its bodies: its key and its headers
QUALITY = 5  # of brotli: 11 would be a tenth smaller and take twenty times as long, on the path of a visitor
LAST_RESORT = 0.0001  # the quality of the page as it is where nobody names it; a client's own has three places
CODINGS = (b"br", b"gzip", b"")  # the better first; blank is the page as it is
VARIES = {b"accept-encoding", b"hx-request-type", b""}  # what a kept page may depend on beside its address

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A finished page: its headers without those that `answer` adds, and its body in each encoding. `changed` is the second
    since 1970 from which on these were the bytes; `route` the name of its address.
    """

    made: float
    version: tuple
    headers: Headers
    etag: bytes
    changed: int
    bodies: dict[bytes, bytes]
    route: str = "none"

    @property
    def size(self) -> int:
        return OVERHEAD + sum(map(len, self.bodies.values()))


class PageCache:
    """An ASGI application around `inner`, which answers what is not kept."""

    def __init__(self, inner: Any, capacity: int = CAPACITY):
        self.inner = inner
        self.capacity = capacity
        self.size = 0
        self.entries: OrderedDict[tuple, Entry] = OrderedDict()
        self.making: dict[tuple, asyncio.Event] = {}

    async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
        read = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        if not read or not snapshot.watched or len(scope["query_string"]) > LONGEST:
            return await self.inner(scope, receive, send)
        asked = dict(scope["headers"])
        key = (scope["path"], in_order(scope["query_string"]), asked.get(b"hx-request-type") == b"partial")
        if key in self.making and not self.fresh(key):
            await self.making[key].wait()
        if entry := self.fresh(key):
            seen.of(scope).route = entry.route
            measures.kept["hit"]()
            return await answer(entry, scope["method"], asked, send)
        known = asyncio.Event()
        self.making.setdefault(key, known)
        await self.make(key, known, scope, receive, send)

    async def make(self, key: tuple, known: asyncio.Event, scope: dict, receive: Any, send: Any) -> None:
        """Lets `inner` answer, and keeps the page. Others wait until it is kept, or is none that may be.

        HEAD is asked as GET, so that its headers are those of the page; the server sends no body with them.
        """
        recorder = Recorder(send, known)
        try:
            await self.inner({**scope, "method": "GET"}, receive, recorder)
            if recorder.body is not None:
                entry = await asyncio.to_thread(finished, recorder.version, recorder.headers, bytes(recorder.body))
                entry = self.keep(key, replace(entry, route=seen.of(scope).route))
            else:
                measures.kept["unkept"]()
        finally:
            known.set()
            if self.making.get(key) is known:
                del self.making[key]
        if recorder.body is not None:
            await answer(entry, scope["method"], dict(scope["headers"]), send)

    def fresh(self, key: tuple) -> Entry | None:
        entry = self.entries.get(key)
        if entry is None or entry.version != version() or time.monotonic() - entry.made > LIFETIME:
            return None
        self.entries.move_to_end(key)
        return entry

    def keep(self, key: tuple, entry: Entry) -> Entry:
        old = self.entries.pop(key, None)
        measures.kept["stale" if old else "miss"]()
        if old:
            self.size -= old.size
            entry = replace(entry, changed=old.changed if entry.etag == old.etag else max(entry.changed, old.changed + 1))
        self.entries[key] = entry
        self.size += entry.size
        while self.size > self.capacity:
            self.size -= self.entries.popitem(last=False)[1].size
        return entry


def version() -> tuple:
    """The catalog's version and its day: pages with relative dates change at midnight."""
    return snapshot.latest().edition


class Recorder:
    """Stands between Django and the server: holds a public page back whole, passes everything else on as it comes.

    `body` is the whole page at the end, or None where it is none to keep; `known` is set as soon as that is clear.
    """

    def __init__(self, send: Any, known: asyncio.Event):
        self.send = send
        self.known = known
        self.version = version()
        self.headers: Headers = []
        self.body: bytearray | None = None
        self.start: dict | None = None

    async def __call__(self, message: dict) -> None:
        if message["type"] == "http.response.start" and public(message):
            self.start, self.headers, self.body = message, list(message["headers"]), bytearray()
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
    return b"&".join(sorted(query.split(b"&"), key=lambda pair: pair.partition(b"=")[0]))


def public(start: dict) -> bool:
    """Whether a response may be shown to anyone: it says so, and nothing in it speaks against it."""
    names = {name.lower(): value for name, value in start["headers"]}
    said = names.get(b"cache-control", b"")
    varies = {name.strip() for name in names.get(b"vary", b"").lower().split(b",")}
    return start["status"] == 200 and b"public" in said and b"set-cookie" not in names and varies <= VARIES


def finished(number: tuple, headers: Headers, body: bytes) -> Entry:
    """Compresses a page; long work, for a thread of its own."""
    left_out = (b"content-length", b"etag", b"vary", b"content-encoding", b"last-modified")
    said = {name.lower(): value.decode("latin-1") for name, value in headers}
    kept = [(name.lower(), value) for name, value in headers if name.lower() not in left_out]
    etag = b'W/"' + hashlib.sha256(body).hexdigest()[:20].encode() + b'"'
    bodies = {b"": body}
    if len(body) >= SMALLEST:
        bodies |= {b"br": brotli.compress(body, quality=QUALITY), b"gzip": gzip.compress(body, 6)}
    changed = parse_http_date_safe(said.get(b"last-modified", "")) or int(time.time())
    return Entry(time.monotonic(), number, kept, etag, changed, bodies)


async def answer(entry: Entry, method: str, asked: dict[bytes, bytes], send: Any) -> None:
    """Sends a page in an encoding that the client accepts, or says that it has it already."""
    common = [
        *entry.headers, (b"etag", entry.etag), (b"last-modified", http_date(entry.changed).encode()),
        (b"vary", b"Accept-Encoding, HX-Request-Type"),
    ]  # fmt: skip
    if has_it(entry, asked):
        await send({"type": "http.response.start", "status": 304, "headers": common})
        return await send({"type": "http.response.body", "body": b""})
    encoding = accepted(asked.get(b"accept-encoding", b""), entry)
    body = entry.bodies[encoding]
    coded = [(b"content-encoding", encoding)] if encoding else []
    headers = [*common, *coded, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})


def has_it(entry: Entry, asked: dict[bytes, bytes]) -> bool:
    """Whether the client has this very page. RFC 9110, section 13.2.2: a date counts only where no ETag is named."""
    if b"if-none-match" in asked:
        known = parse_etags(asked[b"if-none-match"].decode("latin-1"))
        return known == ["*"] or entry.etag.decode() in {f"W/{tag.removeprefix('W/')}" for tag in known}
    since = parse_http_date_safe(asked.get(b"if-modified-since", b"").decode("latin-1"))
    return since is not None and entry.changed <= since


def accepted(offer: bytes, entry: Entry) -> bytes:
    """The coding that the client likes best, the smaller of two that it likes the same. RFC 9110, section 12.5.3."""
    likes = dict(liking(word) for word in offer.lower().split(b","))
    rest = likes.get(b"*", 0.0)
    worth = {name: likes.get(name, rest) for name in CODINGS if name in entry.bodies}
    worth[b""] = likes.get(b"identity", rest) or LAST_RESORT
    return max(worth, key=lambda name: worth[name])


def liking(word: bytes) -> tuple[bytes, float]:
    """`br;q=0.5` as `(b"br", 0.5)`; a quality that is no number is 0, which asks for nothing."""
    name, _, quality = (part.strip() for part in word.partition(b";"))
    number = quality.removeprefix(b"q=") if quality else b"1"
    return name, float(number) if number.replace(b".", b"", 1).isdigit() else 0.0
