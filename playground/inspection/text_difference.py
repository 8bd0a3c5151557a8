"""What differs between two texts: word by word, of longer ones line by line, of still longer ones nothing."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

MOST = 2000  # words, else lines, of one text: the comparison's work grows with their product
WORD = re.compile(r"\s*\S+|\s+")  # with the blanks before it, so that what is added at the end changes no word
LINE = re.compile(r"[^\n]*\n|[^\n]+")


class Stretch(NamedTuple):
    """A part of both texts (`same`), of the first alone (`missing`) or of the second alone (`added`)."""

    kind: str
    text: str


class TextDifference(NamedTuple):
    """`unit` is what was compared, `word` or `line`; blank where the texts are too long, and there are no stretches."""

    unit: str
    stretches: list[Stretch]


def of(a: str, b: str) -> TextDifference:
    for unit, pattern in (("word", WORD), ("line", LINE)):
        ours, theirs = pattern.findall(a), pattern.findall(b)
        if max(len(ours), len(theirs)) <= MOST:
            return TextDifference(unit, list(stretches(ours, theirs)))
    return TextDifference("", [])


def stretches(ours: list[str], theirs: list[str]) -> Iterator[Stretch]:
    for kind, i, i_end, j, j_end in SequenceMatcher(None, ours, theirs).get_opcodes():
        if kind == "equal":
            yield Stretch("same", "".join(ours[i:i_end]))
            continue
        if i < i_end:
            yield Stretch("missing", "".join(ours[i:i_end]))
        if j < j_end:
            yield Stretch("added", "".join(theirs[j:j_end]))
