"""One answer as it comes over a connection of its own: HTTP/1.1, read by httptools. Knows no clocks.

The answer is not trusted: what is no plain HTTP/1.1 ends it, and so does anything around a body that does not end.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import httptools
import httpx

AROUND = 100 * 1024  # bytes of a head, of trailers, of the lines between two chunks
AT_A_TIME = 16 * 1024  # bytes that are parsed before that is looked at
READ_AHEAD = 256 * 1024  # bytes of a body that wait to be taken; beyond, the gateway is left waiting
MOST_AT_ONCE = 32 * 1024  # bytes of a body that are handed out together: other visitors wait while they are read
VERSIONS = ("1.0", "1.1")
HINTS = {100, *range(102, 200)}  # statuses before the answer's own


class TooLong(httpx.RemoteProtocolError):
    """What is around a body does not end."""


class Connection(asyncio.Protocol):
    """`headed`: the head has come; `whole`: all of the answer; `fault`: what ended it before; `arrived`: the loop's time of the
    last bytes.
    """

    def __init__(self) -> None:
        self.transport: Any = None
        self.parser: Any = httptools.HttpResponseParser(self)
        self.parser.set_dangerous_leniencies(lenient_optional_cr_before_lf=True)  # many a small gateway ends its lines so
        self.headers: list[tuple[bytes, bytes]] = []
        self.status, self.version = 0, ""
        self.body = bytearray()
        self.headed = self.whole = self.paused = False
        self.sent = True
        self.fault: Exception | None = None
        self.around = 0  # bytes since the last of a body or of a whole head
        self.arrived = 0.0
        self.news: asyncio.Future[None] | None = None

    async def request(self, content: bytes) -> None:
        """Sends it. Returns once that is done, or the answer begins."""
        self.transport.write(content)
        await self.until(lambda: self.sent or self.headed)

    async def head(self) -> None:
        """Waits for the answer's head. Raises httpx.TransportError."""
        await self.until(lambda: self.headed)
        if not self.headed:
            raise self.fault or httpx.ReadError("closed")

    async def read(self) -> bytes:
        """What has come of the body since the last time, b"" at its end. Raises httpx.TransportError."""
        if self.body or self.whole or self.fault:
            await asyncio.sleep(0)  # others get their turn though more is always there
        else:
            await self.until(lambda: self.body or self.whole)
        part = bytes(self.body[:MOST_AT_ONCE])
        del self.body[:MOST_AT_ONCE]
        if self.paused and len(self.body) <= READ_AHEAD:
            self.paused = False
            self.transport.resume_reading()
        if self.fault and not part:
            raise self.fault
        return part

    def hang_up(self) -> None:
        self.end(httpx.ReadError("hung up"))
        self.parser = None  # which leads back here
        if self.transport:
            self.transport.abort()

    async def until(self, due: Callable[[], object]) -> None:
        """Waits for what is due, or for the end."""
        while not due() and not self.fault:
            self.news = asyncio.get_running_loop().create_future()
            await self.news

    def tell(self) -> None:
        if self.news is not None and not self.news.done():
            self.news.set_result(None)

    def end(self, fault: Exception) -> None:
        if not self.whole:
            self.fault = self.fault or fault
        self.tell()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.set_write_buffer_limits(high=0)

    def pause_writing(self) -> None:
        self.sent = False

    def resume_writing(self) -> None:
        self.sent = True
        self.tell()

    def data_received(self, data: bytes) -> None:
        self.arrived = asyncio.get_running_loop().time()
        for start in range(0, len(data), AT_A_TIME):
            self.parse(data[start : start + AT_A_TIME])
        if len(self.body) > READ_AHEAD and not self.paused:
            self.paused = True
            self.transport.pause_reading()
        self.tell()

    def parse(self, data: bytes) -> None:
        if self.whole or self.fault:
            return  # what comes beyond an answer belongs to nobody
        self.around += len(data)
        try:
            self.parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.end(httpx.RemoteProtocolError("no HTTP/1.1"))
        if self.around > AROUND:
            self.end(TooLong("what is around the body"))

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.headed:
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        if self.headed:
            return  # of another answer
        self.around = 0
        self.status, self.version = self.parser.get_status_code(), self.parser.get_http_version()
        if self.status in HINTS:
            self.headers = []
        elif self.status < 200 or self.version not in VERSIONS or self.transfer() - {b"chunked"}:
            self.end(httpx.RemoteProtocolError("no plain HTTP/1.1"))
        else:
            self.headed = True

    def on_body(self, body: bytes) -> None:
        self.around = 0
        if not self.whole:
            self.body += body

    def on_message_complete(self) -> None:
        self.whole = self.whole or self.headed and not self.fault

    def connection_lost(self, fault: Exception | None) -> None:
        if not fault and self.headed and not self.transfer() and not self.values(b"content-length"):
            self.whole = self.whole or not self.fault
        self.end(httpx.ReadError("closed"))

    def transfer(self) -> set[bytes]:
        return {value.strip().lower() for value in self.values(b"transfer-encoding")}

    def values(self, name: bytes) -> list[bytes]:
        return [value for key, value in self.headers if key.lower() == name]
