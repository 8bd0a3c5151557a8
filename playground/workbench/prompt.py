"""What a request asks a model to read: its texts, and its pictures and sounds by a stated rule. Counts no text itself.

The frame around messages is OpenAI's, as its cookbook counts it: 3 tokens a message, and 3 before the answer.
Pictures count by OpenAI's rule of tiles, sound as 10 tokens a second. Bodies may be of any shape: they can be typed raw.
"""

import json
from collections.abc import Iterator
from itertools import accumulate
from typing import Any, NamedTuple

from catalog.costs import tokens
from catalog.endpoints import ENDPOINTS
from catalog.endpoints.answers import Refused, text_of
from catalog.endpoints.sandbox import message_parts

MESSAGE_FRAME = ANSWER_FRAME = 3
TEXTS = ("system", "instructions", "input", "prompt", "text", "query", "documents", "labels", "lyrics")
SHAPES = ("tools", "functions", "response_format", "tool_calls")  # counted as their JSON
WRITTEN = ("text", "input_text", "output_text", "refusal")
MOST_COUNTED = 100_000  # characters; what is longer is reckoned from as many, since it is counted at every change


class Prompt(NamedTuple):
    """Texts and what is around them; `uncounted` is how many parts no rule here counts."""

    texts: tuple[str, ...]
    frame: int = 0
    pictures: tuple[int, ...] = ()
    sounds: tuple[int, ...] = ()
    uncounted: int = 0
    most_counted: int = MOST_COUNTED

    @property
    def characters(self) -> int:
        return sum(map(len, self.texts))

    @property
    def beginning(self) -> tuple[str, ...]:
        """The first `most_counted` characters of all texts together."""
        ends = accumulate(map(len, self.texts))
        rooms = [self.most_counted - end + len(text) for text, end in zip(self.texts, ends, strict=True)]
        return tuple(text[:room] for text, room in zip(self.texts, rooms, strict=True) if room > 0)

    @property
    def is_cut(self) -> bool:
        return self.characters > self.most_counted


def read(key: str, body: dict[str, Any]) -> Prompt:
    """What a body of the endpoint `key` has to be read."""
    rows = messages(body)
    talks = ENDPOINTS[key].MODALITY == "chat"
    loose = [text for name in TEXTS for text in strings(body.get(name))]
    parts = [seen_as(part) for row in rows for part in listed(row.get("content"))] + pictured(body.get("image"))
    found = [measured(part) for part in parts if not is_written(part)]
    seen = [part for part in found if part]
    return Prompt(
        texts=(*loose, *(text for row in rows for text in said(row)), *shapes(body)),
        frame=(len(rows) + len(loose)) * MESSAGE_FRAME + ANSWER_FRAME if talks else 0,
        pictures=tuple(part.tokens for part in seen if not part.sound),
        sounds=tuple(part.tokens for part in seen if part.sound),
        uncounted=len(found) - len(seen),
    )


async def count(prompt: Prompt, encoding: str) -> int:
    """Tokens of the whole prompt, off the event loop; of a very long one what its beginning makes likely."""
    kept = prompt.beginning
    counted = await tokens.total(kept, encoding)
    whole = round(counted * prompt.characters / sum(map(len, kept))) if prompt.is_cut else counted
    return whole + prompt.frame + sum(prompt.pictures) + sum(prompt.sounds)


def messages(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The messages of a chat, or those that `input` of the responses API may hold."""
    return [row for name in ("messages", "input") for row in listed(body.get(name)) if isinstance(row, dict)]


def said(row: dict[str, Any]) -> Iterator[str]:
    yield str(row.get("role", ""))
    yield text_of(row.get("content"))
    yield from shapes(row)


def shapes(holder: dict[str, Any]) -> list[str]:
    return [json.dumps(holder[name], ensure_ascii=False) for name in SHAPES if isinstance(holder.get(name), dict | list)]


def strings(value: Any) -> list[str]:
    """The texts of a field that is one text, or a list of texts or of objects with a text; messages are not among them."""
    if isinstance(value, list):
        texts = [entry.get("text") if isinstance(entry, dict) else entry for entry in value]
        return [text for text in texts if isinstance(text, str)]
    return [value] if isinstance(value, str) else []


def seen_as(part: Any) -> Any:
    """A picture of the responses or messages API as a picture of chat; any other part as it is."""
    if not isinstance(part, dict) or part.get("type") not in ("input_image", "image"):
        return part
    source = part.get("source")
    url = part.get("image_url") or (source_url(source) if isinstance(source, dict) else None)
    return next(iter(pictured(url)), part)


def source_url(source: dict[str, Any]) -> Any:
    return source.get("url") or f"data:{source.get('media_type')};base64,{source.get('data')}"


def pictured(value: Any) -> list[dict[str, Any]]:
    return [{"type": "image_url", "image_url": {"url": value}}] if isinstance(value, str) else []


def is_written(part: Any) -> bool:
    return not isinstance(part, dict) or part.get("type") in WRITTEN


def measured(part: dict[str, Any]) -> message_parts.Part | None:
    try:
        return message_parts.part(part, "part")
    except Refused:
        return None


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
