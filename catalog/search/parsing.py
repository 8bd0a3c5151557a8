"""A query string read as a query; whatever is not known is named and left out."""

from collections.abc import Iterable
from typing import Any

from django.http import QueryDict

from catalog.search.bounds import BOUNDS, RANGES
from catalog.search.facets import FACETS, Facet
from catalog.search.index import Index
from catalog.search.query import BASES, DEFAULT_BASIS, WHERE, Query
from catalog.search.sorts import DEFAULT_SORT, SORTS

MAX_TEXT = 200
VIEWS = ("table", "cards")


def parse(params: QueryDict, index: Index, usual: str = "") -> tuple[Query, list[str]]:
    """The query and what is wrong with it: a value that no facet has is left out, and named with what is known.

    `usual`: which models it is about where it does not say, else as the index has it.
    """
    errors: list[str] = []
    chosen = {facet.key: checked(facet, params.getlist(facet.key), index, errors) for facet in FACETS if facet.key in params}
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
    known = [value for value in values if value in index.bits[facet.key] or value in (facet.labels or ())]
    for value in values:
        if value and value not in known:
            errors.append(f"{facet.key} “{value[:40]}” is not known.")
    return tuple(dict.fromkeys(known))


def limits(params: QueryDict, errors: list[str]) -> dict[str, str]:
    """The typed limits that can be read; of two that exclude each other, the first."""
    typed = {key: text for key in BOUNDS if key in params and (text := params[key].strip())}
    found = {key: text for key, text in typed.items() if BOUNDS[key].kind.read(text) is not None}
    errors += [f"{key} “{text[:40]}” is not {BOUNDS[key].kind.wanted}." for key, text in typed.items() if key not in found]
    for low, high in RANGES:
        if low in found and high in found and read(low, found) > read(high, found):
            errors.append(f"{low} is above {high}, so no model can lie between them. {high} was left out.")
            del found[high]
    return found


def read(key: str, found: dict[str, str]) -> Any:
    return BOUNDS[key].kind.read(found[key])
