"""What the sandbox may answer besides JSON and events, how it reads messages, shortens answers and counts tokens."""

import re
from dataclasses import dataclass
from typing import Any

# Chinese, Japanese and Korean signs count one each; a long word counts one for every twelve letters; a mark counts one.
WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{1,12}|[^\w\s]")

MESSAGE_FRAME = 8  # tokens around each message of a prompt
REPLY_FRAME = 3  # tokens around an answer
LARGEST_FIGURE = 1e12


@dataclass(frozen=True, slots=True)
class Media:
    """A binary answer. `note` says, in a response header, where it differs from what was asked for; `voice` names the
    program that spoke it, blank where a tone stands for a voice.
    """

    content: bytes
    content_type: str
    note: str = ""
    voice: str = ""


class Refused(Exception):
    """The sandbox turns a request down, as a gateway would: HTTP 400 with this message and the parameter at fault."""

    def __init__(self, message: str, param: str):
        super().__init__(message)
        self.param = param


def tokens(text: str) -> int:
    """The sandbox's count of `text`: a plain rule, close to common tokenizers on English, the same everywhere."""
    return len(WORD.findall(text))


def counted(response: dict[str, Any] | None) -> dict[str, Any]:
    """The `usage` object of an answer, empty where there is none: a gateway may send anything."""
    found = (response or {}).get("usage")
    return found if isinstance(found, dict) else {}


def counts(found: dict[str, Any]) -> dict[str, int]:
    """Those of `{meter: count}` that are counts: whole numbers from 0 that a table can hold."""
    return {meter: count for meter, count in found.items() if isinstance(count, int) and is_figure(count) and count >= 0}


def is_figure(value: Any) -> bool:
    """Whether `value` is a number that a page can show and reckon with: finite, and of no absurd size."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST_FIGURE


def text_of(content: Any) -> str:
    """The text of a message, whether it is one text or a list of parts."""
    if isinstance(content, list):
        texts = [part.get("text") for part in content if isinstance(part, dict)]
        return "\n".join(text for text in texts if isinstance(text, str) and text)
    return content if isinstance(content, str) else ""


def shortened(said: str, stop: Any, limit: Any) -> tuple[str, str]:
    """An answer under its stop texts and token limit, with the reason why it ends: `stop` or `length`. Raises Refused."""
    stops = [stop] if isinstance(stop, str) else stop
    if not isinstance(stops, list) or not all(isinstance(text, str) for text in stops):
        raise Refused("stop must be a text or a list of texts.", "stop")
    for text in filter(None, stops):
        said = said.split(text)[0]
    if not isinstance(limit, int) or tokens(said) + REPLY_FRAME <= limit:
        return said, "stop"
    words = split(said)
    while words and tokens("".join(words)) + REPLY_FRAME > limit:
        words.pop()
    return "".join(words), "length"


def split(said: str) -> list[str]:
    """Words, each with the blank before it."""
    first, *rest = said.split(" ")
    return [first, *(f" {word}" for word in rest)]
