"""One text of every model, all of them end to end: a word is looked for in all models at the speed of memory."""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from catalog.search.bits import set_of
from catalog.search.moves import Move


class Texts:
    """Texts in UTF-8, one a model, in the order in which they are added. None has the end of a line in it."""

    def __init__(self) -> None:
        self.whole = bytearray()
        self.starts = array("Q", [0])

    def add(self, text: str) -> None:
        self.whole += text.encode() + b"\n"
        self.starts.append(len(self.whole))

    def after(self, move: Move, come: Iterable[str]) -> "Texts":
        """Those of the cards that `move` leads to, with the texts of those that come. These stay as they are."""
        new, more = Texts(), iter(come)
        for span in move.parts():
            if span:
                new.take(self, *span)
            else:
                new.add(next(more))
        return new

    def take(self, other: "Texts", start: int, stop: int) -> None:
        """Adds some of another's."""
        begin, end = other.starts[start], other.starts[stop]
        shift = len(self.whole) - begin
        self.whole += memoryview(other.whole)[begin:end]
        self.starts.extend(array("Q", map(shift.__add__, other.starts[start + 1 : stop + 1])))

    def has(self, word: str) -> bool:
        """Whether any text has this whole word."""
        return bool(re.search(rb"(?<![^ \n])%b(?![^ \n])" % re.escape(word.encode()), self.whole))

    def having(self, part: str) -> int:
        """The set of the models in whose text `part` stands."""
        return set_of(self.places(part.encode()), len(self.starts))

    def places(self, part: bytes) -> Iterator[int]:
        at = self.whole.find(part)
        while at >= 0:
            place = bisect_right(self.starts, at) - 1
            yield place
            at = self.whole.find(part, self.starts[place + 1])
