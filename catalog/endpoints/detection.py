"""Detection: `POST /detections`: a picture in, the objects in it with their boxes out, in pixels from the upper left."""

import hashlib
from typing import Any

from catalog.endpoints.answers import Refused
from catalog.endpoints.parameters import Parameter
from catalog.endpoints.reading import boxes
from catalog.endpoints.sandbox.pictures import SAMPLE_URL, from_data_url, size

MODALITY = "detection"
LABEL = "Detection"
BADGE = "detection"
PATH = "/detections"
SUMMARY = "An image in, the objects in it with their boxes out."
METERS = ("images", "requests")
RESPONSE_TYPE = "application/json"

PARAMETERS = (
    Parameter("image", "image", "Picture", "An address, or a data URL. A sample is filled in.", required=True),
    Parameter("threshold", "number", "Threshold", "Lowest score to return.", minimum=0, maximum=1, step=0.05),
)
EXAMPLE = {"image": SAMPLE_URL, "threshold": 0.5}
LABELS = ("person", "bicycle", "tram", "dog", "traffic light", "bench")
UNSEEN = (640, 480)  # the sandbox fetches nothing, so a picture behind an address has this size


def reply(body: dict[str, Any]) -> dict[str, Any]:
    image, threshold = checked(body)
    content = from_data_url(image)
    width, height = (size(content) if content else None) or UNSEEN
    digest = hashlib.sha256(image.encode(errors="surrogatepass")).digest()
    found = [boxed(digest[n * 6 : n * 6 + 6], width, height) for n in range(3)]
    kept = sorted((row for row in found if row["score"] >= threshold), key=lambda row: -row["score"])
    return {"model": body.get("model"), "width": width, "height": height, "objects": kept}


def checked(body: dict[str, Any]) -> tuple[str, float]:
    image, threshold = body.get("image"), body.get("threshold", 0)
    if not isinstance(image, str) or not image.startswith(("https://", "http://", "data:image/")):
        raise Refused("image must be an http address or a data URL of a picture.", "image")
    if image.startswith("data:") and from_data_url(image) is None:
        raise Refused("image is a data URL, but no base64 of a PNG, JPEG, GIF or WebP.", "image")
    if isinstance(threshold, bool) or not isinstance(threshold, int | float) or not 0 <= threshold <= 1:
        raise Refused("threshold must be a number from 0 to 1.", "threshold")
    return image, float(threshold)


def boxed(seed: bytes, width: int, height: int) -> dict[str, Any]:
    left, top = width * (seed[0] % 60) // 100, height * (seed[1] % 60) // 100
    right, bottom = left + width * (15 + seed[2] % 25) // 100, top + height * (15 + seed[3] % 25) // 100
    box = {"xmin": left, "ymin": top, "xmax": min(right, width), "ymax": min(bottom, height)}
    return {"label": LABELS[seed[4] % len(LABELS)], "score": round(0.5 + seed[5] / 520, 3), "box": box}


def usage(request: dict[str, Any] | None, response: dict[str, Any] | None) -> dict[str, int]:
    return {"images": 1}


def view(request: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
    """The picture, and the objects ready to be drawn on it, those of one label in one colour."""
    found = boxes.shown(request, response)
    rows = [row for row in response.get("objects") or [] if isinstance(row, dict)]
    names = [str(row.get("label")) for row in rows]
    inks = list(dict.fromkeys(names))
    objects = [
        {"label": row.get("label"), "score": row.get("score"), "ink": inks.index(name) % boxes.INKS + 1}
        | boxes.drawable(row.get("box"), name, found["size"])
        for row, name in zip(rows, names, strict=True)
    ]
    return found | {"objects": objects}
