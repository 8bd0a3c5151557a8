"""OCR: `POST /ocr`: a picture of a page in, its text and where it stands out. The sandbox reads what `letters` wrote."""

from typing import Any

from catalog.endpoints.answers import Refused
from catalog.endpoints.parameters import Parameter
from catalog.endpoints.reading import boxes
from catalog.endpoints.sandbox import letters
from catalog.endpoints.sandbox.pictures import data_url, from_data_url, size

MODALITY = "ocr"
LABEL = "OCR"
BADGE = "ocr"
PATH = "/ocr"
SUMMARY = "A page or an image in, its text out."
METERS = ("pages", "images", "input_tokens", "output_tokens", "requests")
RESPONSE_TYPE = "application/json"

PARAMETERS = (Parameter("image", "image", "Page", "An address, or a data URL. A sample is filled in.", required=True),)
SAMPLE = ("Utrecht Central", "1 ticket to Groningen", "Platform 7, 14:05", "Total 29.40 EUR")
EXAMPLE = {"image": data_url(letters.written(SAMPLE))}
UNSEEN = (640, 480)  # the sandbox fetches nothing, so a picture behind an address has this size
NOT_READ = "The sandbox reads only pictures that it wrote itself, such as its sample. No model was called."


def reply(body: dict[str, Any]) -> dict[str, Any]:
    content = checked(body)
    width, height = (size(content) if content else None) or UNSEEN
    found = letters.read(content) if content else None
    blocks = [{"text": text, "box": box} for text, box in found or []]
    text = NOT_READ if found is None else "\n".join(text for text, _ in found)
    return {"model": body.get("model"), "width": width, "height": height, "text": text, "blocks": blocks}


def checked(body: dict[str, Any]) -> bytes | None:
    """The picture, or None where it lies behind an address. Raises Refused where there is neither."""
    image = body.get("image")
    if not isinstance(image, str) or not image.startswith(("https://", "http://", "data:image/")):
        raise Refused("image must be an http address or a data URL of a picture.", "image")
    content = from_data_url(image)
    if image.startswith("data:") and content is None:
        raise Refused("image is a data URL, but no base64 of a PNG, JPEG, GIF or WebP.", "image")
    return content


def output(response: dict[str, Any]) -> str | None:
    text = response.get("text")
    return text if isinstance(text, str) else None


def usage(request: dict[str, Any] | None, response: dict[str, Any] | None) -> dict[str, int]:
    return {"pages": 1}


def view(request: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
    """The picture, and the blocks of text ready to be drawn on it under their numbers."""
    found = boxes.shown(request, response)
    rows = [row for row in response.get("blocks") or [] if isinstance(row, dict)]
    drawn = [boxes.drawable(row.get("box"), str(n), found["size"]) for n, row in enumerate(rows, 1)]
    return found | {"blocks": [box | {"text": row.get("text"), "ink": 1} for row, box in zip(rows, drawn, strict=True)]}
