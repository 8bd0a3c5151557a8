"""Whole answers that gateways should not give, as raw bytes; the connection is closed after each."""

import base64
import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

KEY = "sk-test-0123456789abcdef"


def head(status: str = "200 OK", type: str = "application/json", **headers: str | int) -> bytes:
    pairs = {"Content-Type": type, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return "".join([f"HTTP/1.1 {status}\r\n", *(f"{k}: {v}\r\n" for k, v in pairs.items()), "\r\n"]).encode()


def full(body: bytes, status: str = "200 OK", type: str = "application/json", **headers: str | int) -> bytes:
    return head(status, type, Content_Length=len(body), **headers) + body


def events(body: bytes) -> bytes:
    return full(body, type="text/event-stream; charset=utf-8")


STREAM = head(type="text/event-stream", Transfer_Encoding="chunked")


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def failed(message: str, status: str, **headers: str | int) -> bytes:
    error = {"error": {"message": message, "type": "rate_limit_error", "code": "slow_down"}}
    return full(json.dumps(error).encode(), status, **headers)


def later() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)


ANSWERS: dict[str, Callable[[], bytes]] = {
    "empty": lambda: full(b""),
    "html": lambda: full(b"<!doctype html>\n<title>Welcome</title>", type="text/html"),
    "html_502": lambda: full(b"<!doctype html>\n<h1>Bad gateway</h1>", "502 Bad Gateway", "text/html"),
    "plain_503": lambda: full(b"\nupstream is away\nsecond line", "503 Service Unavailable", "text/plain"),
    "error_string": lambda: full(b'{"error": "model is loading"}', "503 Service Unavailable"),
    "error_in_200": lambda: full(b'{"error": {"message": "no credits", "type": "insufficient_quota"}}'),
    "error_with_id": lambda: full(b'{"id": "gen-1", ' + ERROR[1:]),
    "error_beside_text": lambda: full(CHAT[:-1] + b', "id": "gen-1", ' + ERROR[1:]),
    "failed_job": lambda: full(b'{"id": "job-1", "status": "failed", "error": {"message": "blurred"}}'),
    "error_event": lambda: events(b'data: {"a":1}\n\ndata: {"error": {"message": "overloaded", "code": 529}}\n\n'),
    "huge_error": lambda: full(b"x" * 300_000, "500 Internal Server Error", "text/plain"),
    "rate_seconds": lambda: failed("slow down", "429 Too Many Requests", Retry_After=7),
    "rate_date": lambda: failed("slow down", "429 Too Many Requests", Retry_After=later()),
    "rate_absurd": lambda: failed("slow down", "429 Too Many Requests", Retry_After="9" * 5000),
    "rate_negative": lambda: failed("slow down", "429 Too Many Requests", Retry_After=-5),
    "redirect": lambda: full(b"", "302 Found", Location="/v1/ok"),
    "zipped": lambda: full(gzip.compress(b"{}"), Content_Encoding="gzip"),
    "large_header": lambda: full(b"{}", X_Large="x" * 70_000),
    "huge_header": lambda: full(b"{}", X_Huge="x" * 500_000),
    "no_http": lambda: b"SSH-2.0-OpenSSH_9.9\r\n\r\n",
    "bad_chunk_size": lambda: STREAM + chunk(b"data: 1\n\n") + b"zz\r\nabc\r\n",
    "truncated_chunk": lambda: STREAM + chunk(b"data: 1\n\n") + b"40\r\ndata: 2",
    "truncated_body": lambda: head(Content_Length=100) + b'{"a":',
    "cut_after_done": lambda: STREAM + chunk(b"data: 1\n\n") + chunk(b"data: [DONE]\n\n"),
    "one_write": lambda: STREAM + b"".join(chunk(b"data: %d\n\n" % n) for n in (1, 2, 3)) + chunk(b""),
    "flood": lambda: STREAM + chunk(b"data: 1\n\n" * 20_000) + chunk(b""),
    "huge_event": lambda: events(b"data: small\n\ndata: " + b"x" * 50_000 + b"\n\n"),
    "invalid_utf8": lambda: events(b"data: a\xff\xfeb\n\n"),
    "separators": lambda: events('data: {"t":"a\u2028b\u2029c\x85d"}\n\n'.encode()),
    "bom": lambda: events(b"\xef\xbb\xbfdata: first\n\ndata: second\n\n"),
    "cr_only": lambda: events(b"data: 1\r\rdata: 2\r\r"),
    "unfinished": lambda: events(b"data: 1\n\ndata: 2"),
    "nul": lambda: events(b"data: a\0b\n\n"),
    "audio": lambda: full(b"ID3\x04\x00", type="audio/mpeg"),
}

