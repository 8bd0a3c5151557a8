"""Models out of our own CSV, `/models.csv`, as it is or as a spreadsheet gave it back.

A blank cell is unknown and says nothing, "0" is free. Refusals name the line of the file.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

from catalog.sources import own
from catalog.sources.fetching import Unreadable, read_text
from catalog.sources.rows import Refusal, Row, attempt, not_understood

KEY = None  # a person's word
URL = None
LISTS = ("endpoints", "input_kinds", "output_kinds", "capabilities", "aliases", "conditional_prices")
COUNTS = ("context_window", "max_output", "dimensions")
WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
# What export puts where a spreadsheet would begin a formula.
QUOTED = re.compile(r"""(?:^'(?=['"\s]*[=+\-@＝＋－＠])|(?<=;)'(?='*[=+\-@＝＋－＠]))""")
COMMA = re.compile(r"(\d+),(\d+)")


def fetch(place: str | None) -> str:
    if not place:
        raise Unreadable("A CSV is read from a file or an address: name it.")
    return read_text(place)


def translate(raw: str, as_of: str) -> tuple[list[Row], list[Refusal]]:
    """A row of every line. `as_of` is the day of what is stated."""
    refusals: list[Refusal] = []
    found: list[Row] = []
    head, lines = table(raw)
    for number, cells in lines:
        told: list[Refusal] = []
        slug = (cells[head.index("id")] if len(cells) > head.index("id") else "") or f"line {number}"
        found += attempt(partial(line, head, cells, as_of, told), slug[:200], told) or []
        refusals += [one._replace(reason=f"line {number}: {one.reason}") for one in told]
    known = {"id", *own.READ, "conditional_prices", "price_source", "price_since", "disputed"}
    strange = [name for name in head if name and not name.startswith(own.PRICE)]
    return found, refusals + not_understood([dict.fromkeys(strange)], known)


def table(raw: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The head, and every line that is not blank with its number. Spreadsheets part cells by a comma, semicolon or tab."""
    first = raw.partition("\n")[0]
    mark = max(",;\t", key=first.count)
    read = csv.reader(io.StringIO(raw, newline=""), delimiter=mark, strict=True)  # a quote left open would swallow lines
    try:
        lines = [(read.line_num, [plain(cell, mark) for cell in cells]) for cells in read if any(map(str.strip, cells))]
    except csv.Error as fault:
        raise Unreadable(f"Not a CSV: line {read.line_num}: {fault}.") from None
    if not lines or "id" not in lines[0][1]:
        raise Unreadable("Not one of our exports: the first line has no column id.")
    if twice := [name for name, count in Counter(filter(None, lines[0][1])).items() if count > 1]:
        raise Unreadable(f"More than one column is called {', '.join(twice)}.")
    return lines[0][1], lines[1:]


def plain(cell: str, mark: str) -> str:
    """A cell without what was put around it. Where a semicolon parts cells, a comma parts a number."""
    text = QUOTED.sub("", cell.strip())
    number = COMMA.fullmatch(text) if mark == ";" else None
    return f"{number[1]}.{number[2]}" if number else text


def line(head: list[str], cells: list[str], as_of: str, refusals: list[Refusal]) -> list[Row]:
    if len(cells) > len(head) and any(cells[len(head) :]):
        raise ValueError("more cells than the first line has")
    said = {name: cell for name, cell in zip(head, cells, strict=False) if name and cell}
    prices = [own.priced(name, cell) for name, cell in said.items() if name.startswith(own.PRICE)]
    item = {name: value(name, cell) for name, cell in said.items() if not name.startswith(own.PRICE)}
    prices += conditional(item.pop("conditional_prices", ()))
    return own.rows(item | {"pricing": prices}, as_of, refusals)


def value(name: str, cell: str) -> Any:
    if name in LISTS:
        return cell.split()
    if name in COUNTS:
        return int(cell) if cell.isdecimal() else cell
    return WORDS.get(cell.lower(), cell) if name == "open_weights" else cell


def conditional(stated: list[str]) -> Iterator[dict[str, Any]]:
    """`price.input_tokens@prompt>200000=0.5`"""
    for one in stated:
        field, _, amount = one.rpartition("=")
        yield own.priced(field, amount)
