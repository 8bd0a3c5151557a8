"""Files in a request: what a multipart body carries, and the samples that examples and newcomers use."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from catalog.endpoints.sandbox.pictures import drawn
from catalog.endpoints.sandbox.tone import pcm, wav
from gateway.call import Call, File


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came: its name, the type its bytes show, and its bytes."""

    name: str
    content_type: str
    content: bytes


SPOKEN = "The 14:05 leaves from platform 7."
MAKERS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "speech.wav": ("audio/wav", lambda: wav(pcm(SPOKEN))),
    "street.png": ("image/png", lambda: drawn("a street with a tram", 256, 160)),
}


@cache
def sample(name: str) -> Upload:
    """A sample file by its name. Raises KeyError for any other."""
    kind, make = MAKERS[name]
    return Upload(name, kind, make())


def filled(body: dict[str, Any]) -> dict[str, Any]:
    """An example body with the sample that each `@name` in it stands for."""
    return {key: sample(value[1:]) if isinstance(value, str) and value.startswith("@") else value for key, value in body.items()}


def multipart(path: str, body: dict[str, Any]) -> Call:
    """The call that sends `body` as a form: texts first, then files."""
    texts = tuple((name, as_text(value)) for name, value in body.items() if not isinstance(value, Upload))
    uploads = {name: value for name, value in body.items() if isinstance(value, Upload)}
    files = tuple(File(name, up.name, up.content_type, up.content) for name, up in uploads.items())
    return Call(path, data=texts, files=files)


def as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
