"""What differs between two JSON values, aligned by path. Knows nothing of runs and pages.

Both values are as `json.loads` gives them and nested no deeper than Python recurses: see `checks.deep`.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]
# What names an entry of a list, the surest first: a tool's name lies one step deeper.
NAMES: tuple[Path, ...] = (("id",), ("index",), ("name",), ("function", "name"))


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where `b` is not what `a` is.

    `kind` is `changed`, `missing` (only in `a`), `added` (only in `b`) or `moved` (an entry of a list that stands elsewhere;
    what differs inside it is told apart). `at` is the path in `a`, `to` the path in `b`; None where the value is not there.
    The walk over everything has the kind `same`, too.
    """

    kind: str
    at: Path | None
    to: Path | None
    a: Any = None
    b: Any = None


def of(a: Any, b: Any) -> list[Difference]:
    """How `a` becomes `b`. Nothing where they are the same JSON; 1 and 1.0 are, 1 and "1" or true are not."""
    return [found for found in walk(a, b) if found.kind != "same"]


def walk(a: Any, b: Any, at: Path = (), to: Path = ()) -> Iterator[Difference]:
    """Every text, number, word and empty container of both values, in the order of `a`."""
    if isinstance(a, dict) and isinstance(b, dict) and (a or b):
        yield from objects(a, b, at, to)
    elif isinstance(a, list) and isinstance(b, list) and (a or b):
        yield from lists(a, b, at, to)
    else:
        yield Difference("same" if same(a, b) else "changed", at, to, a, b)


def objects(a: dict[str, Any], b: dict[str, Any], at: Path, to: Path) -> Iterator[Difference]:
    for name, value in a.items():
        if name in b:
            yield from walk(value, b[name], (*at, name), (*to, name))
        else:
            yield Difference("missing", (*at, name), None, a=value)
    for name, value in b.items():
        if name not in a:
            yield Difference("added", None, (*to, name), b=value)


def lists(a: list[Any], b: list[Any], at: Path, to: Path) -> Iterator[Difference]:
    pairs = aligned(a, b)
    moved = set(pairs) - set(in_order(pairs))
    partner = dict(pairs)
    for i, value in enumerate(a):
        if i not in partner:
            yield Difference("missing", (*at, i), None, a=value)
            continue
        j = partner[i]
        if (i, j) in moved:
            yield Difference("moved", (*at, i), (*to, j), value, b[j])
        yield from walk(value, b[j], (*at, i), (*to, j))
    taken = set(partner.values())
    yield from (Difference("added", None, (*to, j), b=value) for j, value in enumerate(b) if j not in taken)


def aligned(a: list[Any], b: list[Any]) -> list[tuple[int, int]]:
    """Which entry of `a` is which of `b`: by what names them on both sides, else by their places."""
    for name in NAMES:
        ours, theirs = named(a, name), named(b, name)
        if ours and theirs and ours.keys() & theirs.keys():
            return [(i, theirs[key]) for key, i in ours.items() if key in theirs]
    return [(i, i) for i in range(min(len(a), len(b)))]


def named(entries: list[Any], name: Path) -> dict[tuple[str, Any], int]:
    """The place of each entry by its name; nothing where one has none or two have the same."""
    found = {key: place for place, entry in enumerate(entries) if (key := key_of(entry, name))}
    return found if len(found) == len(entries) else {}


def key_of(entry: Any, name: Path) -> tuple[str, Any] | None:
    for step in name:
        entry = entry.get(step) if isinstance(entry, dict) else None
    return (type_of(entry), entry) if type_of(entry) in ("text", "number") else None


def in_order(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The most pairs that keep their order on both sides: the others have moved. Pairs come in the order of the first side."""
    ends: list[int] = []  # where the best chain of each length ends, as a place in `pairs`
    before: list[int] = []  # of each pair, the one before it in its chain, or -1
    for n, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j, key=lambda end: pairs[end][1])
        before.append(ends[length - 1] if length else -1)
        ends[length : length + 1] = [n]
    kept, n = [], ends[-1] if ends else -1
    while n >= 0:
        kept.append(pairs[n])
        n = before[n]
    return kept[::-1]


def same(a: Any, b: Any) -> bool:
    """Of two values that are not both filled lists or objects."""
    return type_of(a) == type_of(b) and (a == b or (a != a and b != b))  # the odd one out is NaN


def type_of(value: Any) -> str:
    """The JSON type, in words of the pages."""
    words = {bool: "boolean", str: "text", int: "number", float: "number", list: "list", dict: "object"}
    return words.get(type(value), "null")
