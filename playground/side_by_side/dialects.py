"""A chat's prompt, said to models that answer another text endpoint: its fields, and its messages as that endpoint takes them."""

from dataclasses import replace
from itertools import zip_longest
from typing import Any

from django.http import QueryDict

from catalog.endpoints import ENDPOINTS
from catalog.endpoints.answers import text_of
from gateway.call import Call

TEXT = ("chat", "responses", "messages")
# What an endpoint calls a parameter that chat calls otherwise.
NAMES = {"responses": {"max_output_tokens": "max_tokens"}, "messages": {"stop_sequences": "stop"}}
SYSTEM = {"responses": "instructions", "messages": "system"}
ROWS = ("role", "content", "message")
Message = dict[str, Any]
Row = tuple[str, str, str]


def refused(key: str, messages: list[Message]) -> str:
    """Why a conversation cannot be said to an endpoint, in a sentence, or blank."""
    label = ENDPOINTS[key].LABEL
    if any(message["role"] == "tool" or message.get("tool_calls") for message in messages):
        return f"calls of tools go to chat completions only, and this model answers {label}. Remove them, or the model."
    kinds = {part["type"] for message in messages if isinstance(message["content"], list) for part in message["content"]}
    if kinds - {"text", "image_url"}:
        return f"sounds go to chat completions only, and this model answers {label}. Remove them, or the model."
    return ""


def posted(post: QueryDict, key: str) -> QueryDict:
    """A form of chat as one of the endpoint `key`; the conversation itself is put in by `said`."""
    found = post.copy()
    system = [content for role, content, _ in rows(post) if role == "system" and content.strip()]
    found[SYSTEM[key]] = "\n\n".join(system)
    turns = [row for row in rows(post) if row[0] != "system"]
    lay(found, turns)
    if key == "responses":
        found["input"] = "\n\n".join(content for _, content, _ in turns if content.strip()) or "(pictures)"
    return found


def as_chat(post: QueryDict, key: str) -> QueryDict:
    """A form of another text endpoint as one of chat."""
    found = post.copy()
    system, asked = found.pop(SYSTEM[key], [""])[-1], found.pop("input", None)
    turns = rows(post) if asked is None else [("user", asked[-1], "prompt")]
    lay(found, [("system", system, "system"), *turns] if system.strip() else turns)
    return found


def rows(post: QueryDict) -> list[Row]:
    """The messages of a form: role, text, and the key of whatever else each carries."""
    return list(zip_longest(*(post.getlist(name) for name in ROWS), fillvalue=""))


def lay(post: QueryDict, found: list[Row]) -> None:
    """Puts the messages into a form. Without any it has no such fields: one without a value is no text."""
    for index, name in enumerate(ROWS):
        post.pop(name, None)
        if found:
            post.setlist(name, [row[index] for row in found])


def said(call: Call, key: str, messages: list[Message]) -> Call:
    """The call with the conversation in it as the endpoint takes it."""
    turns = [{"role": message["role"], "content": content(key, message)} for message in messages if message["role"] != "system"]
    name = "input" if key == "responses" else "messages"
    alone = key == "responses" and len(turns) == 1 and isinstance(turns[0]["content"], str)
    return replace(call, json={**(call.json or {}), name: turns[0]["content"] if alone else turns})


def heard(key: str, body: dict[str, Any]) -> dict[str, Any]:
    """A body of any text endpoint with its conversation as chat has it."""
    if key not in SYSTEM:
        return body
    given = body.get("input" if key == "responses" else "messages")
    turns = [{"role": "user", "content": given}] if isinstance(given, str) else given if isinstance(given, list) else []
    system, rest = body.get(SYSTEM[key]), {name: value for name, value in body.items() if name not in ("input", SYSTEM[key])}
    before = [{"role": "system", "content": system}] if isinstance(system, str) and system else []
    return rest | {"messages": before + [turn | {"content": as_heard(turn.get("content"))} for turn in turns]}


def as_heard(content: Any) -> Any:
    if not isinstance(content, list):
        return content
    return [one for part in content if isinstance(part, dict) and (one := part_heard(part))]


def part_heard(part: dict[str, Any]) -> dict[str, Any] | None:
    """A part of a message as chat has it; None for a kind that this form cannot show."""
    if isinstance(part.get("text"), str):
        return {"type": "text", "text": part["text"]}
    origin = part["source"] if isinstance(part.get("source"), dict) else {}
    url = part.get("image_url") or origin.get("url") or f"data:{origin.get('media_type')};base64,{origin.get('data')}"
    return {"type": "image_url", "image_url": {"url": url}} if part.get("type") in ("image", "input_image") else None


def content(key: str, message: Message) -> str | list[dict[str, Any]]:
    if isinstance(message["content"], list):
        return [part(key, message["role"], one) for one in message["content"]]
    return text_of(message["content"])


def part(key: str, role: str, one: dict[str, Any]) -> dict[str, Any]:
    """A text or a picture of a message, as OpenAI's Responses or Anthropic's Messages have it."""
    if one["type"] == "text":
        kind = "text" if key == "messages" else "input_text" if role == "user" else "output_text"
        return {"type": kind, "text": one["text"]}
    url = one["image_url"]["url"]
    if key == "responses":
        return {"type": "input_image", "image_url": url}
    return {"type": "image", "source": source(url)}


def source(url: str) -> dict[str, str]:
    kind, found, data = url.removeprefix("data:").partition(";base64,")
    return {"type": "base64", "media_type": kind, "data": data} if found else {"type": "url", "url": url}
