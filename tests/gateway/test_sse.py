import pytest

from gateway.sse import Event, EventTooLarge, Splitter, encode

STREAM = (
    b"\xef\xbb\xbf: hello\r\nevent: delta\r\ndata: {\"a\":1}\r\n\r\n"
    b"data: one\rdata:two\r\rdata\n\nid: 7\nretry: 10\n\n:ping\n\ndata:  caf\xc3\xa9 \xe2\x80\xa8 \xff\0\n\n"
)
EVENTS = [
    Event("delta", '{"a":1}', 'event: delta\ndata: {"a":1}'),
    Event("message", "one\ntwo", "data: one\ndata:two"),
    Event("message", "", "data"),
    Event("message", " café \u2028 \ufffd\0", "data:  café \u2028 \ufffd\0"),
]


def split(*chunks: bytes, limit: int = 1000) -> list[Event]:
    splitter = Splitter(limit)
    return [event for chunk in chunks for event in splitter.feed(chunk)] + splitter.end()


def data(*chunks: bytes) -> list[str]:
    return [event.data for event in split(*chunks)]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 1000])
def test_events_do_not_depend_on_the_chunks(size: int) -> None:
    assert split(*(STREAM[n : n + size] for n in range(0, len(STREAM), size))) == EVENTS


def test_every_place_to_cut_in_two() -> None:
    assert all(split(STREAM[:n], STREAM[n:]) == EVENTS for n in range(len(STREAM)))


def test_an_event_ends_with_its_blank_line_not_with_the_next_chunk() -> None:
    assert [event.data for event in Splitter().feed(b"data: 1\r\r")] == ["1"]
    assert [event.data for event in Splitter().feed(b"data: 1\r\n\r")] == ["1"]


def test_an_empty_chunk_between_cr_and_lf() -> None:
    assert data(b"data: 1\r", b"", b"\ndata: 2\r", b"\n", b"\n") == ["1\n2"]


def test_only_one_space_after_the_colon_is_dropped() -> None:
    assert data(b"data:x\n\n", b"data: x\n\n", b"data:  x\n\n") == ["x", "x", " x"]


def test_empty_data_is_an_event_and_no_data_is_none() -> None:
    assert data(b"data:\n\n", b"data: \n\n", b"event: ping\n\n") == ["", ""]


def test_the_name_belongs_to_one_event() -> None:
    assert [event.name for event in split(b"event: a\ndata: 1\n\ndata: 2\n\n")] == ["a", "message"]


def test_unknown_fields_and_fields_with_a_bom_are_ignored() -> None:
    assert data(b"date: 1\ndata : 2\ndata: 3\n\n\xef\xbb\xbfdata: 4\n\n") == ["3"]


def test_the_unfinished_last_event_counts() -> None:
    assert data(b"data: 1\n\ndata: 2\n") == ["1", "2"]
    assert data(b"data: 1\n\ndata: 2") == ["1", "2"]
    assert data(b"") == []


def test_events_carry_when_they_came() -> None:
    splitter = Splitter()
    assert [event.at for event in splitter.feed(b"data: 1\n\ndata", 10.0) + splitter.feed(b": 2\n\n", 20.0)] == [10, 20]


@pytest.mark.parametrize("endless", [b"x", b"data: 1\n", b": comment "])
def test_an_event_without_end_is_too_large(endless: bytes) -> None:
    with pytest.raises(EventTooLarge):
        split(*[endless] * 101, limit=100)


def test_the_events_before_one_too_large_are_kept() -> None:
    with pytest.raises(EventTooLarge) as caught:
        split(b"data: 1\n\ndata: " + b"x" * 100, limit=50)
    assert [event.data for event in caught.value.events] == ["1"]


def test_many_events_and_comments_are_not_one_large_event() -> None:
    assert len(split(*[b"data: 0123456789\n\n", b": ping\n"] * 100, limit=20)) == 100


@pytest.mark.parametrize("text", ["", "x", " x", "a\nb", "a\n\nb\n", "\u2028", "é\0", ": x", "event: y"])
def test_what_is_encoded_is_split_again(text: str) -> None:
    assert [(event.name, event.data) for event in split(encode(text, "delta"))] == [("delta", text)]


def test_encoding_turns_other_line_ends_into_lf() -> None:
    assert encode("a\r\nb\rc") == b"data: a\ndata: b\ndata: c\n\n"


def test_an_event_name_is_one_line() -> None:
    with pytest.raises(ValueError, match="one line"):
        encode("x", "a\ndata: b")
