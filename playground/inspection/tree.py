"""A JSON value as the rows of a tree, each with its path. Bounded, whatever the value is."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from playground.inspection.difference import Path, type_of

MOST_ROWS = 500
MOST_ENTRIES = 50  # shown of one list or object
MOST_CHARACTERS = 60_000  # of all texts together
DEEPEST = 30
SHORT = 120  # characters of a text that stand in its row; the rest is folded
LONG = 4000  # characters of a text that are shown at all
SMALL = 60  # rows of a tree that is shown unfolded
LONGEST_NAME, LONGEST_PATH = 80, 300
PLAIN = re.compile(r"[A-Za-z_$][\w$]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Row:
    """`part` says what it is: `leaf`, `open` and `close` of a list or object, or `more`, which stands for `count` entries.

    A text is `text`, then `rest`, then `left_out` characters that are not shown. `path` is blank where it is too long to copy.
    """

    part: str
    step: str = ""
    path: str = ""
    kind: str = ""
    text: str = ""
    rest: str = ""
    count: int = 0
    left_out: int = 0
    open: bool = False


@dataclass
class Room:
    """What may still be shown."""

    rows: int = MOST_ROWS
    characters: int = MOST_CHARACTERS


@dataclass(frozen=True, slots=True)
class Tree:
    rows: list[Row]

    @property
    def cut(self) -> bool:
        return any(row.part == "more" or row.left_out for row in self.rows)


def of(value: Any) -> Tree:
    rows = list(laid_out(value, (), 0, Room()))
    return Tree([replace(row, open=True) for row in rows] if len(rows) <= SMALL else rows)


def laid_out(value: Any, path: Path, depth: int, room: Room) -> Iterator[Row]:
    room.rows -= 1
    step, place, kind = shortened(written(path[-1:])), written(path), type_of(value)
    place = place if len(place) <= LONGEST_PATH else ""
    if not isinstance(value, dict | list) or not value:
        yield leaf(value, step, place, kind, room)
        return
    yield Row("open", step, place, kind, count=len(value), open=depth < 2)
    for n, (name, entry) in enumerate(value.items() if isinstance(value, dict) else enumerate(value)):
        if n == MOST_ENTRIES or room.rows <= 0 or depth == DEEPEST:
            yield Row("more", count=len(value) - n)
            break
        yield from laid_out(entry, (*path, name), depth + 1, room)
    yield Row("close")


def shortened(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"


def leaf(value: Any, step: str, place: str, kind: str, room: Room) -> Row:
    text = as_json(value)
    shown = text[: min(LONG, max(room.characters, SHORT))]
    room.characters -= len(shown)
    return Row("leaf", step, place, kind, shown[:SHORT], shown[SHORT:], left_out=len(text) - len(shown))


def as_json(value: Any) -> str:
    """A text, number, word or empty container as JSON writes it. Python refuses integers of thousands of digits."""
    try:
        return json.dumps(value, ensure_ascii=False)
    except ValueError:
        return "a number of very many digits"


def written(path: Path) -> str:
    """`choices[0].message.content`, `["x-y"].z` where a name is no plain word: JavaScript reads it, and jq after a dot."""
    return "".join(map(step_of, path)).removeprefix(".")


def step_of(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if PLAIN.fullmatch(step) else f"[{json.dumps(step, ensure_ascii=False)}]"
