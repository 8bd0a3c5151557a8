"""The columns of a list of models: those that its modality has, with heads that sort."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from django.utils.safestring import SafeString

from catalog.search.query import Query
from catalog.search.sorts import DEFAULT_SORT

TOKENS = {"chat", "moderation", "classification", "translation"}
MIXED = ("mod", "caps", "ctx", "n", "o", "per", "day")
# Media have no context and are not paid by the token going out.
CELLS = {key: ("caps", "ctx", "n", "o", "per", "day") for key in TOKENS}
CELLS |= {"embedding": ("dims", "ctx", "n", "per", "day"), "rerank": ("ctx", "n", "per", "day")}
MEDIA = ("kinds", "n", "per", "day")


class Column(NamedTuple):
    """A head of the table. `link` is the query that a click asks for, `asked` its order, `now` the present one (`aria-sort`)."""

    label: str
    css: str = ""
    link: Query | SafeString | None = None
    now: str = ""
    asked: str = ""


class Head(NamedTuple):
    """What a cell is called, what it sorts by and in which direction first ("" up, "-" down)."""

    label: str
    css: str
    sort: str = ""
    first: str = ""


HEADS = {
    "mod": Head("Modality", "mod", "modality"),
    "caps": Head("Can do", "caps", "abilities", "-"),
    "kinds": Head("Takes", "kinds", "kinds", "-"),
    "dims": Head("Dimensions", "dims n", "dimensions", "-"),
    "ctx": Head("Context", "ctx n", "context", "-"),
    "n": Head("Price", "n", "price"),
    "o": Head("Output", "n o", "output"),
    "per": Head("Per", "per", "unit"),
    "day": Head("Released", "day", "released", "-"),
}


def cells(modalities: Iterable[str | None]) -> tuple[str, ...]:
    """The cells of a row. A list of one modality shows what that has; one of several, what tells them apart."""
    kinds = set(modalities)
    return CELLS.get(str(*kinds), MEDIA) if len(kinds) == 1 and kinds != {"unknown"} and kinds != {None} else MIXED


def columns(query: Query, shown: tuple[str, ...] = MIXED) -> list[Column]:
    """The heads, with their links."""
    return [column._replace(link=query.sorted_by(column.asked)) for column in heads(shown, order(query), query.basis)]


def order(query: Query, typed: str = "") -> str:
    """The present order. `typed` is the one that the query's text names."""
    return query.sort or typed or ("" if query.text else DEFAULT_SORT)


@lru_cache(maxsize=1000)
def heads(shown: tuple[str, ...], now: str, basis: str) -> list[Column]:
    return [head(Head("Model", "", "name"), now, basis), *(head(HEADS[cell], now, basis) for cell in shown)]


def head(told: Head, now: str, basis: str) -> Column:
    """A sortable head: a click asks for the natural direction, a second one for the other."""
    other = "" if told.first else "-"
    way = {told.sort: "ascending", f"-{told.sort}": "descending"}.get(now, "")
    asked = f"{other if now == told.first + told.sort else told.first}{told.sort}"
    label = f"Effective {told.label.lower()}" if told.css in ("n", "n o") and basis == "effective" else told.label
    return Column(label, told.css, None, way, asked)
