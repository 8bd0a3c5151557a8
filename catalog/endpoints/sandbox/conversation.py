"""The messages of a chat request: whether they are well-formed and answer each other, and how many tokens they count."""

import json
from collections.abc import Iterable
from typing import Any

from catalog.endpoints.answers import MESSAGE_FRAME, Refused, text_of, tokens
from catalog.endpoints.sandbox.message_parts import Part, parts_of

ROLES = ("system", "developer", "user", "assistant", "tool")
Messages = list[dict[str, Any]]


def checked(body: dict[str, Any]) -> Messages:
    """The messages of a request. Raises Refused naming the one at fault."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise Refused("messages must be a list with at least one message.", "messages")
    for index, message in enumerate(messages):
        check_message(message, f"messages[{index}]")
    check_answers(messages)
    return messages


def check_message(message: Any, where: str) -> None:
    if not isinstance(message, dict) or not isinstance(message.get("role"), str):
        raise Refused(f"{where} must be an object with a role and a content.", where)
    if message["role"] not in ROLES:
        raise Refused(f"{where}.role must be one of {', '.join(ROLES)}.", f"{where}.role")
    content = message.get("content")
    if not isinstance(content, str | list) and not (content is None and message["role"] == "assistant"):
        raise Refused(f"{where}.content must be a text or a list of parts.", f"{where}.content")
    parts_of(content, f"{where}.content")
    for index, call in enumerate(called(message, where)):
        check_call(call, f"{where}.tool_calls[{index}]")


def called(message: dict[str, Any], where: str) -> list[Any]:
    """The tool calls of a message; only an assistant's has any."""
    calls = message.get("tool_calls")
    if calls is None:
        return []
    if not isinstance(calls, list) or message["role"] != "assistant":
        raise Refused(f"{where}.tool_calls must be a list, and only an assistant's message has it.", f"{where}.tool_calls")
    return calls


def check_call(call: Any, where: str) -> None:
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict) or call.get("type") != "function" or not isinstance(call.get("id"), str):
        raise Refused(f"{where} must have an id, the type function and a function.", where)
    for name in ("name", "arguments"):
        if not isinstance(function.get(name), str):
            raise Refused(f"{where}.function.{name} must be a text.", f"{where}.function.{name}")


def check_answers(messages: Messages) -> None:
    """Every tool message answers an earlier call, and every call is answered before anything else is said."""
    known: set[str] = set()
    waiting: dict[str, None] = {}
    for index, message in enumerate(messages):
        if message["role"] == "tool":
            waiting.pop(answered(message, known, f"messages[{index}].tool_call_id"), None)
        elif waiting:
            raise unanswered(waiting, f"messages[{index}]")
        ids = [call["id"] for call in message.get("tool_calls") or ()]
        known.update(ids)
        waiting.update(dict.fromkeys(ids))
    if waiting:
        raise unanswered(waiting, "messages")


def answered(message: dict[str, Any], known: set[str], where: str) -> str:
    """The id of the call that a tool message answers."""
    found = message.get("tool_call_id")
    if not isinstance(found, str) or found not in known:
        raise Refused(f"{where} must be the id of a call that an earlier assistant message made.", where)
    return found


def unanswered(waiting: Iterable[str], where: str) -> Refused:
    return Refused(f"{where}: a tool message must come first for each of these calls: {', '.join(waiting)[:200]}.", where)


def attached(messages: Messages) -> list[Part]:
    """The pictures and sounds of a conversation that was checked."""
    return [part for message in messages for part in parts_of(message.get("content"), "messages")]


def prompt_tokens(messages: Messages, tools: list[Any]) -> int:
    """Text by the plain rule, pictures and sounds by theirs, calls by name and arguments, tools as the JSON that they are."""
    said = sum(MESSAGE_FRAME + tokens(text_of(message.get("content"))) for message in messages)
    functions = [call["function"] for message in messages for call in message.get("tool_calls") or ()]
    calls = sum(tokens(function["name"]) + tokens(function["arguments"]) for function in functions)
    offered = tokens(json.dumps(tools, ensure_ascii=False)) if tools else 0
    return said + calls + offered + sum(part.tokens for part in attached(messages))
