"""What was measured as Markdown: tables with the figure to reach in each row, and docs/performance.md made of them.

A part that was not measured this time keeps its last tables, with their day.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from bench.folders import ROOT

FILE = ROOT / "docs" / "performance.md"
INTRODUCTION = """\
# Performance

Written by `make bench` and `make bench-peers`; do not edit. Each server is one process on one core, its clients are on the
other; what is compared ran side by side, in turns. *CPU* is the server's own, of all its processes, a request. A figure to
reach that was missed is said to be.
"""
ORDER = ("Finished pages", "Pages made anew", "Streams", "Start, memory and weight", "While the catalog is read again",
         "Pages beside Datasette", "Streams beside LiteLLM proxy")  # fmt: skip
AT_LEAST, AT_MOST = "at least", "at most"


@dataclass(frozen=True)
class Row:
    """One line: what was measured, the figures as people read them, and what is to be reached, if anything."""

    cells: tuple[str, ...]
    value: float | None = None  # what the bound is about
    bound: str = ""  # AT_LEAST or AT_MOST
    goal: float = 0
    unit: str = ""

    @property
    def verdict(self) -> tuple[str, str]:
        """What to reach, and whether it is."""
        if not self.bound or self.value is None:
            return "", ""
        met = self.value >= self.goal if self.bound == AT_LEAST else self.value <= self.goal
        return f"{self.bound} {self.goal:g}{self.unit}", "met" if met else f"**missed**: {figure(self.value)}{self.unit}"


@dataclass
class Table:
    """A table of one section, under what its columns are."""

    heads: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)
    note: str = ""

    def __str__(self) -> str:
        heads = (*self.heads, "to reach", "reached")
        lines = [line(heads), line("---" for _ in heads), *(line((*row.cells, *row.verdict)) for row in self.rows)]
        return "\n".join([*([self.note, ""] if self.note else []), *lines])


def line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def figure(value: float) -> str:
    """Three digits that count; thousands are whole."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def section(title: str, tables: Iterable[Table], measured: str) -> str:
    """`measured`: when, on what and by which command."""
    return "\n\n".join([f"## {title}", measured, *map(str, tables)]) + "\n"


def write(new: dict[str, str], file: Path = FILE) -> None:
    """Puts the new sections, by title, among those that are there."""
    there = sections(file.read_text("utf-8")) if file.exists() else {}
    kept = there | new
    ordered = [*(title for title in ORDER if title in kept), *(title for title in kept if title not in ORDER)]
    file.parent.mkdir(exist_ok=True)
    file.write_text("\n".join([INTRODUCTION, *(kept[title] for title in ordered)]), "utf-8")


def sections(text: str) -> dict[str, str]:
    """`{title: section}` of a file that `write` wrote."""
    parts = re.split(r"^(?=## )", text, flags=re.M)[1:]
    return {part.partition("\n")[0].removeprefix("## "): part.strip() + "\n" for part in parts}
