"""What can go wrong on the wire, under one name each. Reads httpx errors and error answers; decides nothing."""

import json
import math
import re
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import httpx

from gateway.connection import TooLong
from gateway.exchange import Exchange

MESSAGE_LENGTH = 500  # characters
ERROR_LENGTH = 64 * 1024  # bytes; a longer body is an answer, and is not parsed to look for an error
DAY = 24 * 60 * 60

# Where no answer came, `type` is one of these; their text is the message unless the failure has a better one.
FAILURES = {
    "bad_request": "The request could not be written.",
    "connection_refused": "The gateway cannot be connected to.",
    "dns_error": "The gateway's host name is not known.",
    "tls_error": "No secure connection to the gateway could be made.",
    "connect_timeout": "The connection to the gateway took too long.",
    "first_byte_timeout": "The gateway took too long to begin its answer.",
    "idle_timeout": "The gateway's answer stalled.",
    "total_timeout": "The whole answer took too long.",
    "connection_lost": "The gateway closed the connection before its answer was complete.",
    "bad_response": "The gateway's answer is not valid HTTP.",
    "too_large": "The gateway's answer is larger than is read here.",
    "redirect_refused": "The gateway answered with a redirect, which is not followed.",
    "encoding_refused": "The gateway compressed its answer although it was asked not to.",
}

