"""What a visitor asks of the list: the state of the page, which is its query string."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from catalog.search.bounds import BOUNDS, RANGES, Bound
from catalog.search.facets import FACETS, Facet

BASES = {"list": "List", "effective": "Effective"}  # which price is shown; effective counts the top-up fee
DEFAULT_BASIS = "list"
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
        found = [("q", self.text)] if self.text else []
        found += [(facet, value) for facet, values in self.chosen.items() for value in values]
        found += self.bounds.items()
        found += [("served", self.served)] if self.served != self.usual else []
        found += [("sort", self.sort)] if self.sort else []
        found += [("view", self.view)] if self.view else []
        found += [("page", str(self.page))] if self.page > 1 else []
        return found + ([("prices", self.basis)] if self.basis != DEFAULT_BASIS else [])

    def __str__(self) -> str:
        return urlencode(self.pairs(), safe=":/@")

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

    def shown_as(self, view: str) -> Query:
        return replace(self, view=view)

    def sorted_by(self, sort: str) -> Query:
        return replace(self, sort=sort, page=1)

    def at(self, page: int) -> Query:
        return replace(self, page=page)

    def priced(self, basis: str) -> Query:
        """The same with prices on another basis. Effective is list by a constant, so that the order stays, and the page where
        no limit is one of a price.
        """
        return replace(self, basis=basis, page=1 if any(key in self.bounds for key in RANGES[0]) else self.page)

    def filters(self) -> list[tuple[Facet, str]]:
        return [(facet, value) for facet in FACETS for value in self.chosen.get(facet.key, ())]

    def limits(self) -> list[tuple[Bound, str]]:
        return [(BOUNDS[key], text) for key, text in self.bounds.items()]

    @property
    def narrows(self) -> int:
        """How many filters and limits it has."""
        return len(self.filters()) + len(self.bounds)
