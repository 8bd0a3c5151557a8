"""What was worked out lately."""

from catalog.recent import Recent


def test_works_out_once_what_is_asked_again():
    made = []
    recent = Recent(2)
    assert [recent.of("a", lambda: made.append("a") or 1), recent.of("a", lambda: made.append("a") or 2)] == [1, 1]
    assert made == ["a"]


def test_keeps_no_more_than_it_may():
    recent = Recent(2)
    for number in range(5):
        recent.of(number, lambda: "made")
    assert list(recent.values) == [3, 4]
