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
READ_AHEAD = 256 * 1024  # bytes of a body that wait to be taken; beyond, the gateway is left waiting
MOST_AT_ONCE = 32 * 1024  # bytes of a body that are handed out together: other visitors wait while they are read
SPELL = 10.0  # milliseconds of reading after which others get their turn


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
        self._pump: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self._taken = 0  # bytes of the body that were handed out
        self._room = asyncio.Event()  # set once more of it may be read ahead
        self._arrived = 0.0  # when the last bytes came, milliseconds since the start
        exchange.started = time.time()
        exchange._wire = self

    async def open(self, client: httpx.AsyncClient, call: Call) -> None:
        """Sends the request and reads the answer's head; raises for an error status."""
        self.exchange.request_body = call.text()
        deadline = self._start + self._limits.connect + self._limits.first_byte
        async with self._seam(deadline, "first_byte_timeout") as clock:
            request = self._request(client, call)
            request.extensions["trace"] = self._tracer(clock)
            try:
                self._response = await client.send(request, stream=True)
            finally:
                request.extensions.clear()  # the hook leads back here, and httpx's answer to itself
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
            if self._pump is not None:
                self._pump.cancel()
                await asyncio.wait({self._pump})
            if self._response is not None:
                # A connection that breaks while it is being closed is closed.
                with contextlib.suppress(httpx.HTTPError, OSError):
                    await self._response.aclose()
        finally:
            self._finish("stopped")
            # All lead back here. Without them a body of megabytes goes with its exchange, not with the next garbage collection.
            self._pump = self._response = self.exchange._wire = None

    def _request(self, client: httpx.AsyncClient, call: Call) -> httpx.Request:
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
        request = client.build_request(call.method, self.exchange.url, headers=pairs, content=content or None)
        self.exchange.url = str(request.url)
        self.exchange.request_headers = _decoded(request.headers)
        self.exchange.mask(self._mask)
        return request

    def _head(self, response: httpx.Response) -> None:
        self.exchange.status = response.status_code
        self.exchange.http_version = response.http_version
        self.exchange.response_headers = _decoded(response.headers)
        self.exchange.first_byte_ms = self._elapsed()
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
        """The body as it arrives, ended at `cap` bytes: what came since the last chunk, but no more than can be read in a moment.

        httpcore hands out each HTTP chunk on its own, though a read often brings several. So a task reads ahead into
        the exchange's body, which is kept in any case, and what is there by now is taken from it.
        """
        body, self._taken = self.exchange.body, 0
        self._restart_idle()
        self._pump = asyncio.create_task(self._fill(cap))
        self._pump.add_done_callback(lambda _: self._news.set())
        while True:
            async with self._seam(self._idle, "idle_timeout"):
                await asyncio.sleep(0)  # so that a clock which ran out is noticed though more is always there
                while len(body) == self._taken and not self._pump.done():
                    self._news.clear()
                    await self._news.wait()
                if len(body) == self._taken:
                    self._pump.result()  # raises what broke the reading off
                    return
            chunk = bytes(body[self._taken : self._taken + MOST_AT_ONCE])
            self._taken += len(chunk)
            self._room.set()
            yield chunk

    async def _fill(self, cap: int) -> None:
        assert self._response is not None
        body, since = self.exchange.body, self._elapsed()
        async for chunk in self._response.aiter_bytes():
            room = cap - len(body)
            body += chunk[:room]
            self._arrived = self._elapsed()
            self._news.set()
            if len(chunk) > room:
                self.exchange.truncated = True
                return
            if self._arrived - since > SPELL:
                await asyncio.sleep(0)  # one read may bring ten thousand chunks of a byte
                since = self._elapsed()
            while len(body) - self._taken > READ_AHEAD:
                self._room.clear()
                await self._room.wait()

    @contextlib.asynccontextmanager
    async def _seam(self, deadline: float, timeout: str) -> AsyncIterator[asyncio.Timeout]:
        """What fails in here rises as a GatewayError, of type `timeout` when the deadline passes before the total."""
        try:
            async with asyncio.timeout_at(min(deadline, self._total)) as clock:
                yield clock
        except TimeoutError as late:
            _let_go(late)
            raise self._error("total_timeout" if self._now() >= self._total else timeout) from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            _let_go(error)
            # Not chained: the httpx error holds the request, and with it the key.
            type = failure(error, self.exchange.status is not None)
            raise self._error(type, sentence(error, type)) from None

    def _tracer(self, clock: asyncio.Timeout) -> Any:
        """httpcore's trace hook: notes when connected, starts the first-byte clock when the request is out."""

        async def trace(name: str, info: dict[str, Any]) -> None:
            if name in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
                self.exchange.connect_ms = self._elapsed()
            elif name == "http11.send_request_body.complete":
                clock.reschedule(min(self._now() + self._limits.first_byte, self._total))

        return trace

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
        clean = self._mask.text
        return [replace(one, name=clean(one.name), data=clean(one.data), raw=clean(one.raw)) for one in batch]

    def _restart_idle(self, seconds: float | None = None) -> None:
        self._idle = self._now() + (self._limits.idle if seconds is None else seconds)

    def _elapsed(self) -> float:
        """Milliseconds since the start."""
        return (self._now() - self._start) * 1000


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
