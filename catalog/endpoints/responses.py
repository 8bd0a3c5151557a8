"""Responses: `POST /responses`, as in OpenAI's API reference. The sandbox says here what it says in chat."""

from collections.abc import Iterator
from typing import Any

from catalog.endpoints.answers import MESSAGE_FRAME, REPLY_FRAME, Refused, counted, counts, shortened, split, text_of, tokens
from catalog.endpoints.parameters import Parameter
from catalog.endpoints.reading.chat_reading import keyed, latest, parsed
from catalog.endpoints.sandbox.chat_answer import CREATED
from catalog.endpoints.sandbox.small_talk import answer
from gateway.sse import Event

MODALITY = "chat"
LABEL = "Responses"
BADGE = "responses"
PATH = "/responses"
SUMMARY = "Text and images in, text out, with the state of a conversation kept by the gateway."
METERS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens", "requests")
RESPONSE_TYPE = "application/json"
NAMED_EVENTS = True
SDK = {
    "method": "responses.create",
    "fields": frozenset(
        "model input instructions temperature top_p max_output_tokens reasoning stream tools tool_choice text store user "
        "previous_response_id metadata include parallel_tool_calls truncation".split()
    ),
    "python": "print(r.output_text)",
    "python_stream": (
        'for event in stream:\n    if event.type == "response.output_text.delta":\n        print(event.delta, end="")'
    ),
    "typescript": "console.log(r.output_text);",
    "typescript_stream": (
        "for await (const event of stream) {\n"
        '  if (event.type === "response.output_text.delta") process.stdout.write(event.delta);\n}'
    ),
}

PARAMETERS = (
    Parameter("instructions", "text", "Instructions", "How the model should answer: the system's part."),
    Parameter("input", "text", "Input", "What is asked.", required=True),
    Parameter("temperature", "number", "Temperature", "Higher is more varied.", minimum=0, maximum=2, step=0.1),
    Parameter("top_p", "number", "Top p", "Share of likely tokens to choose from.", minimum=0, maximum=1, step=0.05),
    Parameter("max_output_tokens", "integer", "Max output tokens", "Longest answer. Caps the cost.", minimum=1),
    Parameter("stream", "boolean", "Stream the answer", "Piece by piece, as it is made.", default=False),
)
EXAMPLE = {"instructions": "You are a helpful assistant.", "input": "Hello!", "max_output_tokens": 1024, "stream": False}
QUICKSTART = {"input": "Hello!"}

ID, ITEM = "resp_abc123", "msg_abc123"
SPOKEN = ("response.output_text.delta", "response.refusal.delta")
REASONED = ("response.reasoning_text.delta", "response.reasoning_summary_text.delta")
ENDINGS = {"response.completed": "completed", "response.incomplete": "incomplete", "response.failed": "failed"}


def reply(body: dict[str, Any]) -> dict[str, Any] | Iterator[dict[str, Any]]:
    messages = conversation(body)
    said, finish = shortened(answer(messages), [], body.get("max_output_tokens"))
    whole = finished(body, messages, said, finish)
    return events(whole, said) if body.get("stream") else whole


def conversation(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The request as chat messages. Raises Refused where `input` is neither text nor messages."""
    given, instructions = body.get("input"), body.get("instructions")
    messages = [{"role": "user", "content": given}] if isinstance(given, str) and given.strip() else given
    if not isinstance(messages, list) or not messages:
        raise Refused("input must be a text, or a list with at least one message.", "input")
    if not all(isinstance(message, dict) for message in messages):
        raise Refused("input must hold objects with a role and a content.", "input")
    known = [{"role": str(m.get("role", "user")), "content": text_of(m.get("content"))} for m in messages]
    return ([{"role": "system", "content": instructions}] if isinstance(instructions, str) and instructions else []) + known


def finished(body: dict[str, Any], messages: list[dict[str, Any]], said: str, finish: str) -> dict[str, Any]:
    prompt = sum(MESSAGE_FRAME + tokens(message["content"]) for message in messages)
    completion = tokens(said) + REPLY_FRAME
    cut = finish == "length"
    content = {"type": "output_text", "text": said, "annotations": []}
    status = "incomplete" if cut else "completed"
    return {
        "id": ID, "object": "response", "created_at": CREATED, "status": status, "model": body.get("model"),
        "incomplete_details": {"reason": "max_output_tokens"} if cut else None, "error": None,
        "instructions": body.get("instructions"), "metadata": {}, "tools": [], "tool_choice": "auto", "parallel_tool_calls": True,
        "output": [{"id": ITEM, "type": "message", "role": "assistant", "status": status, "content": [content]}],
        "usage": {
            "input_tokens": prompt, "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": completion, "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": prompt + completion,
        },
    }  # fmt: skip


def events(whole: dict[str, Any], said: str) -> Iterator[dict[str, Any]]:
    """The events of a stream in their order, numbered; the last one holds the whole response."""
    place = {"item_id": ITEM, "output_index": 0, "content_index": 0}
    part = {"type": "output_text", "text": "", "annotations": []}
    item = whole["output"][0]
    started = {**whole, "status": "in_progress", "output": [], "usage": None, "incomplete_details": None}
    opened = {**item, "status": "in_progress", "content": []}
    rows: list[dict[str, Any]] = [
        {"type": "response.created", "response": started},
        {"type": "response.output_item.added", "output_index": 0, "item": opened},
        {"type": "response.content_part.added", **place, "part": part},
        *({"type": "response.output_text.delta", **place, "delta": word, "logprobs": []} for word in split(said)),
        {"type": "response.output_text.done", **place, "text": said, "logprobs": []},
        {"type": "response.content_part.done", **place, "part": item["content"][0]},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": f"response.{whole['status']}", "response": whole},
    ]
    for number, row in enumerate(rows):
        yield {**row, "sequence_number": number}


def delta(event: Event) -> str:
    found = latest(event.data)
    text = found.get("delta")
    return text if str(found.get("type")) in SPOKEN and isinstance(text, str) else ""


def thought(event: Event) -> str:
    """The reasoning that a streamed event adds, or what the model tells of it."""
    found = latest(event.data)
    text = found.get("delta")
    return text if found.get("type") in REASONED and isinstance(text, str) else ""


def whole(events: list[Event]) -> dict[str, Any]:
    """A streamed answer as one, in the words of `chat.whole`."""
    last = next((found for event in reversed(events) if str((found := parsed(event.data)).get("type")) in ENDINGS), {})
    response = last.get("response")
    return {
        "finish_reason": ENDINGS.get(last.get("type", "")),
        "usage": response.get("usage") if isinstance(response, dict) else None,
        "done": bool(last),
    }


def assembled(events: list[Event]) -> dict[str, Any]:
    """The response as the last event that holds one has it, empty where none does."""
    return next(filter(None, (keyed(parsed(event.data).get("response")) for event in reversed(events))), {})


def output(response: dict[str, Any]) -> str | None:
    parts = [part for item in response.get("output") or [] if item.get("type") == "message" for part in item.get("content") or []]
    texts = [part.get("text") for part in parts if part.get("type") == "output_text"]
    return "".join(texts) if texts else None


def usage(request: dict[str, Any] | None, response: dict[str, Any] | None) -> dict[str, int]:
    found = counted(response)
    prompt, completion = keyed(found.get("input_tokens_details")), keyed(found.get("output_tokens_details"))
    return counts({
        "input_tokens": found.get("input_tokens"),
        "output_tokens": found.get("output_tokens"),
        "cache_read_tokens": prompt.get("cached_tokens") or None,
        "reasoning_tokens": completion.get("reasoning_tokens") or None,
    })  # fmt: skip
