"""What was worked out lately: used again, and let go in time."""

import pytest

from catalog.recent import Recent


@pytest.mark.parametrize("recent", [Recent(2), Recent(25, len)])
def test_the_one_that_was_made_first_goes_first(recent):
    made = []
    for key in ("a", "b", "a", "c", "a", "b"):
        assert recent.of(key, lambda text: made.append(text) or 10 * text, key) == 10 * key
    assert made == ["a", "b", "c", "a", "b"]


def test_what_is_larger_than_the_room_is_given_and_not_kept():
    recent = Recent(5, len)
    assert [recent.of("a", str, number) for number in (1_000_000, 2)] == ["1000000", "2"]
