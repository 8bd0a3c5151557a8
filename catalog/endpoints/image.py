"""Images: `POST /images/generations`, as in OpenAI's API reference."""

import base64
import binascii
import re
from typing import Any

from catalog.endpoints.answers import Refused, counted, counts
from catalog.endpoints.parameters import Parameter
from catalog.endpoints.sandbox.pictures import data_url, drawn

MODALITY = "image"
LABEL = "Image"
BADGE = "image"
PATH = "/images/generations"
SUMMARY = "A text prompt in, one or more images out."
METERS = ("images", "input_tokens", "image_tokens", "output_tokens", "requests")
ALTERNATIVES = (("images",), ("input_tokens", "image_tokens"))
RESPONSE_TYPE = "application/json"
SDK = {
    "method": "images.generate",
    "fields": frozenset("model prompt n size quality response_format style background output_format user".split()),
    "python": "image = r.data[0]\nprint(image.url or f\"{len(image.b64_json)} characters of base64\")",
    "typescript": "const image = r.data[0];\nconsole.log(image.url ?? `${image.b64_json.length} characters of base64`);",
}

LARGEST = 2048  # pixels of a side
MOST = 10
MOST_PIXELS = MOST * 1024 * 1024  # of all pictures of an answer together
SIZE = re.compile(r"([1-9]\d{1,3})x([1-9]\d{1,3})")
PARAMETERS = (
    Parameter("prompt", "text", "Prompt", "What the picture shows.", required=True, max_length=32_000),
    Parameter("n", "integer", "How many", "Each is paid for.", default=1, minimum=1, maximum=MOST),
    Parameter("size", "string", "Size", "Width x height in pixels, such as 1024x1024. Blank: the model's own.", max_length=9),
    Parameter("quality", "string", "Quality", "Such as hd, low, high. Blank: the model's own.", max_length=20, advanced=True),
    Parameter(
        "response_format", "choice", "Answer as", "Bytes in the answer, or an address to fetch.",
        choices=("b64_json", "url"), advanced=True,
    ),
)  # fmt: skip
EXAMPLE = {"prompt": "A lighthouse at dusk", "n": 1, "size": "256x256", "response_format": "b64_json"}


def reply(body: dict[str, Any]) -> dict[str, Any]:
    prompt, count, (width, height) = checked(body)
    pictures = [drawn(f"{prompt} {n}", width, height) for n in range(count)]
    wanted = body.get("response_format", "b64_json")
    data = [{"url": data_url(p)} if wanted == "url" else {"b64_json": base64.b64encode(p).decode()} for p in pictures]
    return {"created": 1776947082, "data": data}


def checked(body: dict[str, Any]) -> tuple[str, int, tuple[int, int]]:
    prompt, count, size = body.get("prompt"), body.get("n", 1), body.get("size") or "256x256"
    if not isinstance(prompt, str) or not prompt.strip():
        raise Refused("prompt must be a text with at least one character.", "prompt")
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= MOST:
        raise Refused(f"n must be a whole number from 1 to {MOST}.", "n")
    return prompt, count, sides("256x256" if size == "auto" else size, count)


def sides(size: Any, count: int) -> tuple[int, int]:
    """Width and height of a size such as `1024x1024`. Raises Refused for what the sandbox will not draw `count` times."""
    match = SIZE.fullmatch(str(size))
    if not match or max(int(match[1]), int(match[2])) > LARGEST:
        raise Refused(f"size must be width x height such as 1024x1024, each at most {LARGEST}.", "size")
    if count * int(match[1]) * int(match[2]) > MOST_PIXELS:
        raise Refused(f"{count} pictures of {size} are more than the sandbox draws at once. Ask for fewer or smaller ones.", "n")
    return int(match[1]), int(match[2])


def usage(request: dict[str, Any] | None, response: dict[str, Any] | None) -> dict[str, int]:
    """The images that came, or the tokens where the answer counts them: a model is paid by the one or the other."""
    found = counted(response)
    tokens = {"input_tokens": found.get("input_tokens"), "image_tokens": found.get("output_tokens")}
    return {"images": len(rows(response or {}))} | counts(tokens)


def rows(response: dict[str, Any]) -> list[dict[str, Any]]:
    """The pictures of an answer, each with its bytes or its address."""
    return [row for row in response.get("data") or [] if isinstance(row, dict)]


def files(response: dict[str, Any]) -> list[bytes]:
    """The pictures that the answer carries in itself."""
    found = [decoded(row.get("b64_json") or embedded(row.get("url"))) for row in rows(response)]
    return [content for content in found if content]


def embedded(url: Any) -> str:
    return url.partition(";base64,")[2] if isinstance(url, str) and url.startswith("data:") else ""


def decoded(text: Any) -> bytes:
    try:
        return base64.b64decode(text) if isinstance(text, str) else b""
    except (binascii.Error, ValueError):
        return b""


def view(request: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
    """Addresses of pictures that are not in the answer itself: shown as links, never fetched by the page."""
    urls = [row.get("url") for row in rows(response)]
    return {"links": [url for url in urls if isinstance(url, str) and url.startswith(("https://", "http://"))]}
