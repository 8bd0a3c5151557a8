"""A streamed answer as it is shown while it comes: without the key, also where the gateway spells it out in pieces."""

from typing import NamedTuple

from gateway.masking import Mask, Rolling

WITHHELD = ": events that together spell out the key are not shown\n\n"


class Piece(NamedTuple):
    """What one read of the network brought: the text and the reasoning it adds, the events as received, and when, in ms
    since the start.
    """

    text: str
    thought: str
    raw: str
    at: float


class Live:
    def __init__(self, mask: Mask):
        self._text, self._thought, self._raw = Rolling(mask), Rolling(mask), ""

    def piece(self, text: str, thought: str, raw: str, at: float) -> Piece:
        """What of it may be shown by now; events wait as long as the text does that they carry."""
        said, thought = self._text.feed(text), self._thought.feed(thought)
        self._raw = WITHHELD if self._text.spelled or self._thought.spelled else self._raw + raw
        waits = self._text.waits or self._thought.waits
        shown, self._raw = ("", self._raw) if waits else (self._raw, "")
        return Piece(said, thought, shown, at)

    def rest(self, at: float) -> Piece | None:
        """What still waited at the end, None where nothing did."""
        text, thought, raw, self._raw = self._text.end(), self._thought.end(), self._raw, ""
        return Piece(text, thought, raw, at) if raw else None
