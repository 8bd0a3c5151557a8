"""A JSON value as the rows of a tree: every value has a path that finds it, and no value makes a long page."""

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.inspection import tree

NAMES = st.sampled_from(["a", "b2", "x-y", "", "a.b", "0", 'say "so"', "日本"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=10,
)
STEP = re.compile(r"\[\d+\]|\[\"(?:[^\"\\]|\\.)*\"\]|(?:^|\.)[A-Za-z_$][\w$]*")
often = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # of a busy machine


def follow(value: Any, path: str) -> Any:
    """What stands in `value` at a path as the pages print it."""
    for step in STEP.findall(path):
        value = value[json.loads(step[1:-1]) if step.startswith("[") else step.lstrip(".")]
    return value


@often
@given(VALUES)
def test_every_path_finds_its_value(value):
    for row in tree.of(value).rows:
        if row.part == "leaf":
            assert row.text + row.rest == json.dumps(follow(value, row.path), ensure_ascii=False)
        if row.part == "open":
            assert row.count == len(follow(value, row.path))


@often
@given(VALUES)
def test_what_opens_is_closed(value):
    depth = 0
    for row in tree.of(value).rows:
        depth += {"open": 1, "close": -1}.get(row.part, 0)
        assert depth >= 0
    assert depth == 0


def test_paths_read_as_code():
    rows = tree.of({"choices": [{"message": {"content": "Hi"}}], "x-y": {"2 b": 1}}).rows
    assert [row.path for row in rows if row.part == "leaf"] == ["choices[0].message.content", '["x-y"]["2 b"]']
    assert [row.step for row in rows if row.part == "open"] == ["", "choices", "[0]", "message", '["x-y"]']


def test_a_vector_is_cut_and_what_follows_is_not():
    rows = tree.of({"embedding": [0.5] * 1536, "usage": 7}).rows
    assert [row.count for row in rows if row.part == "more"] == [1536 - tree.MOST_ENTRIES]
    assert rows[-2].path == "usage"


def test_a_long_text_is_folded_then_cut():
    [row] = tree.of("x" * 100_000).rows
    assert (len(row.text), len(row.text + row.rest), row.left_out) == (tree.SHORT, tree.LONG, 100_002 - tree.LONG)


def nested(levels: int) -> Any:
    found: Any = 1
    for _ in range(levels):
        found = [found, {"a": "x" * 9000}]
    return found


LARGE = {
    "deep": nested(800), "wide": {str(n): {str(m): "y" * 5000 for m in range(90)} for n in range(90)}, "number": 10**5000,
    "names": {f"{'k' * 9000}{n}": {"k" * 9000: 1} for n in range(90)},
}  # fmt: skip


@pytest.mark.parametrize("value", LARGE.values(), ids=LARGE)
def test_no_tree_is_large(value):
    rows = tree.of(value).rows
    assert all(len(row.step) < 100 and len(row.path) <= tree.LONGEST_PATH for row in rows)
    assert len(rows) < 3 * tree.MOST_ROWS
    assert sum(len(row.text + row.rest) for row in rows) < 2 * tree.MOST_CHARACTERS + tree.MOST_ROWS * tree.SHORT
    assert all(row.path.count("[") <= tree.DEEPEST + 1 for row in rows)
