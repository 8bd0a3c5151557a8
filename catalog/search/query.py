"""What a visitor asks of the list: the state of the page, which is its query string."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from catalog.search.bounds import BOUNDS, RANGES, Bound
from catalog.search.facets import FACETS, Facet

BASES = {"list": "List", "effective": "Effective"}  # which price is shown; effective counts the top-up fee
DEFAULT_BASIS = "list"
SAFE = ":/@"  # what stands in a query string as it is
# Where models are looked for. Once a gateway has said what it serves, lists open on that.
WHERE = {"yes": "On this gateway", "no": "Not on this gateway", "any": "All models"}


@dataclass(frozen=True)
class Query:
    """What a visitor asks of the list. `chosen` is `{facet: values}`, `bounds` `{bound: text}`; its query string is the
    state of the page.
    """

    text: str = ""
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    basis: str = DEFAULT_BASIS
    bounds: dict[str, str] = field(default_factory=dict)
    view: str = ""
    served: str = "any"
    usual: str = "any"  # what its address need not say

    def pairs(self) -> list[tuple[str, str]]:
        return self.narrowing() + manner(self.served, self.usual, self.sort, self.view, self.page, self.basis)

    def narrowing(self) -> list[tuple[str, str]]:
        found = [("q", self.text)] if self.text else []
        found += [(facet, value) for facet, values in self.chosen.items() for value in values]
        return found + list(self.bounds.items())

    def __str__(self) -> str:
        return urlencode(self.pairs(), safe=SAFE)

    def without(self, facet: str, value: str) -> Query:
        left = tuple(other for other in self.chosen.get(facet, ()) if other != value)
        return self.choosing(facet, left)

    def adding(self, facet: str, value: str) -> Query:
        return self.choosing(facet, (*self.chosen.get(facet, ()), value))

    def choosing(self, facet: str, values: tuple[str, ...]) -> Query:
        chosen = {**self.chosen, facet: values}
        return replace(self, chosen={key: found for key, found in chosen.items() if found}, page=1)

    def unbound(self, key: str) -> Query:
        return replace(self, bounds={name: text for name, text in self.bounds.items() if name != key}, page=1)

    def looking(self, served: str) -> Query:
        return replace(self, served=served, page=1)

    def sorted_by(self, sort: str) -> Query:
        return replace(self, sort=sort, page=1)

    def at(self, page: int) -> Query:
        return replace(self, page=page)

    @property
    def limits_price(self) -> bool:
        """Whether the basis of prices says which models there are. It never says their order: effective is list by a constant."""
        return any(key in self.bounds for key in RANGES[0])

    def filters(self) -> list[tuple[Facet, str]]:
        return [(facet, value) for facet in FACETS for value in self.chosen.get(facet.key, ())]

    def limits(self) -> list[tuple[Bound, str]]:
        return [(BOUNDS[key], text) for key, text in self.bounds.items()]

    @property
    def narrows(self) -> int:
        """How many filters and limits it has."""
        return len(self.filters()) + len(self.bounds)


def manner(served: str, usual: str, sort: str, view: str, page: int, basis: str) -> list[tuple[str, str]]:
    """What an address says of how models are shown, in words that need no quoting."""
    found = [("served", served)] if served != usual else []
    found += [("sort", sort)] if sort else []
    found += [("view", view)] if view else []
    found += [("page", str(page))] if page > 1 else []
    return found + ([("prices", basis)] if basis != DEFAULT_BASIS else [])