HEADS: dict[str, Callable[[], bytes]] = {
    "many_headers": lambda: b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 2000 + b"\r\n{}",
    "huge_status_line": lambda: b"HTTP/1.1 200 " + b"x" * 200_000 + b"\r\n\r\n{}",
    "huge_chunk_size": lambda: STREAM + chunk(b"data: 1\n\n") + b"0" * 200_000 + b"1\r\n",
    "huge_chunk_extension": lambda: STREAM + chunk(b"data: 1\n\n") + b"1;" + b"x" * 200_000 + b"\r\n",
    "huge_trailers": lambda: STREAM + chunk(b"data: 1\n\n") + b"0\r\n" + b"X-Trailer: x\r\n" * 20_000 + b"\r\n",
    "trailers": lambda: STREAM + chunk(b"data: 1\n\ndata: [DONE]\n\n") + b"0\r\nX-Trailer: x\r\n\r\n",
    "absurd_length": lambda: head(Content_Length="9" * 5000) + b"{}",
    "two_lengths": lambda: b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
    "negative_length": lambda: head(Content_Length=-2) + b"{}",
    "zipped_transfer": lambda: head(Transfer_Encoding="gzip, chunked") + chunk(gzip.compress(b"{}")) + chunk(b""),
    "no_colon": lambda: b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n{}",
    "nul_in_header": lambda: full(b"{}", X_Nul="a\0b"),
    "http_2": lambda: b"\0\0\x12\4\0\0\0\0\0\0\3\0\0\0\x80\0\4\0\1\0\0\0\5\0\xff\xff\xff",
    "status_000": lambda: full(b"{}", "000 Odd"),
    "status_304": lambda: full(b"", "304 Not Modified"),
    "status_999": lambda: full(b"", "999 Odd"),
    "switching": lambda: head("101 Switching Protocols", Upgrade="x", Connection="upgrade") + b"hello",
    "hints": lambda: b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" * 3 + full(b'{"ok": true}'),
    "old_http": lambda: b'HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{"ok": true}',
    "identity": lambda: full(b'{"ok": true}', Content_Encoding="Identity"),
    "brotli": lambda: full(b"\x8b\x00\x80{}\x03", Content_Encoding="br"),
    "zstandard": lambda: full(b"\x28\xb5\x2f\xfd\x20\x02\x11\x00\x00{}", Content_Encoding="zstd"),
    "bomb": lambda: full(gzip.compress(b"0" * 5_000_000), Content_Encoding="gzip"),
    "zipped_stream": lambda: full(gzip.compress(b"data: 1\n\n"), type="text/event-stream", Content_Encoding="gzip"),
    "zipped_error": lambda: full(gzip.compress(b"{}"), "500 Internal Server Error", Content_Encoding="gzip"),
    "nested_encodings": lambda: full(b"{}", Content_Encoding="identity, gzip"),
    "redirect_nowhere": lambda: full(b"", "302 Found", Location="http://[::broken"),
    "redirect_to_itself": lambda: full(b"", "307 Temporary Redirect", Location="/v1/redirect_to_itself"),
    "tiny_chunks": lambda: STREAM + chunk(b"data: 1\n\n") + b"1\r\n:\r\n" * 3000 + chunk(b"\n\n") + chunk(b""),
}
ANSWERS |= HEADS


def said(text: str) -> str:
    """A streamed event of a chat that adds a text."""
    return delta(content=text)


def delta(**parts: object) -> str:
    return json.dumps({"choices": [{"index": 0, "delta": parts, "finish_reason": None}]})


STOP = '{"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}'
ODD_EVENTS = (
    b"\xef\xbb\xbf: a comment\r\ndata: " + said("Well").encode() + b"\r\n\r\n"  # BOM, comment, CRLF
    + b"data:" + said(" then").encode() + b"\r\r"  # no space, CR
    + b'data: {"choices": [{"index": 0,\ndata: "delta": {"content": ","}}]}\n\n'  # several lines
    + b"data:\n\ndata\n\nevent: ping\n\nid: 7\nretry: 10\n\n"  # empty data and none
    + b"data: a\xff\xfeb\n\ndata: a\0b\n\n"  # no UTF-8, NUL
    + b'data: {"choices": [{"index": 0, "delta": {"content": ' + b"9" * 5000 + b"}}]}\n\n"
    + b"data: " + b"[" * 10_000 + b"]" * 10_000 + b"\n\n"
    + b'data: {"usage": ' + b'{"a": ' * 3000 + b"1" + b"}" * 3000 + b"}\n\n"
    + b'data: {"choices": [], "usage": null}\n\n'
    + b'data: {"choices": [{"index": 1, "delta": {"content": "another choice"}}]}\n\n'
    + b"data: " + said(" \u2028!").encode() + b"\n\ndata: " + STOP.encode() + b"\n\n"
    + b'data: {"choices": [], "usage": {"prompt_tokens": 1000, "completion_tokens": 100}}\n\ndata: [DONE]\n\n'
)  # fmt: skip


