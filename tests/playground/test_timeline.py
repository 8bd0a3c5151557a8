"""When the events of a stream came, as a drawing and as a table of the same numbers."""

from playground.inspection import timeline
from playground.models import Run


def run(arrivals: list[float], body: str = "", **more) -> Run:
    return Run(arrivals=arrivals, response_body=body, **{"total_ms": 400.0} | more)


def test_no_stream_has_no_timeline():
    assert timeline.of(run([])) is None


def test_events_stand_beside_their_moments():
    found = timeline.of(run([100, 150, 400], 'data: {"a":1}\n\nevent: ping\ndata: b\n\ndata: [DONE]', first_token_ms=150))
    assert [(m.n, m.name, m.data, m.at, m.gap) for m in found.moments] == [
        (1, "message", '{"a":1}', 100, None), (2, "ping", "b", 150, 50), (3, "message", "[DONE]", 400, 250),
    ]  # fmt: skip
    assert (found.marks, found.first_token) == ([25.0, 37.5, 100.0], 37.5)
    assert (found.first, found.last, found.pause, found.pause_before) == (100, 400, 250, 3)


def test_moments_are_known_where_the_body_is_not_kept():
    assert [(m.data, m.at) for m in timeline.of(run([100, 150], None)).moments] == [("", 100), ("", 150)]


def test_one_event_has_no_pause():
    assert timeline.of(run([100])).pause_before == 0


def test_a_stream_of_many_events_is_drawn_and_listed_in_part():
    found = timeline.of(run([n / 10 for n in range(2000)], f"data: {'x' * 1000}\n\n" * 2000))
    assert (found.count, len(found.moments)) == (2000, timeline.MOST_SHOWN)
    assert len(found.marks) <= 201
    assert len(found.moments[0].data) + found.moments[0].left_out == 1000


def test_all_at_once_divides_by_no_nought():
    assert timeline.of(run([0.0, 0.0], total_ms=0.0)).marks == [0.0]
