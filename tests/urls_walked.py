"""Every address that the URLconf knows, with a value for each part of it."""

import re
from collections.abc import Iterator

from django.urls import URLResolver, get_resolver

# A part by its name, else by its kind. Most of them lead to nothing; the model, its maker, the collection and the file exist.
BY_NAME = {"path": "models", "name": "voice.wav", "uidb64": "MQ", "token": "no-such-token", "object_id": "1", "url": "nowhere"}
BY_KIND = {
    "uuid": "00000000-0000-0000-0000-000000000007", "int": "1", "slug": "frontier", "form": "json", "modelslug": "openai/gpt-4o",
}  # fmt: skip
PART = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>|\(\?P<(?P<named>\w+)>[^)]*\)|[$^]|\\Z")


def addresses(under: URLResolver | None = None, before: str = "/") -> Iterator[str]:
    for pattern in (under or get_resolver()).url_patterns:
        address = before + PART.sub(value, str(pattern.pattern))
        yield from addresses(pattern, address) if isinstance(pattern, URLResolver) else [address]


def value(part: re.Match[str]) -> str:
    name = part["name"] or part["named"]
    return BY_NAME.get(name) or BY_KIND.get(part["kind"] or "", "openai") if name else ""
