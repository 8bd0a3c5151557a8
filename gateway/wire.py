"""One request under way: its clocks, caps and errors. Fills an Exchange; no other module catches httpx errors."""

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import httpx

from gateway.call import Call
from gateway.errors import FAILURES, GatewayError, failure, refused, retry_after, sentence
from gateway.exchange import Exchange, Headers
from gateway.masking import Mask
from gateway.request_id import HEADER, request_id
from gateway.sse import Event, EventTooLarge, Splitter

MIB = 1024 * 1024
# How a failure of an answer that had begun is told apart: ours ended it, or it broke off.
ENDINGS = {"idle_timeout": "limited", "total_timeout": "limited", "too_large": "limited", "encoding_refused": "stopped"}
AFTER_DONE = 1.0  # seconds a stream may linger after its [DONE]
HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close", "User-Agent": "Modelry"}


@dataclass(frozen=True)
class Limits:
    """Clocks in seconds, caps in bytes.

    connect: each of TCP and TLS. first_byte: from the request's last byte to the answer's head. idle: between two
    events of a stream (bytes and comments do not count), or two reads of another body. total: the whole run.
    wire_bytes: a body. event_bytes: one event. error_bytes: the body of an error status. header_bytes, header_count: all
    headers.
    """

    connect: float = 10.0
    first_byte: float = 60.0
    idle: float = 60.0
    total: float = 300.0
    wire_bytes: int = 32 * MIB
    event_bytes: int = MIB
    error_bytes: int = 64 * 1024
    header_bytes: int = 64 * 1024
    header_count: int = 256


class Wire:
    """Reads one answer into `exchange`. Every failure rises as a GatewayError that carries the exchange."""

    def __init__(self, exchange: Exchange, limits: Limits, secret: str, mask: Mask):
        self.exchange = exchange
        self._limits = limits
        self._secret = secret
        self._mask = mask
        self._now = asyncio.get_running_loop().time
        self._start = self._now()
        self._total = self._start + limits.total
        self._idle = self._total  # when the answer counts as stalled
        self._response: httpx.Response | None = None
        self._arrived = 0.0  # when the last bytes came, milliseconds since the start
        exchange.started = time.time()
        exchange._wire = self

    async def open(self, transport: httpx.AsyncBaseTransport, call: Call) -> None:
        """Sends the request and reads the answer's head; raises for an error status."""
        self.exchange.request_body = call.text()
        deadline = self._start + self._limits.connect + self._limits.first_byte
        async with Seam(self, deadline, "first_byte_timeout") as clock:
            request = self._request(call)
            request.extensions |= {"connected": self._connected, "sent": lambda: clock.reschedule(self._first_byte())}
            try:
                self._response = await transport.handle_async_request(request)
            finally:
                request.extensions.clear()  # what they call leads back here
        self._head(self._response)
        self._check_head(self._response)
        if not 200 <= self._response.status_code < 300:
            raise await self._refusal()

    async def events(self) -> AsyncIterator[list[Event]]:
        """The events of each network read; the rest of the lines at the end. Raises GatewayError."""
        if not self.exchange.is_event_stream:
            what = self.exchange.content_type or "something"
            self._finish("stopped")
            raise self._error("bad_response", f"The gateway answered {what} where an event stream was due.")
        done = False
        try:
            async for batch in self._batches():
                done = done or any(event.data == "[DONE]" for event in batch)
                yield self._masked(batch)
                self._restart_idle(min(AFTER_DONE if done else self._limits.idle, self._limits.idle))
        except GatewayError:
            # OpenAI's end mark came: whether the connection is closed well after it does not matter to the answer.
            if not done:
                raise
            self.exchange.ended = ""
        self._finish("complete")

    async def read(self) -> bytearray:
        """The whole body. Raises GatewayError."""
        async for _ in self._chunks(self._limits.wire_bytes):
            self._restart_idle()
        if self.exchange.truncated:
            raise self._error("too_large")
        self._finish("complete")
        return self.exchange.body

    async def close(self) -> None:
        """Hangs up. An answer that had not ended was stopped by us."""
        try:
            if self._response is not None:
                # A connection that breaks while it is being closed is closed.
                with contextlib.suppress(httpx.HTTPError, OSError):
                    await self._response.aclose()
        finally:
            self._finish("stopped")
            # All lead back here. Without them a body of megabytes goes with its exchange, not with the next garbage collection.
            self._response = self.exchange._wire = None

    def _request(self, call: Call) -> httpx.Request:
        """The request, noted in the exchange."""
        headers, content = call.content()
        # As bytes: httpx would refuse text beyond ASCII by an error that is none of its own.
        pairs = [(key.encode(), value.encode()) for key, value in (*headers, *call.headers)]
        if self._secret and not any(key.lower() == b"authorization" for key, _ in pairs):
            pairs.append((b"Authorization", f"Bearer {self._secret}".encode()))
        if (served := request_id.get()) and not any(key.lower() == HEADER.lower().encode() for key, _ in pairs):
            pairs.append((HEADER.encode(), served.encode()))
        if call.stream:
            pairs.insert(0, (b"Accept", b"text/event-stream, */*;q=0.5"))
        named = httpx.Headers(HEADERS)
        named.update(httpx.Headers(pairs))
        clocks = {"timeout": {"connect": self._limits.connect}}
        request = httpx.Request(call.method, self.exchange.url, headers=named, content=content or None, extensions=clocks)
        self.exchange.url = str(request.url)
        self.exchange.request_headers = _decoded(request.headers)
        self.exchange.mask(self._mask)
        return request

    def _head(self, response: httpx.Response) -> None:
        self.exchange.status = response.status_code
        self.exchange.http_version = response.http_version
        self.exchange.response_headers = _decoded(response.headers)
        self.exchange.first_byte_ms = self._told(response)
        self.exchange.mask(self._mask)

    def _check_head(self, response: httpx.Response) -> None:
        kept = _within(self.exchange.response_headers, self._limits)
        if len(kept) < len(response.headers.raw):
            self.exchange.response_headers = kept
            raise self._error("too_large", "The headers of the gateway's answer are larger than is read here.")
        if response.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
            raise self._error("encoding_refused")

    async def _refusal(self) -> GatewayError:
        """The error of an error status, after as much of its body as is worth reading."""
        async for _ in self._chunks(self._limits.error_bytes):
            self._restart_idle()
        self._finish("limited" if self.exchange.truncated else "complete")
        return refused(self.exchange)

    async def _batches(self) -> AsyncIterator[list[Event]]:
        splitter = Splitter(self._limits.event_bytes)
        try:
            async for chunk in self._chunks(self._limits.wire_bytes):
                if batch := splitter.feed(chunk, self._arrived):
                    yield batch
        except EventTooLarge as error:
            if error.events:
                yield error.events
            raise self._error("too_large", f"{error}.") from None
        if self.exchange.truncated:
            raise self._error("too_large")
        if batch := splitter.end(self._arrived):
            yield batch

    async def _chunks(self, cap: int) -> AsyncIterator[bytes]:
        """The body as it arrives, ended at `cap` bytes."""
        assert self._response is not None and isinstance(self._response.stream, httpx.AsyncByteStream)
        body, parts = self.exchange.body, aiter(self._response.stream)
        self._restart_idle()
        while True:
            async with Seam(self, self._idle, "idle_timeout"):
                part = await anext(parts, None)
            if part is None:
                return
            self._arrived = self._told(self._response)
            room = cap - len(body)
            body += part[:room]
            self.exchange.truncated = len(part) > room
            yield part[:room]
            if self.exchange.truncated:
                return

    def _told(self, response: httpx.Response) -> float:
        """When its last bytes came, in milliseconds since the start; now, where its transport does not say."""
        return (response.extensions.get("arrived", self._now)() - self._start) * 1000

    def _connected(self) -> None:
        self.exchange.connect_ms = self._elapsed()

    def _first_byte(self) -> float:
        """When the head is due, now that the request is out."""
        return min(self._now() + self._limits.first_byte, self._total)

    def _error(self, type: str, message: str = "") -> GatewayError:
        self._finish(ENDINGS.get(type, "cut"))
        wait = retry_after(self.exchange.header("retry-after"))
        return GatewayError(type, message or FAILURES[type], self.exchange.status, wait, self.exchange)

    def _finish(self, ended: str) -> None:
        """Closes the books; the first ending counts. Without a status there was no answer that could have ended."""
        if self.exchange.status is not None and not self.exchange.ended:
            self.exchange.ended = ended
        self.exchange.total_ms = self._elapsed() if self.exchange.total_ms is None else self.exchange.total_ms
        self.exchange.mask(self._mask)

    def _masked(self, batch: list[Event]) -> list[Event]:
        return [one if self._mask.text(one.raw) == one.raw else self._clean(one) for one in batch]

    def _clean(self, one: Event) -> Event:
        clean = self._mask.text
        return replace(one, name=clean(one.name), data=clean(one.data), raw=clean(one.raw))

    def _restart_idle(self, seconds: float | None = None) -> None:
        self._idle = self._now() + (self._limits.idle if seconds is None else seconds)

    def _elapsed(self) -> float:
        """Milliseconds since the start."""
        return (self._now() - self._start) * 1000


