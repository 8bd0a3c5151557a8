"""Server-sent events: bytes to events and back (WHATWG HTML, section 9.2.6). Knows nothing of what the events mean."""

import re
from dataclasses import dataclass

# The only three line ends of the format. str.splitlines() also splits on U+2028, which is legal inside JSON.
LINE_END = re.compile(rb"\r\n|\n|\r")
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Event:
    """One dispatched event.

    name: the `event` field, "message" where there is none. data: the `data` lines joined with \\n, perhaps empty.
    raw: the event's lines as received, comments left out, joined with \\n, without the closing blank line.
    at: when its last byte arrived, in milliseconds since the request started.
    """

    name: str
    data: str
    raw: str
    at: float = 0


class EventTooLarge(ValueError):
    """An event passed the size cap. `events` are the whole ones that came before it in the same chunk."""

    def __init__(self, limit: int, events: list[Event]):
        super().__init__(f"An event is larger than {limit} bytes")
        self.events = events


class Splitter:
    """Splits one stream into events, however its bytes are cut into chunks.

    After EventTooLarge a splitter is of no more use.
    """

    def __init__(self, limit: int = 1024 * 1024):
        """limit: bytes of the lines of one event, unfinished ones included."""
        self._limit = limit
        self._line = bytearray()  # the line that has not ended yet
        self._lines: list[str] = []  # the whole lines of the event that has not ended yet
        self._size = 0  # their bytes
        self._first = True
        self._after_cr = False

    def feed(self, chunk: bytes, at: float = 0) -> list[Event]:
        """The events that this chunk completes, marked as arrived `at`. Raises EventTooLarge."""
        if not chunk:
            return []
        if self._after_cr and chunk.startswith(b"\n"):
            chunk = chunk[1:]  # the second half of a CRLF: its line was ended by the CR
        self._after_cr = chunk.endswith(b"\r")
        *whole, rest = LINE_END.split(chunk)
        events: list[Event] = []
        for part in whole:
            self._grow(part, events)
            events += self._end_line(at)
        self._grow(rest, events)
        return events

    def end(self, at: float = 0) -> list[Event]:
        """The stream is over. Browsers drop an event without its blank line; many gateways omit the last: it counts."""
        events = self._end_line(at) if self._line else []
        return events + self._dispatch(at)

    def _grow(self, part: bytes, events: list[Event]) -> None:
        self._line += part
        if self._size + len(self._line) > self._limit:
            raise EventTooLarge(self._limit, events)

    def _end_line(self, at: float) -> list[Event]:
        line = bytes(self._line)
        self._line.clear()
        if self._first:
            line, self._first = line.removeprefix(BOM), False
        if not line:
            return self._dispatch(at)
        if not line.startswith(b":"):
            self._size += len(line)
            # A whole line is a whole number of characters: no byte of a UTF-8 sequence is a CR or LF.
            self._lines.append(line.decode("utf-8", "replace"))
        return []

    def _dispatch(self, at: float) -> list[Event]:
        lines, self._lines, self._size = self._lines, [], 0
        name, data = "", []
        for line in lines:
            field, _, value = line.partition(":")
            if field == "data":
                data.append(value.removeprefix(" "))
            elif field == "event":
                name = value.removeprefix(" ")
        # Without a data line there is no event; with an empty one there is.
        return [Event(name or "message", "\n".join(data), "\n".join(lines), at)] if data else []


def encode(data: str, event: str | None = None) -> bytes:
    """One event as bytes, blank line included. CR and CRLF in `data` arrive as LF: the format cannot carry them.

    Raises ValueError for an event name with a line break or NUL.
    """
    if event is not None and re.search(r"[\r\n\0]", event):
        raise ValueError("An event's name is one line")
    lines = [] if event is None else [f"event: {event}"]
    lines += [f"data: {line}" for line in (re.split(r"\r\n|\n|\r", data) if "\n" in data or "\r" in data else (data,))]
    return ("\n".join(lines) + "\n\n").encode("utf-8", "replace")