def stream(*data: str, name: str = "") -> bytes:
    return events("".join((f"event: {name}\n" if name else "") + f"data: {one}\n\n" for one in data).encode())


ODD_JSON = (
    b'{"z": 1, "choices": [{"index": 0, "message": {"content": "Well"}, "finish_reason": "stop"}], "a": NaN, "b": 1e999,\n'
    b'\t"c": -Infinity, "d": 12345678901234567890123, "e": 1.10, "z": 2 ,"z":3}'
)
ERROR = b'{"error": {"message": "no credits", "type": "insufficient_quota"}}'
CHAT = b'{"choices": [{"index": 0, "message": {"content": "Well"}, "finish_reason": "stop"}]}'
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
STATUSES = {
    401: "Unauthorized", 402: "Payment Required", 403: "Forbidden", 404: "Not Found", 413: "Content Too Large",
    422: "Unprocessable Content", 429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway",
    503: "Service Unavailable", 504: "Gateway Timeout",
}  # fmt: skip
BODIES: dict[str, Callable[[], bytes]] = {
    "odd_events": lambda: events(ODD_EVENTS),
    "no_end": lambda: stream(said("Well")),
    "only_reason": lambda: stream(said("Well"), STOP),
    "only_mark": lambda: stream(said("Well"), "[DONE]"),
    "cut_before_end": lambda: STREAM + chunk(b"data: %s\n\n" % said("Well").encode()) + b"40\r\ndata: {",
    "cut_after_reason": lambda: STREAM + chunk(b"data: %s\n\ndata: %s\n\n" % (said("Well").encode(), STOP.encode())),
    "named_error": lambda: stream('{"message": "overloaded"}', name="error"),
    "error_after_text": lambda: stream(said("Well"), '{"error": {"message": "overloaded", "type": "server_error"}}', "[DONE]"),
    "error_as_stream": lambda: events(ERROR),
    "json_as_stream": lambda: events(CHAT),
    "html_as_stream": lambda: events(b"<!doctype html>\n<title>Welcome</title>"),
    "empty_stream": lambda: events(b""),
    "deltas": lambda: stream(
        delta(reasoning_content="Let me see."), delta(content=None, refusal="I had rather not."),
        delta(tool_calls=[{"index": 0, "id": "call-1", "function": {"name": "get_weather", "arguments": '{"city"'}}]),
        delta(tool_calls=[{"index": 0, "function": {"arguments": ': "Oslo"}'}}]), "[DONE]",
    ),
    "events_as_vector": lambda: stream(said("Well"), "[DONE]"),
    "comments_only": lambda: events(b": ping\n\n: ping\n\n"),
    "error_as_text": lambda: full(ERROR, type="text/plain"),
    "json_as_html": lambda: full(CHAT, type="text/html"),
    "json_as_nothing": lambda: b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(CHAT), CHAT),
    "chat_json": lambda: full(CHAT),
    "empty_json": lambda: full(b""),
    "no_content": lambda: b"HTTP/1.1 204 No Content\r\n\r\n",
    "broken_json": lambda: full(b'{"choices": ['),
    "odd_json": lambda: full(ODD_JSON),
    "digits_json": lambda: full(b'{"choices": ' + b"9" * 5000 + b"}"),
    "deep_json": lambda: full(b'{"choices": ' + b"[" * 10_000 + b"]" * 10_000 + b"}"),
    "binary_as_json": lambda: full(b"\x89PNG\r\n\x1a\n\0\xff"),
    "mp3_as_wav": lambda: full(b"ID3\x04\x00\x00", type="audio/wav"),
    "svg_as_wav": lambda: full(SVG, type="audio/wav"),
    "svg": lambda: full(SVG, type="image/svg+xml"),
    "image": lambda: full(json.dumps({"data": [{"b64_json": PIXEL}]}).encode()),
    "svg_as_image": lambda: full(json.dumps({"data": [{"b64_json": base64.b64encode(SVG).decode()}]}).encode()),
    "rate_silent": lambda: failed("slow down", "429 Too Many Requests"),
    "echo_escaped": lambda: full(b'{"error": {"message": "no key %s"}}' % KEY.replace("-", "\\u002d").encode(), "401 No"),
    "echo_in_address": lambda: full(b"no key " + "".join(f"%{ord(c):02X}" for c in KEY).encode(), "401 No", "text/plain"),
    "echo_basic": lambda: full(b"sent Basic " + base64.b64encode(b"me:" + KEY.encode()), "401 No", "text/plain"),
}  # fmt: skip
BODIES |= {f"status_{status}": lambda s=status, p=phrase: full(b"", f"{s} {p}") for status, phrase in STATUSES.items()}
ANSWERS |= BODIES
