"""Whatever a request body holds, the sandbox answers as documented or refuses and names the parameter."""

import json
import time
from collections.abc import Iterator
from itertools import islice
from types import ModuleType
from typing import Any

import pytest
from hostile import ODD, damaged

from catalog.endpoints import ENDPOINTS
from catalog.endpoints.answers import Media, Refused
from catalog.endpoints.uploads import Upload, filled

SLOWEST = 5.0  # seconds for one body, on a machine that is busy with other things
FILES = {
    "empty": b"", "text": b"no file at all", "short": b"R", "half a WAV": b"RIFF\x24\0\0\0WAVEfmt ",
    "half a PNG": b"\x89PNG\r\n\x1a\n\0", "half a JPEG": b"\xff\xd8\xff\xc0\0\x11",
    "huge PNG": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\xff" * 8, "half a GIF": b"GIF89a\0",
}  # fmt: skip


def body_of(module: ModuleType) -> dict[str, Any]:
    return filled(module.EXAMPLE) | {"model": "acme/one"}


def broken(module: ModuleType) -> Iterator[tuple[str, dict[str, Any]]]:
    """The example with every place of it damaged, every optional parameter set oddly, and every file a wrong one.

    The model stays: the sandbox looks for it before it asks an endpoint.
    """
    body = body_of(module)
    yield from ((what, odd | {"model": "acme/one"}) for what, odd in damaged(filled(module.EXAMPLE)))
    for name in (p.name for p in module.PARAMETERS if p.name not in body):
        yield from ((f"{name} {what}", body | {name: odd}) for what, odd in ODD.items())
    for name in (name for name, value in body.items() if isinstance(value, Upload)):
        for what, content in FILES.items():
            yield f"{name} is {what}", body | {name: Upload("a\0/../b", "text/html", content)}


def answered(module: ModuleType, body: dict[str, Any]) -> None:
    """Asserts that the answer is of a documented kind and can be sent."""
    reply = module.reply(body)
    if isinstance(reply, Media):
        assert reply.content and "/" in reply.content_type
        return
    events = [reply] if isinstance(reply, dict) else list(islice(reply, 100_000))
    assert events and all(isinstance(event, dict) for event in events)
    json.dumps(events)


@pytest.mark.parametrize("key", ENDPOINTS)
def test_every_body_is_answered_or_refused(key):
    wrong = []
    for what, body in broken(ENDPOINTS[key]):
        start = time.monotonic()
        try:
            answered(ENDPOINTS[key], body)
        except Refused as refusal:
            wrong += [] if refusal.param and str(refusal) else [f"{what}: refused without a parameter"]
        except Exception as error:
            wrong.append(f"{what}: {error!r:.120}")
        wrong += [f"{what}: slow"] if time.monotonic() - start > SLOWEST else []
    assert "\n".join(wrong) == ""


@pytest.mark.parametrize("address", ["https://x.example/\ud800", "https://x.example/\0", "http://"])
@pytest.mark.parametrize("key", ["detection", "ocr"])
def test_odd_addresses_of_pictures_are_answered(key, address):
    answered(ENDPOINTS[key], {"image": address})


@pytest.mark.parametrize("key", ENDPOINTS)
def test_the_example_itself_is_answered(key):
    answered(ENDPOINTS[key], body_of(ENDPOINTS[key]))
