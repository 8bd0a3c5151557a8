"""The words by which a model is found: what a typed text means, and small typos."""

import re
from collections import Counter
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple

from catalog.cards import Card
from catalog.search.bounds import read_tokens
from catalog.vocabulary import CAPABILITIES

ORDERS = {"cheap": "price", "cheapest": "price", "newest": "-released"}
FILLERS = frozenset("a an and at can for has have in least me model models of or over that the to which with".split())
OF_A_SIZE = frozenset("context token tokens window".split())
CONTEXTS = range(16_000, 20_000_000)  # tokens; "4k" and "8k" are sizes of pictures, and 20240806 is a day
ALIKE = 0.8  # of difflib, which is 1 for equal words
SAME = {  # as people say it: as the catalog does
    "text to speech": "speech", "speech to text": "transcription", "speech recognition": "transcription",
    "text to image": "image", "text to video": "video", "text to music": "music", "text to 3d": "3d",
    "function calling": "tools", "function calls": "tools", "tool calling": "tools", "tool calls": "tools", "tool use": "tools",
    "structured output": "json schema", "structured outputs": "json schema",
    "embeddings": "embedding", "images": "image", "videos": "video",
    "transcriptions": "transcription", "translations": "translation",
}  # fmt: skip
SAID = re.compile(rf"(?<!\S)(?:{'|'.join(words.replace(' ', '[ -]') for words in SAME)})(?![^\s,])")
SHORTEST_TYPO = 3  # letters
SHORTEST_BEGINNING = 4  # letters of a word that is still being typed
MOST_MEANT = 3  # words that one slip may stand for


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text asks for: words to find, a context of at least so many tokens, an order. `same` has what was said in
    other words than the catalog's, with those.
    """

    terms: tuple[str, ...] = ()
    context: int | None = None
    sort: str = ""
    same: tuple[tuple[str, str], ...] = ()

    @property
    def empty(self) -> bool:
        return not (self.terms or self.context or self.sort)


@lru_cache(maxsize=1000)
def read(text: str) -> Reading:
    """`cheapest vision tools 200K` as two words, a context of 200,000 tokens and the order by price."""
    said = " ".join(re.sub(r"(?<=\d),(?=\d{3}\b)", "", text.lower()).split())
    same = tuple((found, SAME[found.replace("-", " ")]) for found in SAID.findall(said))
    words = SAID.sub(lambda found: SAME[found[0].replace("-", " ")], said).replace(",", " ").split()
    sizes = {word: size for word in words if (size := size_of(word))}
    orders = {word: ORDERS[word] for word in words if word in ORDERS and len(words) > 1}
    fillers = FILLERS | (OF_A_SIZE if sizes else frozenset())
    left = [word for word in words if word not in sizes and word not in orders]
    telling = [word for word in left if word not in fillers] or ([] if sizes or orders else left)
    terms = tuple(term for word in telling if (term := squash(word)))
    return Reading(terms, max(sizes.values(), default=None), next(iter(orders.values()), ""), same)


def size_of(word: str) -> int | None:
    """The tokens that `200k`, `200k+` or `1m` means, None for any other word."""
    size = read_tokens(word.strip("+>=≥,.")) if re.search(r"\d[km]\b|\d{5}", word) else None
    return size if size is not None and size in CONTEXTS else None  # a range looks through all it has for what is no number


def squash(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


def spaced(*texts: str) -> str:
    """The words of texts in lower case, a blank on either side of each."""
    return f" {' '.join(re.findall(r'[^\W_]+', ' '.join(texts).lower()))} "


class Words(NamedTuple):
    """The words of one model by how much they say of it, as `FIELDS` names them, and its names without blanks and marks."""

    fields: tuple[str, ...]
    squashed: str


FIELDS = ("name", "family and aliases", "provider", "abilities", "description")


def words_of(card: Card) -> Words:
    tail = card.slug.partition("/")[2]
    names = [card.slug, card.name, card.provider_name, card.family or "", *card.aliases]
    return Words(
        (
            spaced(tail, card.name), spaced(card.family or "", *card.aliases), spaced(card.slug, card.provider_name),
            spaced(*abilities(card)), spaced(card.description),
        ),
        " ".join(map(squash, [tail, *names])),
    )  # fmt: skip


def abilities(card: Card) -> list[str]:
    """What a model is and can do, in the words of the filters."""
    found = [card.modality_label, card.badge or "", *(CAPABILITIES[key] for key in card.can)]
    return found + ["free"] * (card.price_state == "free") + ["open weights"] * bool(card.open_weights)


def alike(term: str, known: list[str]) -> list[str]:
    """Words, or beginnings of words, that `term` may be a slip for: two letters swapped, else some wrong, missing or too many.

    Numbers are meant as they are typed: a version that nobody has is not another one.
    """
    if len(term) < SHORTEST_TYPO:
        return []
    near = [word for word in known if word[0] in term[:2] or term[0] in word[:2]]
    whole = [word for word in near if abs(len(word) - len(term)) <= 2 and numbers(word) == numbers(term)]
    swapped = {term[:n] + term[n + 1] + term[n] + term[n + 2 :] for n in range(len(term) - 1)}
    begun = [start for start in swapped if any(word.startswith(start) for word in near)]
    found = [word for word in whole if word in swapped] or begun or get_close_matches(term, whole, MOST_MEANT, ALIKE)
    return found or beginnings(term, near)


def numbers(word: str) -> str:
    return re.sub(r"\D", "", word)


def beginnings(term: str, near: list[str]) -> list[str]:
    """What most words begin with, of that which `term` is one letter away from; none that another one begins with."""
    if len(term) < SHORTEST_BEGINNING:
        return []
    sizes = range(len(term) - 1, len(term) + 2)
    starts = Counter(word[:size] for word in near for size in sizes if one_letter_away(term, word[:size]))
    found: list[str] = []
    for start in sorted(starts, key=lambda start: (-starts[start], -len(start), start)):
        if not any(start.startswith(other) or other.startswith(start) for other in found):
            found.append(start)
    return found[:MOST_MEANT]


def one_letter_away(term: str, start: str) -> bool:
    """Whether a letter is wrong, missing or too many, and no digit."""
    n = next((n for n, pair in enumerate(zip(term, start, strict=False)) if len(set(pair)) > 1), min(len(term), len(start)))
    close = term[n + 1 :] == start[n + 1 :] or term[n:] == start[n + 1 :] or term[n + 1 :] == start[n:]
    return close and numbers(term) == numbers(start)
