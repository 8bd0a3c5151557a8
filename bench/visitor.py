"""Streams read as a visitor or script reads them, over bare sockets, and what reaching it took.

A chunk is known by the clock value that the fake gateway wrote into it, so relays may cut and wrap chunks as they like.
"""

import asyncio
import re
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import NamedTuple
from urllib.parse import urlencode

from bench.asking import ask
from bench.processes import Server

STAMP = re.compile(rb"(?<!\d)(\d{12,19}) ")
DIGITS = b"0123456789"
END = b"0\r\n\r\n"
LONGEST = 64  # bytes that a stamp may be cut at
LIMIT = 2**20  # bytes of a head
SSE = "text/event-stream"
Lock = AbstractAsyncContextManager
OPEN = nullcontext()


class Way(NamedTuple):
    """How a stream is asked for: `body(what)` is posted to `path` of a port."""

    name: str
    port: int
    path: str
    headers: dict[str, str]
    body: Callable[[str], bytes]


class Read(NamedTuple):
    """What came of one stream."""

    first_ms: float  # from sending the request to the first chunk
    late_ms: list[float]  # of each chunk, from its writing
    whole: bool


def direct(name: str, port: int, key: str = "none") -> Way:
    """As an SDK asks."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
    return Way(name, port, "/v1/chat/completions", headers, openai)


def openai(what: str) -> bytes:
    return b'{"model": "fake", "stream": true, "messages": [{"role": "user", "content": "%s"}]}' % what.encode()


def playground(server: Server, model: str) -> Way:
    """As the playground's page does, for a visitor who has run something before."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"} | known(server, model)
    return Way("our playground", server.port, "/playground/run", headers | {"Accept": SSE}, lambda what: form(model, what))


def known(server: Server, model: str) -> dict[str, str]:
    """The cookies of a page and of a first run, and the token that forms bring. Raises RuntimeError where that run fails."""
    page = ask(server, "/playground").cookies
    token = next(cookie.partition("=")[2] for cookie in page if cookie.startswith("csrftoken="))
    headers = {"X-CSRFToken": token, "Cookie": "; ".join(page)}
    kind = "application/x-www-form-urlencoded"
    told = {name.replace("-", "_"): value for name, value in headers.items()}
    run = ask(server, "/playground/run", form(model, "n=1"), Accept=SSE, Content_Type=kind, **told)
    if run.status != 200:
        raise RuntimeError(f"The first run was answered {run.status}: {run.body[:500]!r}")
    return headers | {"Cookie": "; ".join(page + run.cookies)}


def form(model: str, what: str) -> bytes:
    return urlencode({"model": model, "role": "user", "content": what, "stream": "on"}).encode()


async def open_stream(way: Way, what: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Sends the request and reads the head. Raises RuntimeError unless it is 200."""
    reader, writer = await asyncio.open_connection("127.0.0.1", way.port, limit=LIMIT)
    body = way.body(what)
    told = {"Host": f"127.0.0.1:{way.port}", "Content-Length": str(len(body)), **way.headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    writer.write(f"POST {way.path} HTTP/1.1\r\n{lines}\r\n".encode() + body)
    head = await reader.readuntil(b"\r\n\r\n")
    if b" 200 " not in head.partition(b"\r\n")[0] + b" ":
        raise RuntimeError(f"{way.name}: {head.decode('latin-1')}{(await reader.read(2000)).decode('utf-8', 'replace')}")
    return reader, writer


async def read(way: Way, count: int, pace: int, together: int = 0, door: Lock = OPEN) -> Read:
    """A whole stream of `count` chunks, one every `pace` ms, begun with so many others. `door` is held until its first bytes."""
    async with door:
        sent = time.monotonic_ns()
        reader, writer = await open_stream(way, f"n={count} ms={pace} with={together}")
    try:
        stamps, ended = await stamped(reader)
    finally:
        writer.close()
    first = min(stamps.values(), default=sent) - sent
    late = [(came - stamp) / 1e6 for stamp, came in stamps.items()]
    return Read(first / 1e6, late, ended and len(stamps) == count)


async def stamped(reader: asyncio.StreamReader) -> tuple[dict[int, int], bool]:
    """When each chunk first came, by its stamp, and whether the stream came to its proper end."""
    found: dict[int, int] = {}
    rest = b""
    while data := await reader.read(2**16):
        now, text = time.monotonic_ns(), rest + data
        for stamp in STAMP.findall(text):
            found.setdefault(int(stamp), now)
        rest = text[-LONGEST:].lstrip(DIGITS)  # the end of a stamp must not pass for one
        if text.endswith(END):
            return found, True
    return found, False


async def leave(way: Way, name: str) -> int:
    """Hangs up in the middle of a stream after its third chunk, and says when: monotonic ns."""
    reader, writer = await open_stream(way, f"n=1000 ms=20 id={name}")
    seen: set[bytes] = set()
    while len(seen) < 3:
        seen |= set(STAMP.findall(await reader.read(2**16)))
    left = time.monotonic_ns()
    writer.transport.abort()
    return left
