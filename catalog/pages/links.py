"""The addresses that a list links to, as HTML: its query string is encoded once, and each link is made of its parts."""

from collections.abc import Sequence
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
        return self.joined(self.all, served, sort, view, page, basis)

    def without(self, place: int) -> bytes:
        """Without one of the filters, limits or texts."""
        left: Sequence[bytes] = [pair for n, pair in enumerate(self.narrowing) if n != place]
        return self.joined(AND.join(left))

    def joined(
        self, narrowing: bytes, served: str = "", sort: str | None = None, view: str | None = None, page: int = 1,
        basis: str = "",
    ) -> bytes:  # fmt: skip
        now = self.query
        told = manner(
            served or now.served, now.usual, now.sort if sort is None else sort, now.view if view is None else view, page,
            basis or now.basis,
        )  # fmt: skip
        rest = "&amp;".join([f"{name}={word}" for name, word in told]).encode()
        return narrowing + AND + rest if narrowing and rest else narrowing or rest
