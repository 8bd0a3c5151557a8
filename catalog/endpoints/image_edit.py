"""Image edits: `POST /images/edits`, a multipart form as in OpenAI's API reference."""

import base64
from typing import Any

from catalog.endpoints.answers import Refused
from catalog.endpoints.image import MOST, files, sides, usage, view  # noqa: F401 - an edit is answered as a generation is
from catalog.endpoints.parameters import Parameter, fill
from catalog.endpoints.sandbox import pictures
from catalog.endpoints.uploads import Upload, multipart
from gateway.call import Call

MODALITY = "image_edit"
LABEL = "Image edit"
BADGE = "image-edit"
PATH = "/images/edits"
SUMMARY = "An image and a prompt in, the changed image out."
METERS = ("images", "input_tokens", "image_tokens", "output_tokens", "requests")
ALTERNATIVES = (("images",), ("input_tokens", "image_tokens"))
RESPONSE_TYPE = "application/json"
REQUEST_TYPE = "multipart/form-data"
SDK = {
    "method": "images.edit",
    "demands": ("prompt",),
    "fields": frozenset("model image mask prompt n size quality response_format background user".split()),
    "python": "image = r.data[0]\nprint(image.url or f\"{len(image.b64_json)} characters of base64\")",
    "typescript": "const image = r.data[0];\nconsole.log(image.url ?? `${image.b64_json.length} characters of base64`);",
}

PARAMETERS = (
    Parameter("image", "picture", "Picture", "PNG, JPEG, GIF or WebP.", required=True, sample="street.png", carries="image"),
    Parameter("prompt", "text", "Prompt", "What to change.", required=True, max_length=32_000, carries="text"),
    Parameter("mask", "picture", "Mask", "A PNG whose clear parts may change.", advanced=True),
    Parameter("n", "integer", "How many", "Each is paid for.", default=1, minimum=1, maximum=MOST),
    Parameter("size", "string", "Size", "Width x height in pixels. Blank: the model's own.", max_length=9),
)
EXAMPLE = {"image": "@street.png", "prompt": "Make it evening", "n": 1}


def call(model: Any, data: dict[str, Any]) -> Call:
    return multipart(PATH, fill({"model": model.upstream_id}, PARAMETERS, model.parameters, data))


def reply(body: dict[str, Any]) -> dict[str, Any]:
    upload, prompt, count = checked(body)
    asked, measured = body.get("size"), pictures.size(upload.content) or (256, 256)
    own = not asked or asked == "auto"
    width, height = (max(1, min(side, 1024)) for side in measured) if own else sides(asked, count)
    made = [pictures.drawn(f"{prompt} {n} {len(upload.content)}", width, height) for n in range(count)]
    return {"created": 1776947082, "data": [{"b64_json": base64.b64encode(picture).decode()} for picture in made]}


def checked(body: dict[str, Any]) -> tuple[Upload, str, int]:
    """Some models take no prompt, and the sandbox does not know models."""
    upload, prompt, count = body.get("image"), body.get("prompt"), str(body.get("n") or 1)
    if not isinstance(upload, Upload) or not upload.content:
        raise Refused("image must be a picture, sent as a part of a multipart form.", "image")
    if prompt is not None and (not isinstance(prompt, str) or not prompt.strip()):
        raise Refused("prompt must be a text with at least one character.", "prompt")
    if count not in map(str, range(1, MOST + 1)):
        raise Refused(f"n must be a whole number from 1 to {MOST}.", "n")
    return upload, prompt or "", int(count)
