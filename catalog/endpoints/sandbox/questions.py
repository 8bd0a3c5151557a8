"""What a question offers to fill a value with: its names, its numbers, the word behind a property's name."""

import re
from itertools import pairwise

WORD = re.compile(r"[^\W\d_][\w'’-]*")
NUMBER = re.compile(r"(?<![\w.])-?\d{1,12}(?:\.\d{1,6})?(?![\w.]*\d)")
LONGEST = 60  # characters of one word that are taken over
# Short words, and those that every question has.
COMMON = frozenset("about could does from have into please should tell that their them then there this what when where which "
                   "will with would your give show call tool function".split())  # fmt: skip


def keywords(text: str) -> set[str]:
    """Words of at least four letters that say something, without a plural's s; `get_weatherReport` has several."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text[:10_000]).replace("_", " ")
    words = {word.lower().removesuffix("'s") for word in WORD.findall(apart)}
    return {word.removesuffix("s") for word in words if len(word) > 3 and word not in COMMON}


def numbers(text: str) -> list[int | float]:
    return [float(found) if "." in found else int(found) for found in NUMBER.findall(text[:10_000])]


def mentions(text: str, name: str) -> bool:
    """Whether all the words of a name such as `sort_by` are in the text."""
    words = re.split(r"[\W_]+", name.lower())
    said = set(re.split(r"[\W_]+", text[:10_000].lower()))
    return any(words) and set(filter(None, words)) <= said


def word_for(name: str, text: str, variant: int = 0) -> str:
    """A word of the text for a property: the one behind its name, else a name in it, else its longest word."""
    words = [word[:LONGEST] for word in WORD.findall(text[:10_000])]
    behind = [word for before, word in pairwise(words) if before.lower() == name.lower()]
    named = [word for word in words[1:] if word[0].isupper() and len(word) > 1]
    candidates = behind or named or sorted(words, key=len, reverse=True)[:1]
    found = candidates[variant % len(candidates)] if candidates else name or "text"
    return found if variant < max(1, len(candidates)) else f"{found} {variant + 1}"
