"""Systematic damage to a JSON value: every place in it missing, or replaced by something that nobody expects there."""

import copy
from collections.abc import Iterator
from typing import Any

Place = tuple[str | int, ...]


def nested(depth: int) -> Any:
    found: Any = "deep"
    for _ in range(depth):
        found = [found]
    return found


ODD: dict[str, Any] = {
    "null": None, "true": True, "zero": 0, "negative": -1, "fraction": 0.5, "huge": 10**400, "far": 1e308,
    "nan": float("nan"), "infinite": float("-inf"), "blank": "", "nul": "a\0b", "surrogate": "a\ud800b", "digits": "²٣",
    "long": "word " * 20_000, "list": [], "list of null": [None], "list of lists": [[[]]], "object": {},
    "other object": {"a": {"b": []}}, "list of objects": [{}],
    "list of numbers": [1, -2.5, 10**400], "list of texts": ["", "\ud800"], "deep": nested(400),
}  # fmt: skip
MOST_DEPTH = 6


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    """Where something stands in `value`, from the outside in; of a list the first and the last entry."""
    if place:
        yield place
    inner: list[str | int] = list(value) if isinstance(value, dict) else []
    if isinstance(value, list) and value:
        inner = sorted({0, len(value) - 1})
    for name in inner if len(place) < MOST_DEPTH else []:
        yield from places(value[name], (*place, name))


def damaged(value: Any) -> Iterator[tuple[str, Any]]:
    """`(what was done, the damaged copy)` for every place of `value` and every kind of damage."""
    for place in places(value):
        yield f"{place} missing", without(value, place)
        for name, odd in ODD.items():
            yield f"{place} {name}", with_odd(value, place, odd)
        if isinstance(found := at(value, place), str):
            yield f"{place} with a surrogate", with_odd(value, place, f"{found}\ud800\0")


def without(value: Any, place: Place) -> Any:
    found = copy.deepcopy(value)
    del holder(found, place)[place[-1]]
    return found


def with_odd(value: Any, place: Place, odd: Any) -> Any:
    found = copy.deepcopy(value)
    holder(found, place)[place[-1]] = odd
    return found


def holder(value: Any, place: Place) -> Any:
    for name in place[:-1]:
        value = value[name]
    return value


def at(value: Any, place: Place) -> Any:
    return holder(value, place)[place[-1]]
