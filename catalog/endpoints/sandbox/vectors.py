"""Vectors for the sandbox: equal texts give equal vectors, similar texts near ones. No model: words and their parts, hashed."""

import math
import re
from zlib import crc32

LENGTH = 256


def vector(text: str, length: int = LENGTH) -> list[float]:
    """A unit vector for `text`; a text without a word gives a fixed one."""
    found = [0.0] * length
    for feature, weight in features(text):
        digest = crc32(feature.encode())
        found[digest % length] += weight if digest & 0x80000000 else -weight
    size = math.sqrt(sum(value * value for value in found))
    if not size:
        return [1.0] + [0.0] * (length - 1)
    return [round(value / size, 7) for value in found]


def features(text: str) -> list[tuple[str, float]]:
    """The words of a text and, weaker, their parts of three letters, so that `cat` and `cats` are near."""
    words = re.findall(r"\w+", text.lower())
    parts = [f"#{padded[n : n + 3]}" for word in words for padded in (f"<{word}>",) for n in range(len(padded) - 2)]
    return [(word, 1.0) for word in words] + [(part, 0.5) for part in parts]


def cosine(one: list[float], other: list[float]) -> float:
    """Similarity of two unit vectors, from -1 to 1."""
    return sum(a * b for a, b in zip(one, other, strict=True))
