import json
from email import message_from_bytes
from typing import Any

import pytest

from gateway.call import Call, File

SPEECH = File("file", "speech.mp3", "audio/mpeg", b"ID3\x00\r\n--")


def parts(call: Call) -> list[tuple[str | None, str | None, str, bytes]]:
    """(name, file name, type, content) of a multipart body, as Python's own parser reads it."""
    headers, content = call.content()
    message = message_from_bytes(b"Content-Type: " + headers[0][1].encode() + b"\r\n\r\n" + content)
    return [
        (
            part.get_param("name", header="content-disposition"),
            part.get_filename(),
            part.get_content_type(),
            part.get_payload(decode=True),
        )
        for part in message.get_payload()
    ]


def test_json_is_compact_and_readable() -> None:
    headers, content = Call("/chat/completions", {"model": "m", "input": "é\u2028"}).content()
    assert headers == [("Content-Type", "application/json")]
    assert content == '{"model":"m","input":"é\u2028"}'.encode()


def test_text_is_what_content_sends() -> None:
    call = Call("/x", {"input": "é"})
    assert call.text() == '{"input":"é"}'
    assert call.text().encode() == call.content()[1]


def test_a_raw_body_is_sent_as_it_is() -> None:
    body = '{ "a": 1,\n  "a": 2 } trailing'
    assert Call("/x", body=body).content() == ([("Content-Type", "application/json")], body.encode())


def test_an_empty_object_is_a_body_and_no_body_is_none() -> None:
    assert Call("/x", {}).text() == "{}"
    assert Call("/jobs/1", method="GET").content() == ([], b"")
    assert Call("/jobs/1", method="GET").text() == ""


def test_a_lone_surrogate_stays_json() -> None:
    assert json.loads(Call("/x", {"input": "a\ud800"}).content()[1]) == {"input": "a\ud800"}


def test_json_has_no_nan() -> None:
    with pytest.raises(ValueError, match="JSON"):
        Call("/x", {"temperature": float("nan")}).content()


def test_multipart_holds_fields_and_files() -> None:
    call = Call("/audio/transcriptions", data=(("model", "whisper-1"), ("a[]", "1"), ("a[]", "2")), files=(SPEECH,))
    assert parts(call) == [
        ("model", None, "text/plain", b"whisper-1"),
        ("a[]", None, "text/plain", b"1"),
        ("a[]", None, "text/plain", b"2"),
        ("file", "speech.mp3", "audio/mpeg", b"ID3\x00\r\n--"),
    ]


def test_multipart_has_no_text() -> None:
    assert Call("/x", files=(SPEECH,)).text() is None


def test_the_same_multipart_call_is_the_same_bytes() -> None:
    assert Call("/x", files=(SPEECH,)).content() == Call("/x", files=(SPEECH,)).content()
    assert Call("/x", files=(SPEECH,)).content() != Call("/x", data=(("a", "b"),), files=(SPEECH,)).content()


def test_names_cannot_break_out_of_their_part() -> None:
    evil = File('f"; x="y', 'a"\r\nX-Evil: 1\r\n\r\nb.mp3', "audio/mpeg\r\nX-Evil: 1", b"content")
    head = Call("/x", files=(evil,)).content()[1].split(b"\r\n\r\n")[0]
    assert head.count(b"\r\n") == 2
    assert b'name="f%22; x=%22y"; filename="a%22%0D%0AX-Evil: 1%0D%0A%0D%0Ab.mp3"' in head


def test_a_file_name_may_be_in_any_script() -> None:
    call = Call("/x", files=(File("f", "Straße 東京.mp3", "a/b", b""),))
    assert 'filename="Straße 東京.mp3"'.encode() in call.content()[1]


@pytest.mark.parametrize(
    "bodies", [{"json": {}, "body": ""}, {"body": "", "files": (SPEECH,)}, {"json": {}, "data": (("a", "b"),)}]
)
def test_a_call_has_one_body(bodies: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="one kind"):
        Call("/x", **bodies)


@pytest.mark.parametrize(
    "path", ["", "x", "@evil.example/", "http://evil.example", "/a/../../b", "/..", "/./a", "/%2E%2e/a", "/a\\..\\b"]
)
def test_a_path_stays_below_the_base_url(path: str) -> None:
    with pytest.raises(ValueError, match="no path"):
        Call(path)
