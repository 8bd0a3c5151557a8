"""What is sent to a gateway: one request, down to its bytes. Knows neither the gateway's address nor its key."""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

Headers = list[tuple[str, str]]

# How HTML's form submission writes a name inside quotes; it also keeps a file name from adding headers.
ESCAPES = {'"': "%22", "\r": "%0D", "\n": "%0A", "\0": "%00"}


@dataclass(frozen=True)
class File:
    """One file of a multipart body. field: the form field. name: its file name. content_type: its media type."""

    field: str
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Call:
    """One request. path: relative to the gateway's base URL, starts with "/".

    At most one kind of body: json (an object to encode), body (JSON text, sent verbatim) or data and files (multipart,
    fields first). stream: whether events are asked for. headers: replace ours of the same name.
    Raises ValueError for two kinds of body or a path that could leave the base URL.
    """

    path: str
    json: dict[str, Any] | None = None
    body: str | None = None
    data: tuple[tuple[str, str], ...] = ()
    files: tuple[File, ...] = ()
    method: str = "POST"
    stream: bool = False
    headers: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        segments = re.split(r"[/\\?#]", re.sub("%2e", ".", self.path, flags=re.IGNORECASE))
        if not self.path.startswith("/") or {"..", "."} & set(segments):
            raise ValueError(f"{self.path!r} is no path below the gateway's base URL")
        if (self.json is not None) + (self.body is not None) + self.is_multipart > 1:
            raise ValueError("A call has one kind of body: json, body, or data and files")

    @property
    def is_multipart(self) -> bool:
        return bool(self.data or self.files)

    def content(self) -> tuple[Headers, bytes]:
        """The headers that describe the body, and the body's exact bytes; ([], b"") without one.

        Raises ValueError for what JSON cannot say (NaN, infinities).
        """
        if self.is_multipart:
            return self._multipart()
        text = self.body
        if self.json is not None:
            text = json.dumps(self.json, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        if text is None:
            return [], b""
        # A lone surrogate has no UTF-8; its backslash form happens to be its JSON escape.
        return [("Content-Type", "application/json")], text.encode("utf-8", "backslashreplace")

    def text(self) -> str | None:
        """The body as text exactly as sent, "" without one, None when it is multipart."""
        return None if self.is_multipart else self.content()[1].decode()

    def _multipart(self) -> tuple[Headers, bytes]:
        """RFC 7578. The boundary is a digest of the parts, so the same call is the same bytes."""
        parts = [(_disposition(name), value.encode("utf-8", "replace")) for name, value in self.data]
        parts += [(_disposition(file.field, file), file.content) for file in self.files]
        digest = hashlib.sha256()
        for head, content in parts:
            digest.update(b"%d %d " % (len(head), len(content)) + head + content)
        boundary = f"modelry-{digest.hexdigest()[:32]}"
        mark = f"--{boundary}".encode()
        body = b"".join(mark + b"\r\n" + head + b"\r\n\r\n" + content + b"\r\n" for head, content in parts)
        return [("Content-Type", f"multipart/form-data; boundary={boundary}")], body + mark + b"--\r\n"


def _disposition(field: str, file: File | None = None) -> bytes:
    text = f'Content-Disposition: form-data; name="{_escaped(field)}"'
    if file is not None:
        text += f'; filename="{_escaped(file.name)}"\r\nContent-Type: {_escaped(file.content_type)}'
    return text.encode("utf-8", "replace")


def _escaped(text: str) -> str:
    return "".join(ESCAPES.get(character, character) for character in text)
