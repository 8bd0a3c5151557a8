"""One visitor's connection: uvicorn's, with clocks and caps on what is sent to this site and on how slowly it is read.

A visitor who sends nothing, or a byte now and then, or does not read what was asked for, costs a socket for a bounded
time and never a place in Django, which begins once a request is there as a whole.
"""

import asyncio
import functools
import math
import resource
import socket
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_WAITS = 10.0  # seconds for a request's line and headers
HEAD_BYTES = 64 * 1024  # of them; what one read brings beyond is let through
BODY_WAITS = 20.0  # seconds for a body, and one more for every
BODY_RATE = 1024  # bytes of it
READER_WAITS = 60.0  # seconds in which a visitor must take some of what waits to be sent
SENT_AHEAD = 256 * 1024  # bytes that the kernel may take of an answer before they are read; by itself it takes megabytes
NEVER = math.inf
AT_ONCE = "modelry.at_once"  # where a lifespan's state holds what answers without the application: config/at_once.py
MOST_WAITING = 5000  # connections of a process without a whole request; the oldest makes room
PLAIN = (  # of answers that no application gives, so that config/headers.py does not see them
    b"content-type: text/plain; charset=utf-8\r\nx-content-type-options: nosniff\r\n"
    b"content-security-policy: default-src 'none'; frame-ancestors 'none'\r\nconnection: close\r\n\r\n"
)
NO_HTTP = b"HTTP/1.1 400 Bad Request\r\n" + PLAIN + b"What was sent is no request of HTTP/1.1.\n"
TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n" + PLAIN +
    b"The headers of this request are larger than the 64 KB that are taken. Clear this site's cookies, then try again.\n"
)


class Connection(HttpToolsProtocol):
    waiting: dict["Connection", None] = {}  # of this process, the oldest first

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SENT_AHEAD)
        self.in_head, self.head_bytes, self.body_bytes = True, 0, 0
        self.sender: asyncio.TimerHandle | None = None  # ends a visitor who is too slow to send
        self.reader: asyncio.TimerHandle | None = None  # or to read
        self.due = self.looked_at = NEVER
        self.kept: bytes | None = None  # the answer to a request that the application need not be asked for
        self.wait()
        self.give(HEAD_WAITS)
        self.set_clock()

    def connection_lost(self, exc: Exception | None) -> None:
        self.waiting.pop(self, None)
        for clock in filter(None, (self.sender, self.reader)):
            clock.cancel()
        super().connection_lost(exc)

    def wait(self) -> None:
        """Counts the connection among those without a request; beyond the bound the oldest of them goes."""
        self.waiting[self] = None
        if len(self.waiting) > most_waiting():
            oldest = next(iter(self.waiting))
            del self.waiting[oldest]
            oldest.transport.abort()

    def give(self, seconds: float) -> None:
        self.due = self.loop.time() + seconds

    def set_clock(self) -> None:
        """Once all that was read is seen: a request that came as a whole needs no clock, and a timer is dear."""
        if self.due >= self.looked_at:
            return
        if self.sender:
            self.sender.cancel()
        self.sender, self.looked_at = self.loop.call_at(self.due, self.look), self.due

    def look(self) -> None:
        self.looked_at = NEVER
        if self.loop.time() < self.due:
            self.set_clock()
        else:
            self.too_slow()

    def too_slow(self) -> None:
        # A further request, sent too early, has no part in the answer that is under way.
        if not self.body_is_due() and self.cycle is not None and not self.cycle.response_complete:
            return
        self.transport.abort()

    def body_is_due(self) -> bool:
        return not self.in_head and self.cycle is not None and self.cycle.more_body

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self.head_bytes = self.head_bytes + len(data) if self.in_head else 0
        if self.head_bytes > HEAD_BYTES and not self.transport.is_closing():
            self.transport.write(TOO_LARGE)
            self.transport.close()
        self.set_clock()

    def send_400_response(self, msg: str) -> None:
        self.transport.write(NO_HTTP)
        self.transport.close()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.in_head = True
        self.give(HEAD_WAITS)

    def on_headers_complete(self) -> None:
        self.in_head, self.body_bytes = False, 0
        self.kept = self.at_hand()
        if self.kept is not None:
            return
        super().on_headers_complete()
        self.give(BODY_WAITS)
        self.body_began = self.loop.time()

    def at_hand(self) -> bytes | None:
        """What the application left in its state for this: the whole answer to a plain GET, while no other is under way."""
        ask = self.app_state.get(AT_ONCE)
        free = (self.cycle is None or self.cycle.response_complete) and not self.flow.write_paused
        if not (ask and free and self.parser.get_method() == b"GET" and self.parser.should_keep_alive()):
            return None
        usual = self.parser.get_http_version() == "1.1" and not self.transport.is_closing()
        return ask(self.url, self.headers, self.server_state.default_headers) if usual else None

    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        self.body_bytes += len(body)
        self.give(self.body_began + BODY_WAITS + self.body_bytes / BODY_RATE - self.loop.time())

    def on_message_complete(self) -> None:
        self.waiting.pop(self, None)
        self.due = NEVER
        kept, self.kept = self.kept, None
        if kept is None:
            return super().on_message_complete()
        self.transport.write(kept)
        self.on_response_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            self.pause_reader()  # closing waits until everything is sent
        elif not self.pipeline:
            self.wait()

    def pause_writing(self) -> None:
        super().pause_writing()
        self.pause_reader()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.reader:
            self.reader.cancel()
            self.reader = None

    def pause_reader(self) -> None:
        if self.reader is None:
            self.reader = self.loop.call_later(READER_WAITS, self.transport.abort)


@functools.cache
def most_waiting() -> int:
    """Half of the files that this process may open are left to answers, runs and the database."""
    return min(MOST_WAITING, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2)
