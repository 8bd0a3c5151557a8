"""What the sandbox may answer besides JSON and events, how it reads messages and counts tokens."""

import re
from dataclasses import dataclass
from typing import Any

# Chinese, Japanese and Korean signs count one each; a long word counts one for every twelve letters; a mark counts one.
WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{1,12}|[^\w\s]")

MESSAGE_FRAME = 8  # tokens around each message of a prompt
REPLY_FRAME = 3  # tokens around an answer


@dataclass(frozen=True, slots=True)
class Media:
    """A binary answer. `note` says, in a response header, where it differs from what was asked for."""

    content: bytes
    content_type: str
    note: str = ""


class Refused(Exception):
    """The sandbox turns a request down, as a gateway would: HTTP 400 with this message and the parameter at fault."""

    def __init__(self, message: str, param: str):
        super().__init__(message)
        self.param = param


def tokens(text: str) -> int:
    """The sandbox's count of `text`: a plain rule, close to common tokenizers on English, the same everywhere."""
    return len(WORD.findall(text))


def text_of(content: Any) -> str:
    """The text of a message, whether it is one text or a list of parts."""
    if isinstance(content, list):
        texts = [part.get("text") for part in content if isinstance(part, dict)]
        return "\n".join(text for text in texts if isinstance(text, str) and text)
    return content if isinstance(content, str) else ""
