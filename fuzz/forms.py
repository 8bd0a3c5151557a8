"""Forms of the playground, right but for a few things: as one run, side by side, previewed, moved to another model."""

import json
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import httpx
from hostile import ODD, damaged

from catalog.endpoints import ENDPOINTS
from catalog.endpoints.uploads import Upload, filled
from fuzz.asked import Asked
from fuzz.texts import hostile

PATHS = (
    "/playground/run", "/playground/run", "/playground/run", "/playground/groups", "/playground/groups", "/playground/preview",
    "/playground/columns", "/playground/columns/estimates", "/playground", "/calculator/count", "/playground/presets",
    "/playground/runs/import", "/playground/presets/import", "/playground/key", "/playground/runs/delete",
)  # fmt: skip
ACCEPTS = ("application/json", "text/event-stream", "text/html", "*/*", "application/json, text/event-stream", "")
STRANGERS = (
    "body", "stream", "share", "preset_name", "sandbox_error", "next_model", "next_endpoint", "column", "models", "add", "remove",
    "role", "content", "message", "attached-1", "address-1", "tool_calls-1", "tool_call_id-1", "var.city", "var.", "1.model",
    "1.endpoint", "1.was", "1.temperature", "2.model", "tools", "tool_choice", "response_format", "response_format_schema",
    "stop", "max_tokens", "temperature", "seed", "n", "text", "key", "name", "description", "published", "id",
    "csrfmiddlewaretoken",
)  # fmt: skip
NUMBERS = (
    "0", "-1", "1e999", "-1e999", "nan", "inf", "9" * 400, "0.1e-400", "²", "٣", "1_000", "0x10", " 5 ", "1,5", "+3", "on", "off",
    "9223372036854775808", "1e308", "-0",
)  # fmt: skip
FILES = (
    b"", b"no file", b"\x89PNG\r\n\x1a\n\0", b"GIF89a\0", b"RIFF\x24\0\0\0WAVEfmt ", b"\xff\xd8\xff\xc0\0\x11", b"ID3\x04",
    b"<svg onload=a>", b"{}", b"[]", b'{"runs": [{}]}', b'{"presets": [null]}', b"\xff\xfe" * 50, b"[" * 100_000, b"1" * 6000,
)  # fmt: skip
DAMAGE = list(ODD.values())
Pairs = list[tuple[str, str]]


class Forms:
    """Draws requests. `models` is `{endpoint: ids of models that answer it}`."""

    def __init__(self, draw: random.Random, models: dict[str, list[str]]):
        self.draw, self.models = draw, models

    def asked(self) -> Asked:
        key = self.draw.choice([key for key in ENDPOINTS if self.models.get(key)])
        pairs = self.fields(key)
        for _ in range(self.draw.randint(0, 4)):
            self.draw.choice((self.lose, self.replace, self.replace, self.number, self.stranger, self.double))(pairs)
        return self.sent(self.draw.choice(PATHS), pairs, self.uploads(key))

    def fields(self, key: str) -> Pairs:
        """The endpoint's example as a form, or as a raw body that may be damaged."""
        models = self.draw.choices(self.models[key], k=self.draw.choice((1, 1, 1, 2, 3)))
        pairs = [("model", models[0]), ("endpoint", key)] if len(models) == 1 else columns(models)
        if self.draw.random() < 0.25:
            return [*pairs, ("body", self.body(key, models[0]))]
        pairs += [pair for name, value in ENDPOINTS[key].EXAMPLE.items() for pair in as_fields(name, value)]
        return pairs + ([("stream", "on")] if self.draw.random() < 0.5 else [])

    def body(self, key: str, model: str) -> str:
        example = {name: value for name, value in ENDPOINTS[key].EXAMPLE.items()} | {"model": model}
        found: Any = self.draw.choice(list(damaged(example)))[1] if self.draw.random() < 0.8 else self.draw.choice(DAMAGE)
        return as_json(found)

    def lose(self, pairs: Pairs) -> None:
        if pairs:
            del pairs[self.draw.randrange(len(pairs))]

    def replace(self, pairs: Pairs) -> None:
        if pairs:
            at = self.draw.randrange(len(pairs))
            pairs[at] = pairs[at][0], self.text()

    def number(self, pairs: Pairs) -> None:
        if pairs:
            at = self.draw.randrange(len(pairs))
            pairs[at] = pairs[at][0], self.draw.choice(NUMBERS)

    def stranger(self, pairs: Pairs) -> None:
        pairs.append((self.draw.choice((*STRANGERS, hostile(self.draw))), self.text()))

    def double(self, pairs: Pairs) -> None:
        pairs += pairs[: self.draw.choice((1, 3, 300))]

    def text(self) -> str:
        odd = self.draw.choice(DAMAGE)
        return self.draw.choice((hostile(self.draw), hostile(self.draw), odd if isinstance(odd, str) else as_json(odd)))

    def uploads(self, key: str) -> list[tuple[str, str, bytes]]:
        """`(field, name, bytes)` of what goes with the form: the right file, a wrong one, or none."""
        example = filled(ENDPOINTS[key].EXAMPLE)
        found = [(name, value.name, value.content) for name, value in example.items() if isinstance(value, Upload)]
        if self.draw.random() < 0.3:
            name = self.draw.choice(("file", "image", "file-1", "image_file", "mask", "prompt", "model"))
            found = [(name, hostile(self.draw), self.draw.choice(FILES))]
        return found

    def sent(self, path: str, pairs: Pairs, files: list[tuple[str, str, bytes]]) -> Asked:
        headers = {"Accept": self.draw.choice(ACCEPTS)} if self.draw.random() < 0.9 else {}
        headers |= self.draw.choice(({}, {}, {"HX-Request": "true"}, {"HX-Request": "true", "HX-Request-Type": "partial"}))
        kind, body = (multipart if files or self.draw.random() < 0.2 else urlencoded)(pairs, files)
        if self.draw.random() < 0.05:
            kind = self.draw.choice(KINDS)
        if self.draw.random() < 0.05:
            body = self.draw.choice(BREAKS)(body, self.draw)
        headers = {name: value for name, value in headers.items() if value.isprintable()}
        return Asked("POST", path, headers | {"Content-Type": kind}, body)


