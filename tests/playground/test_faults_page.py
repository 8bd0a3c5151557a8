"""docs/faults.md says what becomes of each fault: the tests that it names exist, and agree with it."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from faults import FAULTS

ROOT = Path(__file__).parents[2]
STATES = {"complete", "incomplete", "limited", "error"}
PAGE = (ROOT / "docs" / "faults.md").read_text("utf-8")
CELLS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| ")][1:]
ROWS = [row for row in CELLS if not row[0].startswith("**")]


@cache
def functions(path: str) -> set[str]:
    return {node.name for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))) if hasattr(node, "name")}


def marked(text: str) -> list[str]:
    return re.findall("`([^`]*)`", text)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_a_row_is_as_it_says(row):
    fault, _, visitor, tests, seen = row
    named = [name for name in marked(tests + seen) if "::" in name]
    faults = [FAULTS[name] for name in marked(seen) if "::" not in name]
    assert marked(tests) and marked(seen), fault
    assert [name for name in named if name.partition("::")[2] not in functions(name.partition("::")[0])] == []
    assert not faults or {one.state for one in faults} == {word for word in marked(visitor) if word in STATES}
    assert [words for words in re.findall("“([^”]*)”", visitor) if not any(words in one.words for one in faults)] == []


def test_every_fault_has_a_row():
    assert {name for row in ROWS for name in marked(row[4])} >= FAULTS.keys()
