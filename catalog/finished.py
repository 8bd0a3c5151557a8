"""A finished page: what is kept of it, and what a client is answered with: in which encoding, or that it has it already.

It is compressed once in each encoding, when that is first asked for; the same bytes, made anew, are not compressed again.
"""

import asyncio
import functools
import gzip
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import brotli
from django.utils.http import http_date, parse_etags, parse_http_date_safe

SMALLEST = 512  # bytes; below, compression gains nothing
OVERHEAD = 4096  # bytes that an entry takes at most beside its bodies: its key and its headers
QUALITY = 5  # of brotli: 11 would be a tenth smaller and take 200 times as long, more than a page that lives a minute is worth
LEVEL = 5  # of gzip: 6 takes half as long again for two per cent
LAST_RESORT = 0.0001  # the quality of the page as it is where nobody names it; a client's own has three places
COMPRESSORS: dict[bytes, Callable[[bytes], bytes]] = {  # the better first
    b"br": functools.partial(brotli.compress, quality=QUALITY),
    b"gzip": functools.partial(gzip.compress, compresslevel=LEVEL, mtime=0),
}
PLAIN = b""  # the coding of a page as it is

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent of a page. `head` is for whoever writes it out, once for all who get it."""

    status: int
    headers: Headers
    body: bytes
    head: list[bytes] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Entry:
    """A finished page: its headers without those that `answer` adds, and its body in the encodings asked for so far. `changed`
    is the second since 1970 from which on these were the bytes; `route` the name of its address. `answers` by encoding, 304
    under None.
    """

    made: float
    version: tuple
    headers: Headers
    etag: bytes
    changed: int
    bodies: dict[bytes, bytes]
    route: str = "none"
    answers: dict[bytes | None, Answer] = field(default_factory=dict)
    compressing: dict[bytes, asyncio.Future[bytes]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return OVERHEAD + sum(map(len, self.bodies.values()))


def finished(number: tuple, headers: Headers, body: bytes) -> Entry:
    left_out = (b"content-length", b"etag", b"vary", b"content-encoding", b"last-modified")
    said = {name.lower(): value.decode("latin-1") for name, value in headers}
    kept = [(name.lower(), value) for name, value in headers if name.lower() not in left_out]
    etag = b'W/"' + hashlib.sha256(body).hexdigest()[:20].encode() + b'"'
    changed = parse_http_date_safe(said.get(b"last-modified", "")) or int(time.time())
    return Entry(time.monotonic(), number, kept, etag, changed, {PLAIN: body})


def successor(entry: Entry, old: Entry) -> Entry:
    """The same with what is known of it from before: since when it is as it is, and its bytes compressed."""
    if entry.etag == old.etag:
        return replace(entry, changed=old.changed, bodies=dict(old.bodies))
    return replace(entry, changed=max(entry.changed, old.changed + 1))


def answered(entry: Entry, coding: bytes | None) -> Answer:
    common = [
        *entry.headers, (b"etag", entry.etag), (b"last-modified", http_date(entry.changed).encode()),
        (b"vary", b"Accept-Encoding, HX-Request-Type"),
    ]  # fmt: skip
    if coding is None:
        return Answer(304, common, b"")
    body = entry.bodies[coding]
    coded = [(b"content-encoding", coding)] if coding else []
    return Answer(200, [*common, *coded, (b"content-length", str(len(body)).encode())], body)


def wanted(entry: Entry, asked: dict[bytes, bytes]) -> bytes | None:
    """The encoding to answer in; None where the client has this very page."""
    if has_it(entry, asked):
        return None
    return liked(asked.get(b"accept-encoding", b"")) if len(entry.bodies[PLAIN]) >= SMALLEST else PLAIN


def has_it(entry: Entry, asked: dict[bytes, bytes]) -> bool:
    """RFC 9110, section 13.2.2: a date counts only where no ETag is named."""
    if (named := asked.get(b"if-none-match")) is not None:
        return named == entry.etag or among(entry.etag, named)
    if b"if-modified-since" not in asked:
        return False
    since = parse_http_date_safe(asked[b"if-modified-since"].decode("latin-1"))
    return since is not None and entry.changed <= since


def among(etag: bytes, named: bytes) -> bool:
    known = parse_etags(named.decode("latin-1"))
    return known == ["*"] or etag.decode() in {f"W/{tag.removeprefix('W/')}" for tag in known}


@functools.lru_cache(64)
def liked(offer: bytes) -> bytes:
    """The coding that a client likes best, the smaller of two that it likes the same. RFC 9110, section 12.5.3."""
    likes = dict(liking(word) for word in offer.lower().split(b","))
    rest = likes.get(b"*", 0.0)
    worth = {name: likes.get(name, rest) for name in COMPRESSORS}
    worth[PLAIN] = likes.get(b"identity", rest) or LAST_RESORT
    return max(worth, key=lambda name: worth[name])


def liking(word: bytes) -> tuple[bytes, float]:
    """`br;q=0.5` as `(b"br", 0.5)`; a quality that is no number is 0, which asks for nothing."""
    name, _, quality = (part.strip() for part in word.partition(b";"))
    number = quality.removeprefix(b"q=") if quality else b"1"
    return name, float(number) if number.replace(b".", b"", 1).isdigit() else 0.0
