"""What happened on the wire, as it was. Knows how to be shown (text, masks); does no reading of its own."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Protocol

from gateway.masking import Mask
from gateway.sse import Event

Headers = list[tuple[str, str]]

TEXT = re.compile(r"text/.*|.*[/+](json|xml)|application/(x-ndjson|jsonl|javascript|x-www-form-urlencoded)")
BINARY = re.compile(r"(audio|image|video|font|model)/.*")


class Reader(Protocol):
    """What an open exchange is read by."""

    def events(self) -> AsyncIterator[list[Event]]: ...

    async def read(self) -> bytearray: ...


@dataclass
class Exchange:
    """One request and its answer, filled in as it goes; what had not come yet is empty.

    Headers are pairs in the order and spelling of the wire, credentials masked. body: bytes as received, up to the cap
    (`truncated` tells whether more were due). started: seconds since the epoch. connect_ms, first_byte_ms, total_ms:
    milliseconds since then; first_byte_ms is when the status came, connect_ms None where there was no connection.
    ended: "" no answer or still coming; "complete"; "cut" it broke off; "limited" a cap or clock of ours ended it;
    "stopped" the caller left.
    """

    method: str
    url: str
    request_headers: Headers = field(default_factory=list)
    request_body: str | None = None
    status: int | None = None
    response_headers: Headers = field(default_factory=list)
    http_version: str = ""
    body: bytearray = field(default_factory=bytearray, repr=False)
    truncated: bool = False
    ended: str = ""
    started: float = 0
    connect_ms: float | None = None
    first_byte_ms: float | None = None
    total_ms: float | None = None
    _wire: Reader | None = field(default=None, repr=False, compare=False)

    def header(self, name: str) -> str | None:
        """The first response header of that name, in whatever case."""
        return next((value for key, value in self.response_headers if key.lower() == name.lower()), None)

    @property
    def content_type(self) -> str:
        """The answer's media type in lower case without parameters, "" when it names none."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    @property
    def is_event_stream(self) -> bool:
        return self.content_type == "text/event-stream"

    def text(self) -> str | None:
        """The body as text if its type is textual, or names nothing better and it is UTF-8 without NUL; else None.

        Bytes of a textual body that are no UTF-8 become U+FFFD. Such a body may hold NUL.
        """
        if TEXT.fullmatch(self.content_type):
            return self.body.decode("utf-8", "replace")
        if BINARY.fullmatch(self.content_type) or b"\0" in self.body:
            return None
        try:
            return self.body.decode("utf-8")
        except UnicodeDecodeError:
            return None

    def events(self) -> AsyncIterator[list[Event]]:
        """The events of an open stream, those of one network read together. Raises GatewayError."""
        return self._open().events()

    async def read(self) -> bytearray:
        """The whole body of an open answer, also left in `body`. Raises GatewayError."""
        return await self._open().read()

    def _open(self) -> Reader:
        if self._wire is None:
            raise RuntimeError("This exchange is over: read it inside `async with gateway.stream(call)`")
        return self._wire

    def mask(self, mask: Mask) -> None:
        """Replaces every appearance of the key and the values of credential headers by ****."""
        self.request_headers = [mask.header(pair) for pair in self.request_headers]
        self.response_headers = [mask.header(pair) for pair in self.response_headers]
        if self.request_body is not None:
            self.request_body = mask.text(self.request_body)
        mask.body(self.body)
