"""Log probabilities for the words of the sandbox: made up from a digest, always the same for the same word."""

import hashlib
import math
from typing import Any

OTHERS = (
    " the", " a", " and", " of", " to", " in", " is", " it", " that", " for", " on", " with", " as", " at", " by", " from", " or",
    " an", " be", " this", " are", " not",
)  # fmt: skip


def logprobs(words: list[str], top: int) -> list[dict[str, Any]]:
    """A row for each word, with the `top` likeliest words at its place, itself first."""
    return [row(word, top) for word in words]


def row(word: str, top: int) -> dict[str, Any]:
    digest = hashlib.sha256(word.encode(errors="replace")).digest()
    chance = 0.5 + digest[0] / 512
    start = digest[1] % len(OTHERS)
    others = [other for other in (*OTHERS[start:], *OTHERS[:start]) if other != word]
    # Each of the others is less than half as likely as the one before it, so the sum stays under 1.
    ranked = [(word, chance), *((other, (1 - chance) * 0.45**rank) for rank, other in enumerate(others, 1))]
    return entry(word, chance) | {"top_logprobs": [entry(*pair) for pair in ranked[:top]]}


def entry(word: str, chance: float) -> dict[str, Any]:
    return {"token": word, "logprob": round(math.log(chance), 6), "bytes": list(word.encode(errors="replace"))}
