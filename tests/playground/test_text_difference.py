"""What differs between two texts: nothing is lost, little is marked, and no text takes long."""

import random
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.inspection import text_difference
from playground.inspection.text_difference import MOST, Stretch

TEXTS = st.text("ab \n", max_size=40)
often = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # of a busy machine


def without(kind: str, stretches: list[Stretch]) -> str:
    return "".join(text for other, text in stretches if other != kind)


@often
@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_it(a, b):
    found = text_difference.of(a, b).stretches
    assert (without("added", found), without("missing", found)) == (a, b)
    assert all(text for _, text in found)


def test_only_the_changed_word_is_marked():
    found = text_difference.of("The sky is blue today.", "The sky is grey today.")
    assert found.unit == "word"
    assert [(kind, text.strip()) for kind, text in found.stretches] == [
        ("same", "The sky is"), ("missing", "blue"), ("added", "grey"), ("same", "today."),
    ]  # fmt: skip


def test_long_texts_are_compared_by_lines():
    a = [f"{'word ' * 50}{n}\n" for n in range(100)]
    found = text_difference.of("".join(a), "".join(a[:50] + a[51:]))
    assert found.unit == "line"
    assert [text for kind, text in found.stretches if kind != "same"] == [a[50]]


def test_texts_of_too_many_lines_are_not_compared():
    assert text_difference.of("a\n" * (MOST + 1), "b") == ("", [])


@pytest.mark.parametrize("alphabet", [1, 2, 20, 200, 2000])
def test_nothing_takes_long(alphabet):
    chance = random.Random(7)
    a, b = (" ".join(str(chance.randrange(alphabet)) for _ in range(MOST)) for _ in range(2))
    start = time.monotonic()
    assert text_difference.of(a, b).unit == "word"
    assert time.monotonic() - start < 5
