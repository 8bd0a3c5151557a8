"""Parts of a message besides text, as the sandbox reads them: what they are, in words, and how many tokens they count.

Pictures count as OpenAI documents for its tiled models, sound 10 tokens a second. Nothing is fetched.
"""

import base64
import binascii
import io
import re
import wave
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from catalog.endpoints.answers import Refused
from catalog.endpoints.sandbox.pictures import size

MAX_PARTS = 100  # in one message
PICTURE_FRAME, TILE, TILE_TOKENS = 85, 512, 170
UNSEEN = (1024, 1024)  # pixels that a picture counts as whose size is not known
SOUND_TOKENS = 10  # a second
MP3_RATE = 16_000  # bytes a second, where a file's length is told by its size
HEAD = re.compile(r"data:(image/(?:png|jpeg|jpg|gif|webp));base64,", re.I)


@dataclass(frozen=True, slots=True)
class Part:
    """A part that is no text: what it is, in words, and its tokens; `sound` says which of the two prompt counts they join."""

    said: str
    tokens: int
    sound: bool = False


def parts_of(content: Any, where: str) -> list[Part]:
    """The pictures and sounds of a message's content. Raises Refused naming the part."""
    if not isinstance(content, list):
        return []
    if len(content) > MAX_PARTS:
        raise Refused(f"{where} has {len(content)} parts; at most {MAX_PARTS} are taken. Send fewer.", where)
    read = [part(entry, f"{where}[{index}]") for index, entry in enumerate(content)]
    return [found for found in read if found]


def part(entry: Any, where: str) -> Part | None:
    """One part; None for text."""
    kind = entry.get("type") if isinstance(entry, dict) else None
    if kind in ("text", "refusal"):
        if not isinstance(entry.get(kind), str):
            raise Refused(f"{where}.{kind} must be a text.", where)
        return None
    read = {"image_url": picture, "input_audio": sound}.get(kind) if isinstance(kind, str) else None
    if read is None:
        raise Refused(f"{where} must be an object of the type text, image_url or input_audio.", where)
    value = entry.get(kind)
    if not isinstance(value, dict):
        raise Refused(f"{where}.{kind} must be an object.", where)
    return read(value, where)


def picture(value: dict[str, Any], where: str) -> Part:
    address = value.get("url")
    if not isinstance(address, str):
        raise Refused(f"{where}.image_url.url must be a web address or a data URL.", where)
    low = value.get("detail") == "low"
    if not address.lower().startswith("data:"):
        return Part(f"a picture at {host(address, where)}", picture_tokens(UNSEEN, low))
    head = HEAD.match(address)
    if head is None:
        raise Refused(f"{where} must be a data URL of a PNG, JPEG, GIF or WebP picture in base64.", where)
    pixels = size(decoded(address[head.end() :], where))
    name = {"webp": "WebP", "jpg": "JPEG"}.get(kind := head[1].lower().removeprefix("image/"), kind.upper())
    seen = f"a {name} picture of {pixels[0]:,} × {pixels[1]:,} pixels" if pixels else f"a {name} picture"
    return Part(seen, picture_tokens(pixels or UNSEEN, low))


def host(address: str, where: str) -> str:
    try:
        found = urlsplit(address)
    except ValueError:  # brackets that hold no IPv6 address
        found = urlsplit("")
    if found.scheme in ("http", "https") and found.hostname:
        return found.hostname[:100]
    raise Refused(f"{where}.image_url.url must start with https://, http:// or data:image/.", where)


def decoded(text: str, where: str) -> bytes:
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if not found:
        raise Refused(f"{where} is not valid base64, or empty.", where)
    return found


def picture_tokens(pixels: tuple[int, int], low: bool) -> int:
    """85, and 170 for each tile of 512 pixels once the picture fits 2,048 pixels and its short side 768."""
    if low:
        return PICTURE_FRAME
    long, short = max(*pixels, 1), max(min(pixels), 1)
    scale = min(1.0, 2048 / long, 768 / short)
    across, down = (-(-max(1, round(side * scale)) // TILE) for side in (long, short))
    return PICTURE_FRAME + TILE_TOKENS * across * down


def sound(value: dict[str, Any], where: str) -> Part:
    kind = value.get("format")
    if kind not in ("wav", "mp3") or not isinstance(value.get("data"), str):
        raise Refused(f"{where}.input_audio must have data in base64 and a format, wav or mp3.", where)
    content = decoded(value["data"], where)
    seconds = wav_seconds(content, where) if kind == "wav" else len(content) / MP3_RATE
    said = f"a WAV of {seconds:.1f} seconds" if kind == "wav" else f"an MP3 of {len(content):,} bytes"
    return Part(said, max(1, round(seconds * SOUND_TOKENS)), sound=True)


def wav_seconds(content: bytes, where: str) -> float:
    """How long a WAV plays by the samples that are there, whatever its header claims."""
    try:
        with wave.open(io.BytesIO(content)) as file:
            frame = file.getnchannels() * file.getsampwidth()
            return min(file.getnframes(), len(content) // frame) / file.getframerate()
    except (wave.Error, EOFError, RuntimeError, ZeroDivisionError):
        raise Refused(f"{where}.input_audio.data is no WAV that can be read.", where) from None
