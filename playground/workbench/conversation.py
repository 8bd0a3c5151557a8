"""The messages of a conversation: read from the form's fields, and laid out for the form again.

A message is a `role` and a `content`, paired in order. Its `message` key names the fields of whatever else it carries:
`attached-<key>` (parts as JSON), `address-<key>`, `file-<key>`, `tool_calls-<key>` and `tool_call_id-<key>`.
"""

import json
from itertools import zip_longest
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from catalog.cards import Card
from catalog.endpoints.answers import text_of
from catalog.endpoints.parameters import TOOL_CALL, Parameter
from playground.workbench import attachments
from playground.workbench.checks import read_json

MAX_MESSAGES = 200
EXTRAS = ("attached-", "address-", "file-", "tool_calls-", "tool_call_id-")  # how the names of a message's further fields begin
TOOL_CALLS = {"type": "array", "minItems": 1, "items": TOOL_CALL}
Message = dict[str, Any]


def read(parameter: Parameter, card: Card, post: QueryDict, files: MultiValueDict) -> tuple[list[Message], str]:
    """The messages that were typed, wholly empty ones left out, and the first thing that is wrong with them, or blank."""
    rows = zip_longest(post.getlist("role"), post.getlist("content"), post.getlist("message"), fillvalue="")
    found = [read_message(role, content.replace("\r\n", "\n"), key, post, files) for role, content, key in rows if role]
    kept = [(message, wrong) for message, wrong in found if wrong or not is_empty(message)]
    if not kept:
        return [message for message, _ in found], f"{parameter.label}: write at least one."
    messages = [message for message, _ in kept]
    wrongs = [f"{parameter.label}: message {n}: {wrong}" for n, (_, wrong) in enumerate(kept, 1) if wrong]
    return messages, next(iter(wrongs), "") or fault(parameter, card, messages)


def read_message(role: str, content: str, key: str, post: QueryDict, files: MultiValueDict) -> tuple[Message, str]:
    """One message, and what is wrong with a part of it; what goes with another role than its own is not sent."""
    message: Message = {"role": role, "content": content}
    if role == "user":
        parts, wrong = attachments.read(key, post, files)
        if parts:
            message["content"] = [*([{"type": "text", "text": content}] if content.strip() else []), *parts]
        return message, wrong
    if role == "assistant" and (typed := post.get(f"tool_calls-{key}", "").strip()):
        message["tool_calls"], wrong = read_json("tool_calls", TOOL_CALLS, typed)
        return message | {"content": content or None}, wrong
    if role == "tool":
        message["tool_call_id"] = post.get(f"tool_call_id-{key}", "").strip()
    return message, ""


def is_empty(message: Message) -> bool:
    """Whether there is nothing in a message but a role that may stand there by default."""
    content = message["content"]
    has_text = bool(content.strip()) if isinstance(content, str) else bool(content)
    return not has_text and message["role"] != "tool" and not message.get("tool_calls")


def fault(parameter: Parameter, card: Card, messages: list[Message]) -> str:
    """What the conversation as a whole cannot be sent with, in a sentence, or blank."""
    if len(messages) > MAX_MESSAGES:
        return f"{parameter.label}: {len(messages)} are too many; at most {MAX_MESSAGES} are sent."
    for n, message in enumerate(messages, 1):
        if message["role"] not in parameter.choices:
            return f"{parameter.label}: the role “{message['role'][:20]}” is not one of {', '.join(parameter.choices)}."
        if message["role"] == "tool" and not message["tool_call_id"]:
            return f"{parameter.label}: message {n} has the role tool; name the call that it answers (tool_call_id)."
        if message["role"] == "tool" and not message["content"].strip():
            return f"{parameter.label}: message {n} answers a call of a tool; write what the tool gave."
    return attachments.fault(parameter, card, messages)


def laid_out(messages: Any) -> list[dict[str, Any]]:
    """Messages of any origin for the form: `{role, text, parts, tool_calls, tool_call_id}`, calls as JSON text."""
    rows = [message for message in messages if isinstance(message, dict)] if isinstance(messages, list) else []
    return [row(message) for message in rows]


def sent(body: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The messages of a request for reading, where it has any and no more than the form shows."""
    found = laid_out((body or {}).get("messages"))
    return found if len(found) <= MAX_MESSAGES else []


def row(message: Message) -> dict[str, Any]:
    content, calls = message.get("content"), message.get("tool_calls")
    parts = content if isinstance(content, list) else []
    kept = [part for part in parts if isinstance(part, dict) and isinstance(part.get("type"), str) and part["type"] != "text"]
    return {
        "role": message.get("role", "user"),
        "text": text_of(content),
        "parts": [attachments.laid_out(part) for part in kept],
        "tool_calls": calls if isinstance(calls, str) else json.dumps(calls, indent=2, ensure_ascii=False) if calls else "",
        "tool_call_id": message.get("tool_call_id", ""),
    }


BLANK = row({"role": "user", "content": ""})


def room(card: Card) -> dict[str, Any]:
    """What the form needs for further messages of a model: an empty one, and why it takes no pictures or no sounds."""
    return {"blank": BLANK, "no_image": attachments.refused(card, "image"), "no_audio": attachments.refused(card, "audio")}


def next_blank(rows: list[dict[str, Any]]) -> int | None:
    """The number of the message that is to be written next, counted from 1."""
    return next((n for n, row in enumerate(rows, 1) if not row["text"].strip() and row["role"] in ("user", "tool")), None)


def continued(messages: list[Message], choice: dict[str, Any]) -> list[Message]:
    """A conversation with an answer in it, and room for what comes next."""
    calls = [as_sent(call, n) for n, call in enumerate(choice["tool_calls"], 1)]
    answer: Message = {"role": "assistant", "content": choice["text"] or choice["refusal"] or ("" if not calls else None)}
    return awaiting([*messages, answer | ({"tool_calls": calls} if calls else {})])


def awaiting(messages: list[Message]) -> list[Message]:
    """With room for what comes after an assistant: each called tool's result, or a new question."""
    if not messages or messages[-1].get("role") != "assistant":
        return messages
    calls = messages[-1].get("tool_calls")
    named = [call["id"] for call in calls if isinstance(call, dict) and "id" in call] if isinstance(calls, list) else []
    results = [{"role": "tool", "tool_call_id": name, "content": ""} for name in named]
    return [*messages, *(results or [{"role": "user", "content": ""}])]


def as_sent(call: dict[str, Any], n: int) -> dict[str, Any]:
    """A call of a tool as an assistant's message carries it; one that came without an id is given one."""
    function = {"name": call["name"], "arguments": call["arguments"]}
    return {"id": call["id"] or f"call_{n}", "type": "function", "function": function}