KINDS = (
    "application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=",
    "multipart/form-data; boundary=\xe9",
    "application/x-www-form-urlencoded; charset=utf-16", "application/x-www-form-urlencoded; charset=nonsense",
    "application/x-www-form-urlencoded; charset=iso-8859-1", "multipart/form-data; boundary=b; charset=idna", "x" * 2000,
)  # fmt: skip
Break = Callable[[bytes, random.Random], bytes]
BREAKS: tuple[Break, ...] = (
    lambda body, draw: body[: draw.randrange(len(body) + 1)],
    lambda body, draw: body.replace(b"=", b"\xff=", 3),
    lambda body, draw: b"",
    lambda body, draw: body.replace(b"\r\n", b"\n"),
    lambda body, draw: body.replace(b"&", b"&&%zz&%", 5),
)


def columns(models: list[str]) -> Pairs:
    named = [("column", str(n)) for n, _ in enumerate(models, 1)]
    return named + [(f"{n}.model", model) for n, model in enumerate(models, 1)]


def as_fields(name: str, value: Any) -> Pairs:
    """A value of an example in the fields that the form has for it."""
    if name == "messages":
        return [pair for m in value for pair in (("role", m["role"]), ("content", m["content"]))]
    if isinstance(value, bool):
        return [(name, "on")] if value else []
    if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        return [(name, "\n".join(value))]
    return [(name, value if isinstance(value, str) else as_json(value))]


def as_json(value: Any) -> str:
    """JSON as a script may write it, with what is none of it where a value has that."""
    return json.dumps(value)


def urlencoded(pairs: Pairs, files: object) -> tuple[str, bytes]:
    return "application/x-www-form-urlencoded", urlencode(pairs, errors="surrogatepass").encode()


def multipart(pairs: Pairs, files: list[tuple[str, str, bytes]]) -> tuple[str, bytes]:
    parts = [(as_utf8(name), (None, value.encode(errors="surrogatepass"))) for name, value in pairs]
    parts += [(name, (as_utf8(file), content)) for name, file, content in files]
    made = httpx.Request("POST", "http://x", files=parts or [("model", (None, b""))], headers={"Content-Type": BOUNDARY})
    return BOUNDARY, made.read()


def as_utf8(text: str) -> str:
    return text.encode(errors="replace").decode()


BOUNDARY = "multipart/form-data; boundary=b0undary"
