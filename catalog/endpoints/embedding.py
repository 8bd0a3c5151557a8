"""Embeddings: `POST /embeddings`, as in OpenAI's API reference."""

import base64
import struct
from typing import Any

from catalog.endpoints.answers import Refused, counted, counts, is_figure, tokens
from catalog.endpoints.parameters import Parameter
from catalog.endpoints.sandbox.vectors import LENGTH, cosine, vector

MODALITY = "embedding"
LABEL = "Embedding"
BADGE = "embedding"
PATH = "/embeddings"
SUMMARY = "Texts in, one vector for each out."
METERS = ("input_tokens", "images", "requests")
RESPONSE_TYPE = "application/json"
SDK = {
    "method": "embeddings.create",
    "fields": frozenset("model input dimensions encoding_format user".split()),
    "python": "print(len(r.data), r.data[0].embedding[:4])",
    "typescript": "console.log(r.data.length, r.data[0].embedding.slice(0, 4));",
}

MAX_TEXTS = 2048
MOST_SHOWN = 24  # texts whose likeness is shown
PARAMETERS = (
    Parameter("input", "list", "Texts", "One a line. Each gives one vector.", required=True),
    Parameter("dimensions", "integer", "Dimensions", "Length of a vector, if it can be cut.", minimum=1, maximum=4096),
    Parameter(
        "encoding_format", "choice", "Encoding", "base64 is a quarter of the size of float.",
        choices=("float", "base64"), default="float", advanced=True,
    ),
)  # fmt: skip
EXAMPLE = {"input": ["a cat on a mat", "cats on mats", "tax law"], "dimensions": 8, "encoding_format": "float"}
QUICKSTART = {"input": ["a cat on a mat", "tax law"], "encoding_format": "float"}


def reply(body: dict[str, Any]) -> dict[str, Any]:
    texts, length = checked(body)
    packed = body.get("encoding_format") == "base64"
    rows = [
        {"object": "embedding", "index": n, "embedding": pack(found) if packed else found}
        for n, found in enumerate(vector(text, length) for text in texts)
    ]
    count = sum(map(tokens, texts))
    return {"object": "list", "data": rows, "model": body.get("model"), "usage": {"prompt_tokens": count, "total_tokens": count}}


def checked(body: dict[str, Any]) -> tuple[list[str], int]:
    given, length = body.get("input"), body.get("dimensions", LENGTH)
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) and text for text in texts):
        raise Refused("input must be a text, or a list of texts with at least one.", "input")
    if len(texts) > MAX_TEXTS:
        raise Refused(f"input has {len(texts):,} texts; at most {MAX_TEXTS:,} are allowed.", "input")
    if isinstance(length, bool) or not isinstance(length, int) or not 1 <= length <= 4096:
        raise Refused("dimensions must be a whole number from 1 to 4096.", "dimensions")
    if body.get("encoding_format", "float") not in ("float", "base64"):
        raise Refused("encoding_format must be one of float, base64.", "encoding_format")
    return texts, length


def pack(numbers: list[float]) -> str:
    """32-bit floats, little-endian, as base64: the other encoding of OpenAI's API."""
    return base64.b64encode(struct.pack(f"<{len(numbers)}f", *numbers)).decode()


def unpack(text: str) -> list[float]:
    raw = base64.b64decode(text)
    return list(struct.unpack(f"<{len(raw) // 4}f", raw[: len(raw) // 4 * 4]))


def usage(request: dict[str, Any] | None, response: dict[str, Any] | None) -> dict[str, int]:
    return counts({"input_tokens": counted(response).get("prompt_tokens")})


def view(request: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
    """The texts, how alike each two are, and how the vectors begin; of many texts the first, since pairs grow quickly."""
    given, data = request.get("input"), response.get("data") or []
    texts = [given] if isinstance(given, str) else [str(text) for text in given or []][:MOST_SHOWN]
    rows = [row["embedding"] for row in data[:MOST_SHOWN]]
    vectors = [unpack(row) if isinstance(row, str) else row for row in rows]
    units = [unit(numbers) for numbers in vectors]
    matrix = [[warmed(cosine(one, other)) for other in units] for one in units]
    return {
        "count": len(data), "more": len(data) > MOST_SHOWN, "length": len(vectors[0]) if vectors else 0,
        "matrix": list(zip(texts, matrix, strict=False)),
        "beginnings": [(text, numbers[:6]) for text, numbers in zip(texts, vectors, strict=False)],
    }  # fmt: skip


def warmed(likeness: float) -> tuple[float, int]:
    """A cosine and the tint of its cell, from 0 to 5."""
    return likeness, max(0, min(5, int(likeness * 5.001)))


def unit(numbers: list[float]) -> list[float]:
    """The vector at length 1. Raises ValueError where it is no list of numbers."""
    if not all(map(is_figure, numbers)):
        raise ValueError("A vector is a list of numbers.")
    size = sum(value * value for value in numbers) ** 0.5
    return [value / size for value in numbers] if size else numbers
