"""Finished pages, compressed once and answered before Django.

Only what a view declares public is kept: such a page is the same for everyone, sets no cookie and depends on nothing
but its address, the kind of request, and the catalog. An entry serves the version of the catalog it was made from, and
no longer than a minute, since figures of use change without one.
"""

import gzip
import hashlib
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import brotli

from catalog import snapshot

LIFETIME = 60  # seconds
CAPACITY = 48 * 1024 * 1024  # bytes of bodies kept
LARGEST = 2 * 1024 * 1024  # bytes of one body
SMALLEST = 512  # bytes; below, compression gains nothing
QUALITY = 5  # of brotli: 11 would be a tenth smaller and take twenty times as long, on the path of a visitor

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A finished page: its headers without those that depend on the encoding, and its body in each encoding."""

    made: float
    version: tuple
    headers: Headers
    etag: bytes
    bodies: dict[bytes, bytes]

    @property
    def size(self) -> int:
        return sum(map(len, self.bodies.values()))


class PageCache:
    """An ASGI application around `inner`, which answers what is not kept."""

    def __init__(self, inner: Any, capacity: int = CAPACITY):
        self.inner = inner
        self.capacity = capacity
        self.size = 0
        self.entries: OrderedDict[tuple, Entry] = OrderedDict()

    async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or not snapshot.watched:
            return await self.inner(scope, receive, send)
        asked = dict(scope["headers"])
        key = (scope["path"], scope["query_string"], asked.get(b"hx-request-type") == b"partial")
        entry = self.fresh(key)
        if entry:
            return await answer(entry, scope["method"], asked, send)
        recorder = Recorder(send, scope["method"] == "GET")
        await self.inner(scope, receive, recorder)
        if recorder.kept is not None:
            self.keep(key, recorder.kept)
            await answer(recorder.kept, scope["method"], asked, send)

    def fresh(self, key: tuple) -> Entry | None:
        entry = self.entries.get(key)
        if entry is None or entry.version != version() or time.monotonic() - entry.made > LIFETIME:
            return None
        self.entries.move_to_end(key)
        return entry

    def keep(self, key: tuple, entry: Entry) -> None:
        if old := self.entries.pop(key, None):
            self.size -= old.size
        self.entries[key] = entry
        self.size += entry.size
        while self.size > self.capacity:
            self.size -= self.entries.popitem(last=False)[1].size


def version() -> tuple:
    """The catalog's version and its day: pages with relative dates change at midnight."""
    return snapshot.latest().edition


class Recorder:
    """Stands between Django and the server: holds a public page back whole, passes everything else on as it comes."""

    def __init__(self, send: Any, storing: bool):
        self.send = send
        self.storing = storing
        self.version = version()
        self.headers: Headers = []
        self.body = bytearray()
        self.start: dict | None = None
        self.kept: Entry | None = None

    async def __call__(self, message: dict) -> None:
        if message["type"] == "http.response.start" and self.storing and public(message):
            self.start, self.headers = message, list(message["headers"])
        elif self.start is None:
            await self.send(message)
        else:
            await self.take(message)

    async def take(self, message: dict) -> None:
        self.body += message.get("body", b"")
        if len(self.body) > LARGEST:
            start, self.start = self.start, None
            await self.send(start)
            await self.send({**message, "body": bytes(self.body)})
        elif not message.get("more_body"):
            self.kept = finished(self.version, self.headers, bytes(self.body))


def public(start: dict) -> bool:
    """Whether a response may be shown to anyone: it says so, and nothing in it speaks against it."""
    headers = dict(start["headers"])
    names = {name.lower(): value for name, value in headers.items()}
    said = names.get(b"cache-control", b"")
    varies = names.get(b"vary", b"").lower()
    return start["status"] == 200 and b"public" in said and b"set-cookie" not in names and b"cookie" not in varies


def finished(number: tuple, headers: Headers, body: bytes) -> Entry:
    left_out = (b"content-length", b"etag", b"vary", b"content-encoding")
    kept = [(name, value) for name, value in headers if name.lower() not in left_out]
    etag = b'W/"' + hashlib.sha256(body).hexdigest()[:20].encode() + b'"'
    bodies = {b"": body}
    if len(body) >= SMALLEST:
        bodies |= {b"br": brotli.compress(body, quality=QUALITY), b"gzip": gzip.compress(body, 6)}
    return Entry(time.monotonic(), number, kept, etag, bodies)


async def answer(entry: Entry, method: str, asked: dict[bytes, bytes], send: Any) -> None:
    """Sends a page in an encoding that the client accepts, or says that it has it already."""
    common = [*entry.headers, (b"etag", entry.etag), (b"vary", b"Accept-Encoding, HX-Request-Type")]
    if entry.etag in asked.get(b"if-none-match", b""):
        await send({"type": "http.response.start", "status": 304, "headers": common})
        return await send({"type": "http.response.body", "body": b""})
    encoding = accepted(asked.get(b"accept-encoding", b""), entry)
    body = entry.bodies[encoding]
    coded = [(b"content-encoding", encoding)] if encoding else []
    headers = [*common, *coded, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})


def accepted(offer: bytes, entry: Entry) -> bytes:
    words = {word.partition(b";")[0].strip() for word in offer.split(b",") if b"q=0" not in word.replace(b"q=0.", b"")}
    return next((name for name in (b"br", b"gzip") if name in words and name in entry.bodies), b"")
