"""Puts the events of a streamed chat answer together into the answer that would have come whole."""

import json
from collections.abc import Iterator
from typing import Any

from catalog.endpoints.answers import text_of
from catalog.endpoints.reading.chat_reading import keyed, listed, parsed, reasoning, refusal
from gateway.sse import Event

Row = dict[str, Any]


def assembled(events: list[Event]) -> Row:
    """`{"id", "object", "created", "model", "choices", "usage"}` as far as the stream says; blank texts come as None."""
    rows = [parsed(event.data) for event in events]
    found = {name: row[name] for row in reversed(rows) for name in ("id", "created", "model") if row.get(name) is not None}
    usages = [row["usage"] for row in rows if isinstance(row.get("usage"), dict)]
    counts = {"usage": usages[-1]} if usages else {}
    pieces: dict[int, list[Row]] = {}
    for index, piece in choices_of(rows):
        pieces.setdefault(index, []).append(piece)
    return found | {"object": "chat.completion", "choices": [choice(index, pieces[index]) for index in sorted(pieces)]} | counts


def choices_of(rows: list[Row]) -> Iterator[tuple[int, Row]]:
    for row in rows:
        for place, piece in enumerate(listed(row.get("choices"))):
            if isinstance(piece, dict):
                index = piece.get("index")
                yield (index if isinstance(index, int) else place), piece


def choice(index: int, pieces: list[Row]) -> Row:
    reasons = [piece["finish_reason"] for piece in pieces if isinstance(piece.get("finish_reason"), str)]
    found: Row = {"index": index, "message": message([keyed(piece.get("delta")) for piece in pieces])}
    chances = {name: chances_of(pieces, name) for name in ("content", "refusal")}
    found |= {"logprobs": chances} if any(chances.values()) else {}
    return found | {"finish_reason": reasons[-1] if reasons else None}


def chances_of(pieces: list[Row], name: str) -> list[Any]:
    return [row for piece in pieces for row in listed(keyed(piece.get("logprobs")).get(name))]


def message(deltas: list[Row]) -> Row:
    found: Row = {"role": "assistant", "content": "".join(text_of(delta.get("content")) for delta in deltas) or None}
    more = {
        "reasoning_content": "".join(map(reasoning, deltas)),
        "refusal": "".join(map(refusal, deltas)),
        "tool_calls": calls(deltas),
        "audio": audio([delta["audio"] for delta in deltas if isinstance(delta.get("audio"), dict)]),
    }
    return found | {name: value for name, value in more.items() if value}


def calls(deltas: list[Row]) -> list[Row]:
    """Calls from their pieces. A piece goes on with the call of its index, unless it brings an id of its own."""
    made: list[Row] = []
    places: dict[Any, Row] = {}
    for piece in (keyed(part) for delta in deltas for part in called(delta)):
        place = piece.get("index") if isinstance(piece.get("index"), int) else None
        name = piece.get("id") if isinstance(piece.get("id"), str) else ""
        call = places.get(place)
        if call is None or (name and call["id"] not in ("", name)):
            call = {"id": "", "type": "function", "function": {"name": "", "arguments": ""}}
            made.append(call)
            places[place] = call
        call["id"] = call["id"] or name
        go_on(call["function"], keyed(piece.get("function")))
    return made


def called(message: Row) -> list[Any]:
    """The calls of a message or a delta, the one of the older `function_call` too."""
    older = message.get("function_call")
    return listed(message.get("tool_calls")) + ([{"function": older}] if isinstance(older, dict) else [])


def go_on(function: Row, piece: Row) -> None:
    """Adds a piece's arguments; the name comes whole, in some streams with every piece."""
    if isinstance(piece.get("name"), str):
        function["name"] = function["name"] or piece["name"]
    function["arguments"] += as_text(piece.get("arguments"))


def as_text(arguments: Any) -> str:
    """Arguments as the text that they should be; some gateways send the object itself."""
    if not isinstance(arguments, dict):
        return arguments if isinstance(arguments, str) else ""
    try:
        return json.dumps(arguments, ensure_ascii=False)
    except RecursionError:
        return ""


def audio(pieces: list[Row]) -> Row:
    """Sound from its pieces: data and transcript go on, the rest comes once."""
    found: Row = {}
    for piece in pieces:
        for name, value in piece.items():
            goes_on = name in ("data", "transcript") and isinstance(value, str) and isinstance(found.get(name), str)
            found[name] = found[name] + value if goes_on else value
    return found
