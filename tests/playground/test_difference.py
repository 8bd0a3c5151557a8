"""What differs between two JSON values: told exactly, and enough to make the one from the other."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.inspection.difference import Difference, Path, of, same, type_of

SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-2, 2) | st.sampled_from(["", "a", "1"])
ENTRIES = st.fixed_dictionaries({}, optional={"id": st.sampled_from("abcd"), "index": st.integers(0, 3), "x": st.integers(0, 1)})
VALUES = st.recursive(
    SCALARS | st.lists(ENTRIES, max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=12,
)
OPPOSITE = {"changed": "changed", "moved": "moved", "missing": "added", "added": "missing"}
often = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # of a busy machine


def applied(a: Any, found: list[Difference], at: Path = (), to: Path = ()) -> Any:
    """`a` after the differences: what `b` was."""
    if whole := [one for one in found if (one.kind, one.at, one.to) == ("changed", at, to)]:
        return whole[0].b
    gone = {one.at[-1] for one in found if one.kind in ("missing", "moved") and one.at[:-1] == at}
    new = {one.to[-1]: one.b for one in found if one.kind == "added" and one.to[:-1] == to}
    if isinstance(a, dict):
        return {name: applied(a[name], found, (*at, name), (*to, name)) for name in a if name not in gone} | new
    if not isinstance(a, list):
        return a
    moved = {one.to[-1]: one.at[-1] for one in found if one.kind == "moved" and one.at[:-1] == at}
    staying = iter([i for i in range(len(a)) if i not in gone])
    made = []
    for j in range(len(a) - len(gone) + len(moved) + len(new)):
        if j in new:
            made.append(new[j])
        else:
            i = moved[j] if j in moved else next(staying)
            made.append(applied(a[i], found, (*at, i), (*to, j)))
    return made


def equal(a: Any, b: Any) -> bool:
    """The same JSON; Python by itself takes 1 for true."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(equal(a[name], b[name]) for name in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(equal, a, b))
    return same(a, b)


@often
@given(VALUES)
def test_a_value_does_not_differ_from_itself(a):
    assert of(a, a) == []


@often
@given(VALUES, VALUES)
def test_differences_make_the_one_from_the_other(a, b):
    assert equal(applied(a, of(a, b)), b)


@often
@given(VALUES, VALUES)
def test_none_means_equal(a, b):
    assert equal(a, b) == (of(a, b) == [])


@often
@given(VALUES, VALUES)
def test_the_other_way_round_is_the_opposite(a, b):
    there, back = ([(one.kind, one.at, one.to) for one in of(*pair)] for pair in ((a, b), (b, a)))
    still = {"changed", "missing", "added"}  # which of two entries that changed places has moved is anyone's choice
    assert {(OPPOSITE[k], to, at) for k, at, to in there if k in still} == {one for one in back if one[0] in still}
    assert sum(one[0] == "moved" for one in there) == sum(one[0] == "moved" for one in back)


@pytest.mark.parametrize(("a", "b"), [(1, "1"), (1, True), (0, False), (None, False), ("", None), ([], {}), ([], None)])
def test_types_are_told_apart(a, b):
    assert of({"x": a}, {"x": b}) == [Difference("changed", ("x",), ("x",), a, b)]
    assert type_of(a) != type_of(b)


def test_one_and_one_point_nought_are_the_same_number():
    assert of([1, float("nan")], [1.0, float("nan")]) == []


def test_null_is_not_missing():
    assert of({"stop": None}, {}) == [Difference("missing", ("stop",), None, a=None)]


@pytest.mark.parametrize("name", ["id", "index", "name"])
def test_entries_are_known_by_their_names(name):
    a, b = [{name: 1, "x": 1}, {name: 2, "x": 2}], [{name: 2, "x": 3}]
    assert of(a, b) == [Difference("missing", (0,), None, a=a[0]), Difference("changed", (1, "x"), (0, "x"), 2, 3)]


def test_a_tool_is_known_by_its_function_s_name():
    one, two = ({"type": "function", "function": {"name": name}} for name in ("one", "two"))
    assert of({"tools": [one]}, {"tools": [two, one]}) == [Difference("added", None, ("tools", 0), b=two)]


def test_one_that_moved_is_not_all_that_moved():
    a = [{"id": n} for n in "abcd"]
    b = [{"id": n} for n in "bcda"]
    assert of(a, b) == [Difference("moved", (0,), (3,), {"id": "a"}, {"id": "a"})]


def test_without_names_places_count():
    assert of(["a", "b"], ["b"]) == [Difference("changed", (0,), (0,), "a", "b"), Difference("missing", (1,), None, a="b")]


def test_ids_that_are_all_new_align_nothing():
    """Each answer makes ids of its own: then the calls are compared one by one."""
    a, b = [{"id": "call_1", "name": "f"}], [{"id": "call_2", "name": "f"}]
    assert of(a, b) == [Difference("changed", (0, "id"), (0, "id"), "call_1", "call_2")]
