"""Pages as pieces: bytes that are joined when a page is sent, of which those that many pages share are the same objects."""

from collections.abc import Iterable

from catalog.recent import Recent
from catalog.snapshot import Snapshot

CAPACITY = 24 * 1024 * 1024  # bytes: of 33 KB of a model's page some 15 are its own, the others are shared, and counted each time
Pieces = tuple[bytes, ...]


def kept(now: Snapshot) -> Recent[Pieces]:
    """Those that were made of a snapshot. They go with it, and are kept within a bound."""
    return now.kept.setdefault("pieces", Recent(CAPACITY, weight))


def weight(pieces: Pieces) -> int:
    return sum(map(len, pieces))


def encoded(texts: Iterable[str]) -> Pieces:
    return tuple(text.encode() for text in texts)


def woven(pieces: Iterable[bytes], between: Iterable[Pieces]) -> Pieces:
    """`pieces` with one of `between` after each but the last."""
    first, *rest = pieces
    return (first, *(piece for other, text in zip(between, rest, strict=True) for piece in (*other, text)))
