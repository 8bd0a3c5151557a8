"""How much output a streamed event has brought: a bound in bytes, since no token is shorter than one."""

from collections.abc import Iterator
from typing import Any

from catalog.endpoints.reading.chat_reading import parsed
from gateway.sse import Event


def size(event: Event) -> int:
    """Bytes of all texts that an event adds; of an event that adds none, all of it."""
    try:
        return sum(len(text.encode("utf-8", "replace")) for text in added(parsed(event.data))) or len(event.data)
    except RecursionError:
        return len(event.data)


def added(value: Any, inside: bool = False) -> Iterator[str]:
    """The texts in anything called `delta`, as all dialects of chat name what an event adds."""
    if isinstance(value, dict):
        for name, entry in value.items():
            yield from added(entry, inside or name == "delta")
    elif isinstance(value, list):
        for entry in value:
            yield from added(entry, inside)
    elif isinstance(value, str) and inside:
        yield value
