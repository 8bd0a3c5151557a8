"""Pictures and sounds in a message: uploaded, named by their address, or attached already; told by their bytes."""

import base64
import json
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from catalog.cards import Card
from catalog.endpoints.parameters import Parameter
from catalog.endpoints.sandbox.pictures import data_url
from catalog.vocabulary import CAPABILITIES
from playground.media import recognise

MOST = 10  # files and addresses in one conversation
MAX_BYTES = min(2, settings.MAX_FILE_MB) * 1024 * 1024  # of all files of one conversation together
SOUNDS = {"audio/wav": "wav", "audio/mpeg": "mp3"}  # the formats that a message may carry, as the field is called
# Which capability a kind of part needs, and what it is called.
NEEDS = {"image": ("vision", "picture"), "audio": ("audio_in", "sound")}
TYPES = {"image_url": "image", "input_audio": "audio"}
Part = dict[str, Any]


def read(key: str, post: QueryDict, files: MultiValueDict) -> tuple[list[Part], str]:
    """The parts of the message `key`, and the first thing that is wrong with one of them."""
    parts = [part for text in post.getlist(f"attached-{key}") if (part := attached(text))]
    problems = []
    if address := post.get(f"address-{key}", "").strip():
        parts.append({"type": "image_url", "image_url": {"url": address}})
        problems.append("" if is_web(address) else f"“{address[:60]}” is no web address; it begins with https://.")
    for upload in files.getlist(f"file-{key}"):
        part, wrong = uploaded(upload)
        parts += [part] if part else []
        problems.append(wrong)
    return parts, next(filter(None, problems), "")


def attached(text: str) -> Part | None:
    """A part that the form carries from before."""
    try:
        part = json.loads(text)
    except (ValueError, RecursionError):  # the field is ours: what is no JSON was made by hand and carries nothing
        return None
    return part if isinstance(part, dict) and isinstance(part.get("type"), str) else None


def is_web(address: str) -> bool:
    try:
        return urlsplit(address).scheme in ("http", "https") and bool(urlsplit(address).netloc)
    except ValueError:
        return False


def uploaded(upload: UploadedFile) -> tuple[Part | None, str]:
    """A file as a part, or why it cannot be one."""
    if upload.size > MAX_BYTES:
        return None, f"the file has {upload.size // 1024:,} KB; at most {MAX_BYTES // 1024:,} KB are sent. Choose a smaller one."
    content = upload.read()
    kind = recognise(content)
    if kind.startswith("image/"):
        return {"type": "image_url", "image_url": {"url": data_url(content, kind)}}, ""
    if kind in SOUNDS:
        data = base64.b64encode(content).decode()
        return {"type": "input_audio", "input_audio": {"data": data, "format": SOUNDS[kind]}}, ""
    return None, "the file's bytes show no PNG, JPEG, GIF or WebP picture and no WAV or MP3 sound. Choose another one."


def fault(parameter: Parameter, card: Card, messages: list[dict[str, Any]]) -> str:
    """What is wrong with the parts of a whole conversation, in a sentence, or blank."""
    parts = [part for message in messages if isinstance(message["content"], list) for part in message["content"]]
    kinds = [TYPES[part["type"]] for part in parts if part["type"] in TYPES]
    if len(kinds) > MOST:
        return f"{parameter.label}: {len(kinds)} pictures and sounds are too many; at most {MOST} are sent."
    if lacking := next((kind for kind in kinds if refused(card, kind)), ""):
        return f"{parameter.label}: {refused(card, lacking)} Remove the {NEEDS[lacking][1]}, or choose another model."
    if (size := sum(len(json.dumps(part)) for part in parts if part["type"] in TYPES) * 3 // 4) > MAX_BYTES:
        most = MAX_BYTES // 1024
        return f"{parameter.label}: the files have {size // 1024:,} KB together; at most {most:,} KB are sent. Remove some."
    return ""


def refused(card: Card, kind: str) -> str:
    """Why a model is not sent parts of that kind; blank where it takes them, or nobody knows."""
    capability, what = NEEDS[kind]
    return f"{card.slug} takes no {what}s ({CAPABILITIES[capability]})." if card.capabilities.get(capability) is False else ""


def laid_out(part: Part) -> dict[str, str]:
    """A part for the form: its JSON to be sent back, what it is in words, and a picture's own bytes to show."""
    carried = part.get(part["type"])
    url = carried.get("url") if isinstance(carried, dict) else None
    url = url if isinstance(url, str) else ""
    shown = url if url.startswith("data:image/") else ""
    return {"json": json.dumps(part), "picture": shown, "label": label(part, url)}


def label(part: Part, url: str) -> str:
    if url.startswith("data:"):
        return f"{url[5:].partition(';')[0]}, {len(url) * 3 // 4096:,} KB"
    if url:
        return url if len(url) <= 80 else f"{url[:79]}…"
    return "Sound" if part["type"] == "input_audio" else f"Part of type {part['type'][:40]}"
