"""What a visitor asks of the list, as its query string says it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import QueryDict

from catalog.search.bounds import BOUNDS, RANGES, Bound
from catalog.search.facets import FACETS, Facet
from catalog.search.sorts import DEFAULT_SORT, SORTS

if TYPE_CHECKING:
    from catalog.search.index import Index

MAX_TEXT = 200
VIEWS = ("table", "cards")
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


def parse(params: QueryDict, index: Index, usual: str = "") -> tuple[Query, list[str]]:
    """The query and what is wrong with it: a value that no facet has is left out, and named with what is known.

    `usual`: which models it is about where it does not say, else as the index has it.
    """
    errors: list[str] = []
    chosen = {facet.key: checked(facet, params.getlist(facet.key), index, errors) for facet in FACETS}
    chosen = {key: values for key, values in chosen.items() if values}
    text, sort = text_of(params, errors), word_of(params, "sort", SORTS, errors)
    basis, wrong = basis_of(params)
    view = word_of(params, "view", VIEWS, errors)
    usual_sort, usual = "" if text else DEFAULT_SORT, usual or index.usual
    served = word_of(params, "served", WHERE, errors) or usual
    query = Query(
        text, chosen, "" if sort == usual_sort else sort, page_of(params, errors), basis,
        limits(params, errors), "" if view == "table" else view, served, usual,
    )  # fmt: skip
    return query, errors + wrong


def text_of(params: QueryDict, errors: list[str]) -> str:
    text = params.get("q", "").strip()
    if len(text) > MAX_TEXT:
        errors.append(f"q has {len(text)} characters; at most {MAX_TEXT} are searched. Shorten it.")
    return text[:MAX_TEXT]


def word_of(params: QueryDict, key: str, known: Iterable[str], errors: list[str]) -> str:
    """The value of a key that takes one of a closed list, blank where it is left out."""
    word = params.get(key, "")
    if word and word not in known:
        errors.append(f"{key} “{word[:40]}” is not known. Known: {', '.join(known)}.")
        return ""
    return word


def page_of(params: QueryDict, errors: list[str]) -> int:
    page = params.get("page") or "1"
    if page.isascii() and page.isdecimal() and 1 <= int(page[:9]) <= 100_000:
        return int(page)
    errors.append("page must be a whole number of at least 1.")
    return 1


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


def limits(params: QueryDict, errors: list[str]) -> dict[str, str]:
    """The typed limits that can be read; of two that exclude each other, the first."""
    typed = {key: text for key in BOUNDS if (text := params.get(key, "").strip())}
    found = {key: text for key, text in typed.items() if BOUNDS[key].kind.read(text) is not None}
    errors += [f"{key} “{text[:40]}” is not {BOUNDS[key].kind.wanted}." for key, text in typed.items() if key not in found]
    for low, high in RANGES:
        if low in found and high in found and read(low, found) > read(high, found):
            errors.append(f"{low} is above {high}, so no model can lie between them. {high} was left out.")
            del found[high]
    return found


def read(key: str, found: dict[str, str]) -> Any:
    return BOUNDS[key].kind.read(found[key])
