"""OCR: `POST /ocr`: a picture of a page in, its text and where it stands out. The sandbox reads nothing, and says so."""

from typing import Any

from catalog.endpoints import boxes
from catalog.endpoints.answers import Refused
from catalog.endpoints.parameters import Parameter
from catalog.endpoints.pictures import SAMPLE_URL, from_data_url, size

MODALITY = "ocr"
LABEL = "OCR"
BADGE = "ocr"
PATH = "/ocr"
SUMMARY = "A page or an image in, its text out."
METERS = ("pages", "images", "input_tokens", "output_tokens", "requests")
RESPONSE_TYPE = "application/json"

PARAMETERS = (Parameter("image", "image", "Page", "An address, or a data URL. A sample is filled in.", required=True),)
EXAMPLE = {"image": SAMPLE_URL}
UNSEEN = (640, 480)
LINES = ("Sandbox receipt", "1 ticket to Utrecht", "Platform 7, 14:05", "Nothing was read: no model was called")


def reply(body: dict[str, Any]) -> dict[str, Any]:
    width, height = checked(body)
    step = height // (len(LINES) + 1)
    blocks = [
        {"text": line, "box": {"xmin": width // 12, "ymin": step * n, "xmax": width * 11 // 12, "ymax": step * (n + 1)}}
        for n, line in enumerate(LINES)
    ]
    return {"model": body.get("model"), "width": width, "height": height, "text": "\n".join(LINES), "blocks": blocks}


def checked(body: dict[str, Any]) -> tuple[int, int]:
    """The size of the picture. Raises Refused where there is none."""
    image = body.get("image")
    if not isinstance(image, str) or not image.startswith(("https://", "http://", "data:image/")):
        raise Refused("image must be an http address or a data URL of a picture.", "image")
    content = from_data_url(image)
    if image.startswith("data:") and content is None:
        raise Refused("image is a data URL, but no base64 of a PNG, JPEG, GIF or WebP.", "image")
    return (size(content) if content else None) or UNSEEN


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
