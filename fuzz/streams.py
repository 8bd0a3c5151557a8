"""Streams cut anywhere: however its bytes fall into chunks, the reader finds the same events."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import httpx

from gateway.call import Call
from gateway.client import Gateway
from gateway.sse import Event, Splitter

# What gateways send, and what they should not: every line end, marks of several bytes, fields of every kind, no end at all.
CORPUS = (
    b'data: {"choices":[{"delta":{"content":"Hi"}}]}\n\ndata: [DONE]\n\n',
    b"\xef\xbb\xbf: hello\r\nevent: delta\r\ndata: {\"a\":1}\r\n\r\ndata: one\rdata:two\r\rdata\n\nid: 7\nretry: 10\n\n:ping\n\n",
    "event: response.output_text.delta\ndata: {\"delta\":\"é 大 🚋 \u2028 \u2029 \x85\"}\n\ndata: last".encode(),
    b"data: a\xff\xfeb \xf0\x9f\x9a \xc3\n\ndata: \xed\xa0\x80\n\n",
    b"\r\r\n\n\r\ndata: 1\r\r\ndata: 2\n\r\ndata: 3\n\n\n\rdata: 4\r\n\n",
    b"data: nul \0 in it\n\n\0: 1\n\ndata\0: 2\n\n",
    b"data\n\ndata:\n\ndata: \n\ndata:  two\n\n data: no field\n\n",
    b"event: error\ndata: {\"error\":{\"message\":\"no\"}}\n\nevent:\ndata: x\n\nevent: a\nevent: b\ndata: y\n\n",
    b"data: one\ndata: two\ndata:\ndata: four\n\n: ping\n: ping\n\n",
    b"\xef\xbb\xbf\xef\xbb\xbfdata: 1\n\n\xef\xbb\xbfdata: 2\n\n",
    b"<!doctype html>\n<title>no stream</title>\n\n",
    b"data: " + b"x" * 300 + b"\n\n" + b": " + b"y" * 300 + b"\n\ndata: z",
)  # fmt: skip
TURNS = 3  # of the loop, in which what reads ahead wakes what splits
SCRAPS = (
    b"data: ", b"data:", b"event: a", b"\n", b"\n\n", b"\r", b"\r\n", b"\r\r", b":", b"{}", b"\xc3\xa9", b"\xff", b"\0", b" ",
    b"[DONE]",
)  # fmt: skip


def events(chunks: list[bytes]) -> list[Event]:
    """What the reader makes of a body that comes in these chunks."""
    splitter = Splitter()
    return [event for chunk in chunks for event in splitter.feed(chunk)] + splitter.end()


def in_two(stream: bytes) -> Iterator[list[bytes]]:
    """Every way to cut it once."""
    return ([stream[:at], stream[at:]] for at in range(len(stream) + 1))


def in_many(stream: bytes, draw: random.Random) -> list[bytes]:
    """Cut at random places, some of them the same: a chunk may be empty."""
    at = sorted(draw.randint(0, len(stream)) for _ in range(draw.randint(2, 20)))
    return [stream[a:b] for a, b in zip([0, *at], [*at, len(stream)], strict=True)]


def drawn(draw: random.Random) -> bytes:
    """A stream of the corpus, several of them, or scraps of the format in no order."""
    if draw.random() < 0.5:
        return b"".join(draw.choices(SCRAPS, k=draw.randint(1, 60)))
    return b"".join(draw.choices(CORPUS, k=draw.choice((1, 1, 2, 3))))


def two_way_faults() -> Iterator[str]:
    """For every two-way split of the corpus what is wrong with it, blank where nothing is."""
    for stream in CORPUS:
        whole = events([stream])
        yield from (fault(chunks, whole) for chunks in in_two(stream))


def many_way_faults(splits: int, seed: int) -> list[str]:
    """The same for so many random splits, which the gateway's client reads as well."""
    return asyncio.run(through_client(splits, random.Random(seed)))


async def through_client(splits: int, draw: random.Random) -> list[str]:
    network, found = Network(), []
    gateway = Gateway("https://gateway.example/v1", "", transport=network)
    for _ in range(splits):
        stream = drawn(draw)
        network.chunks, whole = in_many(stream, draw), events([stream])
        async with gateway.stream(Call("/chat/completions", json={}, stream=True)) as exchange:
            read = [replace(event, at=0) async for batch in exchange.events() for event in batch]
        found.append(fault(network.chunks, whole) or told(network.chunks, read, whole))
    return found


class Network(httpx.AsyncBaseTransport, httpx.AsyncByteStream):
    """Answers with the chunks, and lets the reader have each before the next comes."""

    chunks: list[bytes]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=self)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self.chunks:
            yield chunk
            for _ in range(TURNS):
                await asyncio.sleep(0)


def fault(chunks: list[bytes], whole: list[Event]) -> str:
    return told(chunks, events(chunks), whole)


def told(chunks: list[bytes], found: list[Event], whole: list[Event]) -> str:
    return "" if found == whole else f"{chunks!r} gives {found!r}, in one piece {whole!r}"
