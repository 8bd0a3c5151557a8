"""`python -m bench.fake_gateway PORT`: an OpenAI-compatible gateway of nothing but the wire, so that it never holds anyone up.

The last message of a request says what to stream: `n=50 ms=20 id=x` is 50 chunks, one every 20 ms (0: as fast as they are
taken); with `with=1000` all but the first wait until so many streams are open, three minutes at most. Each chunk's text is the
monotonic clock (ns) at which it was written. GET /seen gives `{"cut": {id: ns}, "most": 3}`: when the connections of streams that
were left have closed, and how many were open at once.
"""

import asyncio
import contextlib
import json
import re
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

ASKED = re.compile(r"\b(n|ms|with|id)=(\w+)")
A_WHILE, WHILES = 15, 12  # seconds to wait for the others before something is sent, for silence is an error; how often
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n"


class Seen:
    """What became of the streams so far."""

    def __init__(self) -> None:
        self.cut: dict[str, int] = {}
        self.open = self.most = 0
        self.opened = asyncio.Condition()

    @contextlib.asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        self.open += 1
        self.most = max(self.most, self.open)
        async with self.opened:
            self.opened.notify_all()
        try:
            yield
        finally:
            self.open -= 1

    async def together(self, many: int) -> bool:
        """Whether so many have been open, as soon as they are or else after a while."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(A_WHILE), self.opened:
                await self.opened.wait_for(lambda: self.most >= many)
        return self.most >= many


seen = Seen()


async def main(port: int) -> None:
    server = await asyncio.start_server(converse, "127.0.0.1", port, backlog=4096)
    async with server:
        await server.serve_forever()


async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection, request after request."""
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            path, body = await request(reader)
            if path.endswith("/chat/completions"):
                await stream(reader, writer, json.loads(body))
            else:
                await reply(writer, {"cut": seen.cut, "most": seen.most} if path == "/seen" else {"object": "list", "data": []})
    writer.close()


async def request(reader: asyncio.StreamReader) -> tuple[str, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = re.search(r"^content-length: *(\d+)", head, re.M | re.I)
    return head.split(" ", 2)[1], await reader.readexactly(int(length[1]) if length else 0)


async def reply(writer: asyncio.StreamWriter, value: Any) -> None:
    body = json.dumps(value).encode()
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
    await writer.drain()


async def stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: dict[str, Any]) -> None:
    """The chunks, unless the other side hangs up, which is noted. Whoever streams sends nothing meanwhile."""
    content = asked["messages"][-1]["content"]
    text = content if isinstance(content, str) else "".join(part.get("text", "") for part in content)
    said = dict(ASKED.findall(text))
    left = asyncio.ensure_future(reader.read(1))
    try:
        async with seen.one():
            await chunks(writer, left, asked["model"], {name: int(said.get(name, 0)) for name in ("n", "ms", "with")})
    finally:
        if left.done() and not left.cancelled():
            seen.cut[said.get("id", "")] = time.monotonic_ns()
        left.cancel()
        with contextlib.suppress(asyncio.CancelledError, ConnectionError):
            await left


async def chunks(writer: asyncio.StreamWriter, left: asyncio.Future, model: str, said: dict[str, int]) -> None:
    writer.write(HEAD)
    begun = time.monotonic()
    for number in range(said["n"]):
        await until(begun + number * said["ms"] / 1000, left)
        if left.done():
            raise ConnectionResetError
        writer.write(framed(chunk(model, {"content": f"{time.monotonic_ns()} "}, None)))
        if not said["ms"] and number % 64 == 63:
            await writer.drain()
        if said["with"] and not number:
            await company(writer, model, said["with"])
            begun = time.monotonic()
    left.cancel()  # before the end: the first byte of the next request must not be taken for leaving
    writer.write(framed(chunk(model, {}, "stop")) + framed(b"[DONE]") + b"0\r\n\r\n")
    await writer.drain()


async def company(writer: asyncio.StreamWriter, model: str, many: int) -> None:
    """Waits for the others, with an empty chunk now and then."""
    for _ in range(WHILES):
        if await seen.together(many):
            return
        writer.write(framed(chunk(model, {"content": ""}, None)))


async def until(moment: float, left: asyncio.Future) -> None:
    """Waits for a moment of the monotonic clock, no longer than the other side stays."""
    if (rest := moment - time.monotonic()) > 0:
        await asyncio.wait([left], timeout=rest)


def chunk(model: str, delta: dict[str, str], reason: str | None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    made = {"id": "chatcmpl-fake", "object": "chat.completion.chunk", "created": 1, "model": model, "choices": [choice]}
    return json.dumps(made).encode()


def framed(data: bytes) -> bytes:
    event = b"data: " + data + b"\n\n"
    return b"%x\r\n%s\r\n" % (len(event), event)


if __name__ == "__main__":
    import uvloop

    uvloop.run(main(int(sys.argv[1])))
