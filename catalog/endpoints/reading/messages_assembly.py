"""Puts the events of a streamed answer of Anthropic's API together into the message that would have come whole."""

from typing import Any

from catalog.endpoints.answers import counted
from catalog.endpoints.reading.chat_reading import keyed, parsed
from gateway.sse import Event

Row = dict[str, Any]


def assembled(events: list[Event]) -> Row:
    """The message as far as the stream says; counts come in two events and are put together."""
    rows = [parsed(event.data) for event in events]
    start = next((keyed(row.get("message")) for row in rows if row.get("type") == "message_start"), {})
    ends = [row for row in rows if row.get("type") == "message_delta"]
    end = ends[-1] if ends else {}
    found = start | {"content": blocks(rows)} | keyed(end.get("delta"))
    usage = counted(start) | counted(end)
    return found | ({"usage": usage} if usage else {})


def blocks(rows: list[Row]) -> list[Row]:
    """The parts of the message in their order, each from its pieces."""
    found: dict[int, Row] = {}
    for row in rows:
        place = row.get("index")
        if not isinstance(place, int):
            continue
        if row.get("type") == "content_block_start":
            found[place] = dict(keyed(row.get("content_block")))
        elif row.get("type") == "content_block_delta":
            go_on(found.setdefault(place, {}), keyed(row.get("delta")))
    return [closed(found[place]) for place in sorted(found)]


def go_on(block: Row, piece: Row) -> None:
    """Adds a piece's text, thinking, signature or JSON to the part that it belongs to."""
    for name, value in piece.items():
        if name != "type" and isinstance(value, str):
            before = block.get(name)
            block[name] = (before if isinstance(before, str) else "") + value


def closed(block: Row) -> Row:
    """A part whose pieces are all there: a tool's arguments as the object that they are, if they are one."""
    if not isinstance(text := block.pop("partial_json", None), str) or not text.strip():
        return block
    return block | {"input": parsed(text) or text}
