"""What a visitor gets of each fault of a gateway: `tests/gateway` has the gateways, `docs/faults.md` the words for people."""

from dataclasses import dataclass, field

WHOLE, STREAM = {}, {"stream": "on"}
SPEECH = {"model": "openai/tts-1-hd", "input": "Hello!", "voice": "alloy", "response_format": "wav"}
PICTURE = {"model": "orbit/paint", "prompt": "A cat"}
VECTOR = {"model": "orbit/embed", "input": "Hello!"}


@dataclass(frozen=True)
class Fault:
    """asked: more fields of the form. limits: of the gateway's client, where they are not generous."""

    state: str
    type: str = ""
    words: str = ""  # on the run's page
    output: str | None = None
    asked: dict[str, str] = field(default_factory=lambda: STREAM)
    limits: dict[str, float] = field(default_factory=dict)


def clock(state: str, type: str, words: str, output: str | None = None, **limits: float) -> Fault:
    return Fault(state, type, words, output, limits=limits)


LOST = "The gateway closed the connection before its answer was complete."
NO_HTTP = "The gateway's answer is not valid HTTP."
LARGE, HEADERS = "answer is larger than is read here.", "The headers of the gateway's answer are larger than is read here."
PACKED = "The gateway compressed its answer although it was asked not to."
REDIRECT = "The gateway answered with a redirect, which is not followed."
BROKEN_OFF = "The answer broke off: no finish reason and no end mark came."
LATE, STALLED = "The gateway took too long to begin its answer.", "The gateway's answer stalled."
TOO_LONG = "The whole answer took too long."

