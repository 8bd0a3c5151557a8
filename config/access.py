"""The line that each request has in the log, in the form of the other lines but not by way of `logging`, which takes ten times
as long.

Lines wait for the end of the event loop's turn, so that those of one turn are one write: a process that is killed has written
all but what it answered within the last few milliseconds.
"""

import asyncio
import atexit
import time
from datetime import UTC, datetime
from typing import IO

# With time, id, method, route, status, milliseconds and bytes. None of these is a text that anyone wrote.
FORMS = {
    "plain": "%s INFO modelry.access %s request method=%s route=%s status=%d ms=%.2f bytes=%d\n",
    "json": (
        '{"time": "%s", "level": "INFO", "logger": "modelry.access", "request_id": "%s", "message": "request", '
        '"method": "%s", "route": "%s", "status": %d, "ms": %.2f, "bytes": %d}\n'
    ),
}


class Lines:
    """Writes lines in one of the `FORMS`, from the thread of one event loop at a time."""

    def __init__(self, form: str, stream: IO[str]):
        self.form, self.stream = form, stream
        self.waiting: list[str] = []
        self.loop: asyncio.AbstractEventLoop | None = None
        self.second, self.until_second = 0, ""
        atexit.register(self.write)

    def add(self, id: str, method: str, route: str, status: int, seconds: float, sent: int) -> None:
        if not self.waiting or self.loop is not asyncio.get_running_loop():
            self.loop = asyncio.get_running_loop()
            self.loop.call_soon(self.write)
        self.waiting.append(self.form % (self.now(), id, method, route, status, seconds * 1000, sent))

    def write(self) -> None:
        if self.waiting:
            text = "".join(self.waiting)
            self.waiting.clear()
            self.stream.write(text)
            self.stream.flush()

    def now(self) -> str:
        second, part = divmod(time.time_ns() // 1_000_000, 1000)
        if second != self.second:
            self.second, self.until_second = second, datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")
        return f"{self.until_second}.{part:03d}Z"
