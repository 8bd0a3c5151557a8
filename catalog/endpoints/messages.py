"""Messages: `POST /messages`, as in Anthropic's API reference. The sandbox says here what it says in chat."""

from collections.abc import Iterator
from typing import Any

from catalog.endpoints.answers import MESSAGE_FRAME, REPLY_FRAME, Refused, counted, counts, shortened, split, text_of, tokens
from catalog.endpoints.parameters import Parameter
from catalog.endpoints.reading.chat_reading import latest, parsed
from catalog.endpoints.reading.messages_assembly import assembled
from catalog.endpoints.sandbox.small_talk import answer
from gateway.sse import Event

__all__ = ["assembled"]  # a part of the registry's contract

MODALITY = "chat"
LABEL = "Messages"
BADGE = "messages"
PATH = "/messages"
SUMMARY = "A conversation in the shape of Anthropic's API, text out."
METERS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens", "requests")
RESPONSE_TYPE = "application/json"
HEADERS = (("anthropic-version", "2023-06-01"),)
NAMED_EVENTS = True

PARAMETERS = (
    Parameter("system", "text", "System", "How the model should answer."),
    Parameter(
        "messages", "messages", "Messages", "User and assistant in turn, oldest first.",
        required=True, choices=("user", "assistant"),
    ),
    Parameter("max_tokens", "integer", "Max tokens", "Longest answer. Caps the cost.", default=1024, required=True, minimum=1),
    Parameter("temperature", "number", "Temperature", "Higher is more varied.", minimum=0, maximum=1, step=0.1),
    Parameter("top_p", "number", "Top p", "Share of likely tokens to choose from.", minimum=0, maximum=1, step=0.05),
    Parameter("stop_sequences", "list", "Stop sequences", "Texts that end the answer, one a line.", advanced=True),
    Parameter("stream", "boolean", "Stream the answer", "Piece by piece, as it is made.", default=False),
)  # fmt: skip
EXAMPLE = {
    "system": "You are a helpful assistant.", "messages": [{"role": "user", "content": "Hello!"}],
    "max_tokens": 1024, "stream": False,
}  # fmt: skip
QUICKSTART = {"messages": [{"role": "user", "content": "Hello!"}], "max_tokens": 1024}
REASONS = {"stop": "end_turn", "length": "max_tokens"}


def reply(body: dict[str, Any]) -> dict[str, Any] | Iterator[dict[str, Any]]:
    messages = checked(body)
    said, finish = shortened(answer(messages), body.get("stop_sequences") or [], body["max_tokens"])
    count = {
        "input_tokens": sum(MESSAGE_FRAME + tokens(text_of(message.get("content"))) for message in messages),
        "output_tokens": tokens(said) + REPLY_FRAME,
    }
    whole = {
        "id": "msg_abc123", "type": "message", "role": "assistant", "model": body.get("model"),
        "content": [{"type": "text", "text": said}], "stop_reason": REASONS[finish], "stop_sequence": None, "usage": count,
    }  # fmt: skip
    return events(whole, said) if body.get("stream") else whole


def checked(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The conversation, the system's part first. Raises Refused."""
    messages, limit = body.get("messages"), body.get("max_tokens")
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise Refused("max_tokens must be a whole number of at least 1.", "max_tokens")
    if not isinstance(messages, list) or not messages:
        raise Refused("messages must be a list with at least one message.", "messages")
    for index, message in enumerate(messages):
        if not isinstance(message, dict) or message.get("role") not in ("user", "assistant"):
            raise Refused(f"messages[{index}] must have the role user or assistant.", f"messages[{index}]")
    system = text_of(body.get("system"))
    return ([{"role": "system", "content": system}] if system else []) + messages


def events(whole: dict[str, Any], said: str) -> Iterator[dict[str, Any]]:
    opening = {**whole, "content": [], "stop_reason": None, "usage": {**whole["usage"], "output_tokens": 1}}
    yield {"type": "message_start", "message": opening}
    yield {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    for word in split(said):
        yield {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": word}}
    yield {"type": "content_block_stop", "index": 0}
    ending = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    yield {"type": "message_delta", "delta": ending, "usage": {"output_tokens": whole["usage"]["output_tokens"]}}
    yield {"type": "message_stop"}


def delta(event: Event) -> str:
    found = latest(event.data)
    added = found.get("delta")
    text = added.get("text") if isinstance(added, dict) and found.get("type") == "content_block_delta" else None
    return text if isinstance(text, str) else ""


def thought(event: Event) -> str:
    """The reasoning that a streamed event adds."""
    added = latest(event.data).get("delta")
    text = added.get("thinking") if isinstance(added, dict) else None
    return text if isinstance(text, str) else ""


def whole(events: list[Event]) -> dict[str, Any]:
    """A streamed answer as one, in the words of `chat.whole`; counts come in two events and are put together."""
    rows = [parsed(event.data) for event in events]
    starts = [row["message"] for row in rows if row.get("type") == "message_start" and isinstance(row.get("message"), dict)]
    start = starts[0] if starts else {}
    ends = [row for row in rows if row.get("type") == "message_delta" and isinstance(row.get("delta"), dict)]
    usage = counted(start) | counted(ends[-1] if ends else None)
    return {
        "finish_reason": ends[-1]["delta"].get("stop_reason") if ends else None,
        "usage": usage if ends else None,  # what the start counts of the output is not what it comes to
        "done": any(row.get("type") == "message_stop" for row in rows),
    }


def output(response: dict[str, Any]) -> str | None:
    texts = [part.get("text") for part in response.get("content") or [] if part.get("type") == "text"]
    return "".join(texts) if texts else None


def usage(request: dict[str, Any] | None, response: dict[str, Any] | None) -> dict[str, int]:
    """Anthropic counts cached tokens beside the input, not in it: here they become parts of it, as elsewhere."""
    said = counted(response)
    cached = counts({"read": said.get("cache_read_input_tokens"), "written": said.get("cache_creation_input_tokens")})
    found = counts({meter: said.get(meter) for meter in ("input_tokens", "output_tokens")})
    if "input_tokens" not in found:
        return {}
    parts = {"cache_read_tokens": cached.get("read", 0), "cache_write_tokens": cached.get("written", 0)}
    found["input_tokens"] += sum(parts.values())
    return found | {meter: count for meter, count in parts.items() if count}
