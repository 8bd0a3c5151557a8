import json
from datetime import UTC, datetime

import pytest

from gateway.errors import FAILURES, GatewayError, envelope, reported, retry_after, without_events
from gateway.exchange import Exchange

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("7", 7),
        (" 7 ", 7),
        ("1.2", 2),
        ("86400", 86400),
        ("999999", 86400),
        ("Mon, 23 Nov 2026 12:01:30 GMT", 90),
        ("Mon, 23 Nov 2026 12:01:30 -0000", 90),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0),
        ("Sun, 23 Nov 2036 12:00:00 GMT", 86400),
    ],
)
def test_retry_after_is_read(value: str, seconds: int) -> None:
    assert retry_after(value, NOW) == seconds


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "-5",
        "soon",
        "1e9",
        "٣",
        "nan",
        "inf",
        "9" * 5000,
        "Mon, 99 Nov 2026 12:00:00 GMT",
        "Mon, 23 Nov 99999 12:00:00 GMT",
        "Mon, 23 Nov 2026 12:00:00 +999999",
        ",",
        ", , ,",
    ],
)
def test_retry_after_is_not_guessed(value: str | None) -> None:
    assert retry_after(value, NOW) is None


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"error": {"message": "m", "type": "t", "code": "c"}}, ("t", "m")),
        ({"error": {"message": "m", "type": None, "code": 529}}, ("529", "m")),
        ({"error": {"message": "m"}}, ("error", "m")),
        ({"error": {"code": "c"}}, ("c", "c")),
        ({"error": "m"}, ("error", "m")),
        ({"type": "error", "error": {"type": "overloaded_error", "message": "m"}}, ("overloaded_error", "m")),
        ({"type": "error", "code": "server_error", "message": "m"}, ("server_error", "m")),
        ({"type": "response.failed", "response": {"error": {"code": "c", "message": "m"}}}, ("c", "m")),
        ({"type": "response.failed", "response": None}, None),
        ({"error": {"message": "x" * 9999}}, ("error", "x" * 500)),
        ({"error": {"message": {"not": "text"}, "type": ["t"]}}, ("error", "error")),
        ({"error": None}, None),
        ({"error": {}}, None),
        ({"error": False}, None),
        ({"choices": []}, None),
        ([1], None),
        (None, None),
    ],
)
def test_the_envelope(body: object, found: tuple[str, str] | None) -> None:
    assert envelope(json.dumps(body)) == found


@pytest.mark.parametrize("text", ["", "<html>", '{"error":', "[" * 200_000, '{"error": ' + "9" * 5000 + "}"])
def test_what_is_not_json_is_no_envelope(text: str) -> None:
    assert envelope(text) is None


def test_an_event_reports_an_error() -> None:
    error = reported('{"error": {"message": "overloaded", "type": "server_error"}}')
    assert (error.type, error.message) == ("server_error", "overloaded")
    assert reported('{"choices": [{"delta": {"content": "\\"error\\""}}]}') is None
    assert reported("[DONE]") is None


NAMED = [('{"message": "overloaded"}', "overloaded"), ("overloaded", "overloaded"), ("", "error")]


@pytest.mark.parametrize(("data", "message"), NAMED)
def test_an_event_of_that_name_is_an_error(data: str, message: str) -> None:
    assert reported(data) is None
    assert reported(data, name="error").message == message


@pytest.mark.parametrize(
    ("body", "type", "message"),
    [
        (b"", "bad_response", "sent nothing."),
        (b"\n\n", "bad_response", "sent nothing."),
        (b": ping\n\n", "bad_response", "sent something else."),
        (b'{"choices": []}', "bad_response", "sent something else."),
        (b'{"error": {"message": "no credits", "type": "insufficient_quota"}}', "insufficient_quota", "no credits"),
    ],
)
def test_a_stream_without_events_is_called_what_it_is(body: bytes, type: str, message: str) -> None:
    headers = [("Content-Type", "text/event-stream")]
    error = without_events(Exchange("POST", "http://host/v1/x", status=200, response_headers=headers, body=bytearray(body)))
    assert (error.type, error.message.endswith(message), error.status) == (type, True, 200)


def test_every_failure_has_its_sentence() -> None:
    assert all(GatewayError(type).message.endswith(".") for type in FAILURES)
    assert str(GatewayError("dns_error")) == "dns_error: The gateway's host name is not known."
