"""One text of every model, all of them end to end: a word is looked for in all models at the speed of memory."""

from array import array
from bisect import bisect_right
from collections.abc import Iterator

from catalog.search.bits import set_of


class Texts:
    """Texts in UTF-8, one a model, in the order in which they are added. None has the end of a line in it."""

    def __init__(self) -> None:
        self.whole = bytearray()
        self.starts = array("Q", [0])

    def add(self, text: str) -> None:
        self.whole += text.encode() + b"\n"
        self.starts.append(len(self.whole))

    def having(self, part: str) -> int:
        """The set of the models in whose text `part` stands."""
        return set_of(self.places(part.encode()), len(self.starts))

    def places(self, part: bytes) -> Iterator[int]:
        at = self.whole.find(part)
        while at >= 0:
            place = bisect_right(self.starts, at) - 1
            yield place
            at = self.whole.find(part, self.starts[place + 1])
