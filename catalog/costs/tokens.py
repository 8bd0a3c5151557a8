"""How many tokens a text is: exact where a model's encoding is known, else an estimate by another one. Keeps no text."""

import asyncio
import base64
import gzip
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import NamedTuple

import tiktoken

from catalog.cards import Card

FOLDER = Path(__file__).parent.parent / "data" / "encodings"
ENCODINGS = ("cl100k_base", "o200k_base")
ESTIMATE = "o200k_base"  # for models whose own encoding is not public, or not here
SAME_FOR_TEXT = {"o200k_harmony": "o200k_base"}  # differs in its special tokens only
LARGEST = 500_000  # bytes; a run of blanks twice as long ends tiktoken's matcher

# One text at a time: a large one takes a processor for about a second.
_counter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="tokens")


class Count(NamedTuple):
    characters: int
    tokens: int
    encoding: str


def encoding_of(card: Card) -> str | None:
    """The encoding that OpenAI's table names for a model, where it is one of ours; None where it is not known."""
    name = card.slug.rpartition("/")[2]
    if card.provider != "openai" and not name.startswith("gpt-oss-"):
        return None
    try:
        found = tiktoken.encoding_name_for_model(name)
    except KeyError:
        return None
    return next((known for known in ENCODINGS if known == SAME_FOR_TEXT.get(found, found)), None)


def best_for(cards: list[Card]) -> str:
    """The encoding of the first model that has a known one."""
    return next(filter(None, map(encoding_of, cards)), ESTIMATE)


async def count(text: str, encoding: str) -> Count:
    """Off the event loop; the first count of a process also reads the encoding, which takes half a second."""
    return await asyncio.get_running_loop().run_in_executor(_counter, counted, text, encoding)


async def total(texts: Sequence[str], encoding: str) -> int:
    """Tokens of several texts, each counted for itself; off the event loop."""
    counts = await asyncio.get_running_loop().run_in_executor(_counter, lambda: [counted(text, encoding) for text in texts])
    return sum(found.tokens for found in counts)


def counted(text: str, encoding: str) -> Count:
    # Words that look like special tokens are text here, as they are in a message.
    return Count(len(text), len(loaded(encoding).encode_ordinary(text)), encoding)


@cache
def loaded(name: str) -> tiktoken.Encoding:
    """The encoding from its file here: tiktoken itself would fetch it from the network."""
    stored = json.loads(gzip.decompress((FOLDER / f"{name}.json.gz").read_bytes()))
    table = ranks(stored["bpe_ranks"])
    found = tiktoken.Encoding(name, pat_str=stored["pat_str"], mergeable_ranks=table, special_tokens=stored["special_tokens"])
    table.clear()  # some 30 MB: what counts has a table of its own, and only a pickle would need this one
    return found


def ranks(text: str) -> dict[bytes, int]:
    """`! <first rank> <token> <token> …` a line, tokens in base64."""
    found = {}
    for row in text.splitlines():
        _, first, *tokens = row.split(" ")
        found |= {base64.b64decode(token): int(first) + place for place, token in enumerate(tokens)}
    return found