FAULTS = {
    # Clocks
    "silent": clock("error", "first_byte_timeout", LATE, first_byte=0.1),
    "drip_head": clock("error", "first_byte_timeout", LATE, first_byte=0.1),
    "hints_without_end": clock("error", "first_byte_timeout", LATE, first_byte=0.1),
    "said_then_held": clock("limited", "idle_timeout", STALLED, "Well", idle=0.3),
    "drip_comments": clock("limited", "idle_timeout", STALLED, idle=0.3),
    "drip_bytes": clock("limited", "idle_timeout", STALLED, idle=0.3),
    "drip_events": clock("limited", "total_timeout", TOO_LONG, total=0.4),
    "silent_body": clock("limited", "idle_timeout", STALLED, idle=0.1),
    "drip_body": clock("limited", "total_timeout", TOO_LONG, total=0.4),
    # Caps
    "huge_body": Fault("limited", "too_large", LARGE, limits={"wire_bytes": 100_000}),
    "huge_stream": Fault("limited", "too_large", LARGE, limits={"wire_bytes": 10_000}),
    "huge_event": Fault("limited", "too_large", "An event is larger than 10000 bytes.", limits={"event_bytes": 10_000}),
    "huge_error": Fault("error", "http_500", "Retry with backoff."),
    "large_header": Fault("limited", "too_large", HEADERS),
    "many_headers": Fault("limited", "too_large", HEADERS),
    "huge_header": Fault("error", "too_large", LARGE),
    "huge_status_line": Fault("error", "too_large", LARGE),
    "huge_chunk_size": Fault("limited", "too_large", LARGE),
    "huge_trailers": Fault("limited", "too_large", LARGE),
    # Connections
    "aborted": Fault("error", "connection_lost", LOST),
    "no_answer": Fault("error", "connection_lost", LOST),
    "said_then_reset": Fault("incomplete", "connection_lost", LOST, "Well"),
    "half_closed": Fault("error", "connection_lost", LOST),
    "truncated_body": Fault("error", "connection_lost", LOST),
    "cut_before_end": Fault("incomplete", "connection_lost", "What came until then is kept.", "Well"),
    "bad_chunk_size": Fault("error", "bad_response", NO_HTTP),
    "no_http": Fault("error", "bad_response", NO_HTTP),
    "http_2": Fault("error", "bad_response", NO_HTTP),
    "two_lengths": Fault("error", "bad_response", NO_HTTP),
    # What was not asked for
    "redirect": Fault("error", "redirect_refused", REDIRECT),
    "redirect_nowhere": Fault("error", "redirect_refused", REDIRECT),
    "zipped": Fault("error", "encoding_refused", "The compressed body was not read."),
    "brotli": Fault("error", "encoding_refused", PACKED),
    "zstandard": Fault("error", "encoding_refused", PACKED),
    "bomb": Fault("error", "encoding_refused", PACKED),
    "zipped_transfer": Fault("error", "bad_response", NO_HTTP),
    # Streams
    "odd_events": Fault("complete", output="Well then, \u2028!", words="another choice"),
    "no_end": Fault("incomplete", words=BROKEN_OFF, output="Well"),
    "only_reason": Fault("complete", output="Well"),
    "only_mark": Fault("complete", output="Well"),
    "cut_after_reason": Fault("incomplete", "connection_lost", "What came until then is kept.", "Well"),
    "hung_after_done": clock("complete", "", "The answer has no text.", idle=0.1),
    "deltas": Fault("complete", words="get_weather", output="I had rather not."),
    "error_event": Fault("error", "529", "overloaded"),
    "named_error": Fault("error", "error", "overloaded"),
    "error_after_text": Fault("incomplete", "server_error", "overloaded", "Well"),
    "empty_stream": Fault("error", "bad_response", "The gateway announced an event stream and sent nothing."),
    "comments_only": Fault("error", "bad_response", "The gateway announced an event stream and sent something else."),
    # Something else than was due
    "error_in_200": Fault("error", "insufficient_quota", "no credits"),
    "error_with_id": Fault("error", "insufficient_quota", "no credits"),
    "error_beside_text": Fault("incomplete", "insufficient_quota", "no credits", output="Well", asked=WHOLE),
    "error_as_stream": Fault("error", "insufficient_quota", "no credits"),
    "error_as_text": Fault("error", "insufficient_quota", "no credits"),
    "json_as_stream": Fault("error", "bad_response", "The gateway announced an event stream and sent something else."),
    "html_as_stream": Fault("error", "bad_response", "The gateway announced an event stream and sent something else."),
    "html": Fault("error", "bad_response", "The gateway answered text/html where an event stream was due."),
    "audio": Fault("error", "bad_response", "The body is no text, so it is not shown."),
    "chat_json": Fault("complete", output="Well"),
    "empty": Fault("error", "bad_response", "The gateway answered nothing where an event stream was due."),
    "empty_json": Fault("error", "bad_response", "The gateway answered nothing where JSON was due.", asked=WHOLE),
    "no_content": Fault("error", "bad_response", "The gateway answered nothing where JSON was due.", asked=WHOLE),
    "events_as_vector": Fault("error", "bad_response", "text/event-stream where JSON was due.", asked=VECTOR),
    "json_as_html": Fault("complete", output="Well", asked=WHOLE),
    "json_as_nothing": Fault("complete", output="Well", asked=WHOLE),
    # Odd JSON
    "odd_json": Fault("complete", words="12345678901234567890123", output="Well", asked=WHOLE),
    "digits_json": Fault("error", "bad_response", "The gateway's answer is not valid JSON.", asked=WHOLE),
    "deep_json": Fault("error", "bad_response", "The gateway's answer is not valid JSON.", asked=WHOLE),
    "broken_json": Fault("error", "bad_response", "The gateway's answer is not valid JSON.", asked=WHOLE),
    "binary_as_json": Fault("error", "bad_response", "The gateway's answer is not valid JSON.", asked=WHOLE),
    # Files
    "mp3_as_wav": Fault("complete", words="audio/mpeg, 6 bytes", asked=SPEECH),
    "svg_as_wav": Fault("complete", words="Its bytes show no audio format that a browser plays", asked=SPEECH),
    "image": Fault("complete", words="image/png", asked=PICTURE),
    "svg_as_image": Fault("complete", words="application/octet-stream", asked=PICTURE),
    "svg": Fault("error", "bad_response", "The gateway answered image/svg+xml where audio was due.", asked=SPEECH),
    # Statuses
    "status_401": Fault("error", "http_401", "Check the key; do not retry."),
    "status_402": Fault("error", "http_402", "Top up, then retry."),
    "status_403": Fault("error", "http_403", "Ask for access, or use another model."),
    "status_404": Fault("error", "http_404", "Check the slug and the path."),
    "status_413": Fault("error", "http_413", "Send a shorter text or a smaller file."),
    "status_422": Fault("error", "http_422", "Correct the field that the message names."),
    "status_500": Fault("error", "http_500", "Retry with backoff."),
    "status_502": Fault("error", "http_502", "Retry with backoff."),
    "status_503": Fault("error", "http_503", "Retry with backoff."),
    "status_504": Fault("error", "http_504", "Retry with backoff."),
    "status_999": Fault("error", "http_999", "The gateway is away or in trouble."),
    "html_502": Fault("error", "http_502", "The gateway answered 502 Bad Gateway."),
    "rate_seconds": Fault("error", "rate_limit_error", "Retry-After: ready in 7 s"),
    "rate_date": Fault("error", "rate_limit_error", "Retry-After: ready in"),
    "rate_silent": Fault("error", "rate_limit_error", "The gateway does not say how long to wait."),
    "rate_absurd": Fault("error", "rate_limit_error", "The gateway does not say how long to wait."),
    # Keys
    "echo": Fault("error", "rate_limit_error", "no such key: Bearer ****"),
    "echo_escaped": Fault("error", "error", "no key ****"),
    "echo_in_address": Fault("error", "http_401", "no key ****"),
    "echo_basic": Fault("error", "http_401", "sent Basic"),
    "spelled_key": Fault("complete", words="The body is not kept.", output="Well, **** it is"),
}  # fmt: skip