class Seam:
    """What fails in here rises as a GatewayError, of type `timeout` when the deadline passes before the total."""

    def __init__(self, wire: Wire, deadline: float, timeout: str):
        self.wire, self.timeout = wire, timeout
        self.clock = asyncio.timeout_at(min(deadline, wire._total))

    async def __aenter__(self) -> asyncio.Timeout:
        return await self.clock.__aenter__()

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        try:
            await self.clock.__aexit__(kind, error, trace)
        except TimeoutError as late:
            _let_go(late)
            raise self.wire._error("total_timeout" if self.wire._now() >= self.wire._total else self.timeout) from None
        if isinstance(error, httpx.HTTPError | httpx.InvalidURL | OSError):
            _let_go(error)
            # Not chained: the httpx error holds the request, and with it the key.
            type = failure(error, self.wire.exchange.status is not None)
            raise self.wire._error(type, sentence(error, type)) from None


def _let_go(error: BaseException) -> None:
    """Takes the frames from an error and from those behind it: contextlib's hold their own error, and these all of an answer."""
    found: BaseException | None = error
    while found is not None:
        found.__traceback__ = None
        found = found.__context__


def _decoded(headers: httpx.Headers) -> Headers:
    """Pairs in the order and spelling of the wire, which .items() loses."""
    return [(key.decode(headers.encoding), value.decode(headers.encoding)) for key, value in headers.raw]


def _within(headers: Headers, limits: Limits) -> Headers:
    """As many of the first headers as the caps allow."""
    sizes = itertools.accumulate(len(key) + len(value) for key, value in headers)
    return [pair for pair, size in zip(headers, sizes, strict=True) if size <= limits.header_bytes][: limits.header_count]
