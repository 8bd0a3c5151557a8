"""The addresses that a list links to, as HTML: its query string is encoded once, and each link is made of its parts."""

from functools import lru_cache
from urllib.parse import urlencode

from catalog.search.query import SAFE, Query, manner

AND = b"&amp;"


class Links:
    """Query strings of a list's neighbours. What is not said is as the list has it, but for the page, which is the first."""

    def __init__(self, query: Query):
        self.query = query
        self.narrowing = [urlencode([pair], safe=SAFE).encode() for pair in query.narrowing()]
        self.all = AND.join(self.narrowing)

    def to(self, *, served: str = "", sort: str | None = None, view: str | None = None, page: int = 1, basis: str = "") -> bytes:
        now = self.query
        sort, view = now.sort if sort is None else sort, now.view if view is None else view
        return joined(self.all, told(served or now.served, now.usual, sort, view, page, basis or now.basis))

    def without(self, place: int) -> bytes:
        """Without one of the filters, limits or texts."""
        now, left = self.query, [pair for n, pair in enumerate(self.narrowing) if n != place]
        return joined(AND.join(left), told(now.served, now.usual, now.sort, now.view, 1, now.basis))


@lru_cache(maxsize=1000)
def told(*words: str | int) -> bytes:
    """What `manner` says, as a part of a query string."""
    return AND.join(f"{name}={word}".encode() for name, word in manner(*words))


def joined(narrowing: bytes, manner: bytes) -> bytes:
    return narrowing + AND + manner if narrowing and manner else narrowing or manner