# By the codes of OpenSSL's x509_vfy.h.
UNTRUSTED = "The gateway's certificate is not signed by an authority that this site trusts."
ANOTHER_HOST = "The gateway's certificate is made out to another host."
CERTIFICATES = {
    9: "The gateway's certificate is not valid yet.", 10: "The gateway's certificate has expired.",
    18: UNTRUSTED, 19: UNTRUSTED, 20: UNTRUSTED, 21: UNTRUSTED, 62: ANOTHER_HOST, 64: ANOTHER_HOST,
}  # fmt: skip
NO_TLS = {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"}


class GatewayError(Exception):
    """No answer, an unusable one, or one that reports an error.

    status: of the HTTP answer, None where there was none. type: a key of FAILURES, the gateway's own word, or
    http_<status>. message: one plain sentence or the gateway's own. retry_after: seconds, 0 to 86400. exchange: what
    was on the wire.
    """

    def __init__(
        self,
        type: str,
        message: str = "",
        status: int | None = None,
        retry_after: int | None = None,
        exchange: Exchange | None = None,
    ):
        self.type = type
        self.message = message or FAILURES.get(type, type)
        self.status = status
        self.retry_after = retry_after
        self.exchange = exchange
        super().__init__(f"{type}: {self.message}")


def failure(error: Exception, answered: bool) -> str:
    """The key of FAILURES for what httpx (or the socket below it) raised. answered: whether a status had come."""
    match error:
        case httpx.InvalidURL() | httpx.UnsupportedProtocol() | httpx.LocalProtocolError():
            return "bad_request"
        case httpx.ConnectTimeout() | httpx.PoolTimeout():
            return "connect_timeout"
        case httpx.TimeoutException():
            return "idle_timeout" if answered else "first_byte_timeout"
        case TooLong():
            return "too_large"
        case httpx.RemoteProtocolError():
            return "bad_response"
        case httpx.ConnectError() | OSError():
            return _connection(error)
    return "connection_lost"


def sentence(error: Exception, type: str) -> str:
    """What FAILURES says of the type; of TLS what exactly is wrong, where that can be told."""
    found = [cause for cause in _causes(error) if isinstance(cause, ssl.SSLError)] if type == "tls_error" else []
    codes = [cause.verify_code for cause in found if isinstance(cause, ssl.SSLCertVerificationError)]
    if codes:
        return CERTIFICATES.get(codes[0], "The gateway's certificate is not valid.")
    if any(cause.reason in NO_TLS for cause in found):
        return "The gateway's address begins with https, but what answers there does not speak TLS."
    return FAILURES[type]


def _connection(error: BaseException) -> str:
    causes = list(_causes(error))
    for kind, type in (
        (socket.gaierror, "dns_error"),
        (ssl.SSLError, "tls_error"),
        (ConnectionResetError, "connection_lost"),
        (OSError, "connection_refused"),
    ):
        if any(isinstance(cause, kind) for cause in causes):
            return type
    return "connection_lost"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what lies under it; several addresses of a host fail as a group."""
    yield error
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _causes(one)
    if below := error.__cause__ or error.__context__:
        yield from _causes(below)


def refused(exchange: Exchange) -> GatewayError:
    """The error that an answer with an error status stands for."""
    text = exchange.text() or ""
    status = exchange.status or 0
    type, message = envelope(text) or (f"http_{status}", _first_line(text, exchange.content_type) or _phrase(status))
    if 300 <= status < 400 and status != HTTPStatus.NOT_MODIFIED:
        type, message = "redirect_refused", ""
    return GatewayError(type, message, status, retry_after(exchange.header("retry-after")), exchange)


def reported(data: str, exchange: Exchange | None = None, name: str = "") -> GatewayError | None:
    """The error that one event's data carries in a stream whose status was 200, else None. An event's `name` may say so."""
    # The cheap test first: this is asked of every event.
    found = envelope(data) if '"error"' in data else None
    if not found and name == "error":
        found = "error", _message(data)
    return GatewayError(*found, exchange.status if exchange else None, exchange=exchange) if found else None


def only_error(exchange: Exchange) -> GatewayError | None:
    """The error of a 200 whose body is nothing else, whatever type it claims, else None. A failed job has an error too, but an
    id: an answer.
    """
    text = None if len(exchange.body) > ERROR_LENGTH else exchange.text()
    body = _parsed(text or "")
    return reported(text or "", exchange) if isinstance(body, dict) and "id" not in body else None


def without_events(exchange: Exchange) -> GatewayError:
    """What to call a stream that ended without a single event."""
    if error := only_error(exchange):
        return error
    what = "something else" if exchange.body.strip() else "nothing"
    message = f"The gateway announced an event stream and sent {what}."
    return GatewayError("bad_response", message, exchange.status, exchange=exchange)


def json_of(exchange: Exchange, due: str = "JSON") -> Any:
    """The body parsed as JSON. Raises GatewayError bad_response when it is none; `due` is what was expected."""
    try:
        return json.loads(exchange.body)
    except (ValueError, RecursionError):
        raise GatewayError("bad_response", _no_json(exchange, due), exchange.status, exchange=exchange) from None


def _no_json(exchange: Exchange, due: str) -> str:
    if not exchange.body:
        return f"The gateway answered nothing where {due} was due."
    if exchange.content_type in ("", "application/json"):
        return "The gateway's answer is not valid JSON."
    return f"The gateway answered {exchange.content_type} where {due} was due."


def envelope(text: str) -> tuple[str, str] | None:
    """(type, message) of a JSON error, else None.

    OpenAI's envelope `{"error": {"message", "type", "code"}}`, its short form `{"error": "message"}`, and two events of
    the responses API, `{"type": "error", "message", "code"}` and `{"type": "response.failed", "response": {"error"}}`.
    """
    body = _parsed(text)
    if isinstance(body, dict) and body.get("type") == "response.failed":
        body = body.get("response")
    if not isinstance(body, dict):
        return None
    error = body.get("error") or (body if body.get("type") == "error" else None)
    if isinstance(error, str):
        error = {"message": error}
    if not isinstance(error, dict):
        return None
    types = (_word(error.get("type")), _word(error.get("code")))
    type = next((one for one in types if one not in ("", "error")), "error")[:MESSAGE_LENGTH]
    return type, _word(error.get("message"))[:MESSAGE_LENGTH] or type


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None  # not JSON, or nested beyond reading: then it is no envelope


def _word(value: object) -> str:
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _message(data: str) -> str:
    body = _parsed(data)
    said = _word(body.get("message")) if isinstance(body, dict) else ""
    return said[:MESSAGE_LENGTH] or _first_line(data, "") or "error"


def _first_line(text: str, content_type: str) -> str:
    """Nothing of an HTML page: its first line is a doctype."""
    return "" if content_type == "text/html" else text.strip().partition("\n")[0].strip()[:MESSAGE_LENGTH]


def _phrase(status: int) -> str:
    known = {one.value: one.phrase for one in HTTPStatus}
    return f"The gateway answered {status} {known.get(status, '')}".strip() + "."


def retry_after(value: str | None, now: datetime | None = None) -> int | None:
    """Seconds to wait, of a Retry-After header: 0 to 86400, a longer wait cut to a day; None if absent or unreadable.

    RFC 9110, section 10.2.3: whole seconds or an HTTP date. Fractions are accepted because gateways send them.
    """
    value = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,12})?", value):
        return min(math.ceil(float(value)), DAY)
    if len(value) > 40 or "," not in value:
        return None
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    wait = when.replace(tzinfo=when.tzinfo or UTC) - (now or datetime.now(UTC))
    return min(max(math.ceil(wait.total_seconds()), 0), DAY)
