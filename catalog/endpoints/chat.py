"""Chat completions: `POST /chat/completions`, as in OpenAI's API reference. What the sandbox says is in `small_talk`."""

from collections.abc import Iterator
from typing import Any

from catalog.endpoints.answers import MESSAGE_FRAME, REPLY_FRAME, Refused, shortened, split, text_of, tokens
from catalog.endpoints.chat_assembly import assembled
from catalog.endpoints.chat_reading import delta, output, thought, usage, whole
from catalog.endpoints.chat_view import view
from catalog.endpoints.parameters import Parameter, fill
from catalog.endpoints.small_talk import answer
from gateway.call import Call

__all__ = ["assembled", "delta", "output", "thought", "usage", "view", "whole"]  # parts of the registry's contract

MODALITY = "chat"
LABEL = "Chat completions"
BADGE = "text"
PATH = "/chat/completions"
SUMMARY = "A conversation in, the next message out, whole or token by token."
METERS = (
    "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens",
    "audio_input_tokens", "audio_output_tokens", "image_tokens", "requests", "searches",
)  # fmt: skip
RESPONSE_TYPE = "application/json"
SDK = {
    "method": "chat.completions.create",
    # What the Python SDK has an argument for; the rest of a body goes in its `extra_body`.
    "fields": frozenset(
        "model messages temperature top_p max_tokens max_completion_tokens stop seed presence_penalty frequency_penalty stream "
        "stream_options response_format tools tool_choice n logprobs top_logprobs reasoning_effort parallel_tool_calls "
        "user".split()
    ),
    "python": "print(r.choices[0].message.content)",
    "python_stream": (
        'for chunk in stream:\n    if chunk.choices:\n        print(chunk.choices[0].delta.content or "", end="")'
    ),
    "typescript": "console.log(r.choices[0].message.content);",
    "typescript_stream": (
        'for await (const chunk of stream) {\n  process.stdout.write(chunk.choices[0]?.delta?.content ?? "");\n}'
    ),
}

PARAMETERS = (
    Parameter(
        "messages", "messages", "Messages", "The conversation so far, oldest first.",
        required=True, choices=("system", "user", "assistant"),
    ),
    Parameter("temperature", "number", "Temperature", "Higher is more varied.", minimum=0, maximum=2, step=0.1),
    Parameter("top_p", "number", "Top p", "Share of likely tokens to choose from.", minimum=0, maximum=1, step=0.05),
    Parameter("max_tokens", "integer", "Max tokens", "Longest answer. Caps the cost.", minimum=1),
    Parameter("stop", "list", "Stop", "Up to four texts that end the answer, one a line.", advanced=True),
    Parameter("seed", "integer", "Seed", "The same seed aims at the same answer.", advanced=True),
    Parameter(
        "presence_penalty", "number", "Presence penalty", "Above 0: fewer repeated subjects.",
        minimum=-2, maximum=2, step=0.1, advanced=True,
    ),
    Parameter(
        "frequency_penalty", "number", "Frequency penalty", "Above 0: fewer repeated words.",
        minimum=-2, maximum=2, step=0.1, advanced=True,
    ),
    Parameter("stream", "boolean", "Stream the answer", "Token by token, as it is made.", default=False),
)  # fmt: skip

EXAMPLE = {
    "messages": [{"role": "system", "content": "You are a helpful assistant."}, {"role": "user", "content": "Hello!"}],
    "temperature": 0.7, "top_p": 0.95, "max_tokens": 1024, "stream": False,
}  # fmt: skip
QUICKSTART = {"messages": [{"role": "user", "content": "Hello!"}]}

CREATED = 1776947082  # every sandbox answer carries the same moment and id, so that the same request gives the same bytes
ID = "chatcmpl-abc123"


def call(model: Any, data: dict[str, Any]) -> Call:
    body = fill({"model": model.upstream_id}, PARAMETERS, model.parameters, data)
    if body.get("stream"):
        body["stream_options"] = {"include_usage": True}
    return Call(PATH, json=body, stream=bool(body.get("stream")))


def reply(body: dict[str, Any]) -> dict[str, Any] | Iterator[dict[str, Any]]:
    messages = checked(body)
    limit = body.get("max_completion_tokens", body.get("max_tokens"))
    said, finish = shortened(answer(messages, wants_json(body)), body.get("stop") or [], limit)
    count = usage_of(messages, said)
    if body.get("stream"):
        return chunks(body, said, finish, count)
    choice = {"index": 0, "message": {"role": "assistant", "content": said}, "finish_reason": finish}
    return head(body, "chat.completion") | {"choices": [choice], "usage": count}


def checked(body: dict[str, Any]) -> list[dict[str, Any]]:
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise Refused("messages must be a list with at least one message.", "messages")
    for index, message in enumerate(messages):
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            raise Refused(f"messages[{index}] must be an object with a role and a content.", f"messages[{index}]")
    return messages


def wants_json(body: dict[str, Any]) -> bool:
    wanted = body.get("response_format")
    return isinstance(wanted, dict) and wanted.get("type") in {"json_object", "json_schema"}


def usage_of(messages: list[dict[str, Any]], said: str) -> dict[str, int]:
    prompt = sum(MESSAGE_FRAME + tokens(text_of(message.get("content"))) for message in messages)
    completion = tokens(said) + REPLY_FRAME
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def head(body: dict[str, Any], kind: str) -> dict[str, Any]:
    return {"id": ID, "object": kind, "created": CREATED, "model": body.get("model")}


def chunks(body: dict[str, Any], said: str, finish: str, count: dict[str, int]) -> Iterator[dict[str, Any]]:
    start = head(body, "chat.completion.chunk")
    yield start | {"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}]}
    for word in split(said):
        yield start | {"choices": [{"index": 0, "delta": {"content": word}, "finish_reason": None}]}
    yield start | {"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]}
    options = body.get("stream_options")
    if isinstance(options, dict) and options.get("include_usage"):
        yield start | {"choices": [], "usage": count}
