"""What a visitor asks of the list, as its query string says it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import QueryDict

from catalog.search.facets import FACETS, Facet
from catalog.search.sorts import DEFAULT_SORT, SORTS

if TYPE_CHECKING:
    from catalog.search.index import Index

MAX_TEXT = 200
BASES = {"list": "List", "effective": "Effective"}  # which price is shown; effective counts the top-up fee
DEFAULT_BASIS = "list"


@dataclass(frozen=True)
class Query:
    """What a visitor asks of the list. `chosen` is `{facet: values}`; its query string is the state of the page."""

    text: str = ""
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    basis: str = DEFAULT_BASIS

    def pairs(self) -> list[tuple[str, str]]:
        found = [("q", self.text)] if self.text else []
        found += [(facet, value) for facet, values in self.chosen.items() for value in values]
        found += [("sort", self.sort)] if self.sort else []
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

    def sorted_by(self, sort: str) -> Query:
        return replace(self, sort=sort, page=1)

    def at(self, page: int) -> Query:
        return replace(self, page=page)

    def priced(self, basis: str) -> Query:
        """The same with prices on another basis. Effective is list by a constant, so that the order and the page stay."""
        return replace(self, basis=basis)

    def filters(self) -> list[tuple[Facet, str]]:
        return [(facet, value) for facet in FACETS for value in self.chosen.get(facet.key, ())]


def parse(params: QueryDict, index: Index) -> tuple[Query, list[str]]:
    """The query and what is wrong with it: a value that no facet has is left out, and named with what is known."""
    errors: list[str] = []
    chosen = {facet.key: checked(facet, params.getlist(facet.key), index, errors) for facet in FACETS}
    text = params.get("q", "").strip()
    if len(text) > MAX_TEXT:
        errors.append(f"q has {len(text)} characters; at most {MAX_TEXT} are searched. Shorten it.")
    sort = params.get("sort", "")
    if sort and sort not in SORTS:
        errors.append(f"sort “{sort[:40]}” is not known. Known: {', '.join(SORTS)}.")
    page = params.get("page") or "1"
    if not (page.isascii() and page.isdecimal() and 1 <= int(page[:9]) <= 100_000):
        errors.append("page must be a whole number of at least 1.")
        page = "1"
    basis, wrong = basis_of(params)
    chosen = {key: values for key, values in chosen.items() if values}
    usual = "" if text else DEFAULT_SORT
    sort = sort if sort in SORTS and sort != usual else ""
    return Query(text[:MAX_TEXT], chosen, sort, int(page), basis), errors + wrong


def basis_of(params: QueryDict) -> tuple[str, list[str]]:
    """Which price an address asks for, and what is wrong with that."""
    asked = params.get("prices") or DEFAULT_BASIS
    if asked in BASES:
        return asked, []
    return DEFAULT_BASIS, [f"prices “{asked[:40]}” is not known. Known: {', '.join(BASES)}."]


def checked(facet: Facet, values: list[str], index: Index, errors: list[str]) -> tuple[str, ...]:
    known = set(facet.labels or ()) | set(index.bits[facet.key])
    for value in values:
        if value and value not in known:
            errors.append(f"{facet.key} “{value[:40]}” is not known.")
    return tuple(dict.fromkeys(value for value in values if value in known))
