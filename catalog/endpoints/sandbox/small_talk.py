"""What the sandbox says in a chat: a greeting for a greeting, else an account of what it received."""

import re
from collections.abc import Sequence
from itertools import islice, takewhile
from typing import Any

from catalog.endpoints.answers import text_of

GREETING = re.compile(r"(hi|hello|hey|good (morning|afternoon|evening)|hallo|hola|bonjour|ciao)( there)?[\s!.?,]*", re.I)
THANKS = re.compile(r"(many )?(thanks|thank you)( a lot| very much| so much)?[\s!.]*", re.I)
QUOTE_LENGTH = 160
MOST_QUOTED = 10


def answer(messages: list[dict[str, Any]], attached: Sequence[str] = ()) -> str:
    """The sandbox's answer to a conversation; `attached` are the pictures and sounds that came with it, in words."""
    asked = last_question(messages)
    if messages[-1].get("role") == "tool":
        return results(messages)
    if attached:
        return account(messages, asked, attached)
    if GREETING.fullmatch(asked.strip()):
        return "Hello! How can I help you today?"
    if THANKS.fullmatch(asked.strip()):
        return "You are welcome. Is there anything else?"
    return account(messages, asked)


def as_json(messages: list[dict[str, Any]]) -> dict[str, Any]:
    """The same account as a JSON object."""
    asked = last_question(messages)
    return {"sandbox": True, "messages": len(messages), "words": len(asked.split()), "last": asked[:QUOTE_LENGTH]}


def results(messages: list[dict[str, Any]]) -> str:
    """What the tools answered that were called last, at most ten of them."""
    names = {call["id"]: call["function"]["name"] for message in messages for call in message.get("tool_calls") or ()}
    last = islice(takewhile(lambda message: message.get("role") == "tool", reversed(messages)), MOST_QUOTED)
    said = [(names.get(message.get("tool_call_id"), "A tool"), text_of(message.get("content"))) for message in last]
    quotes = [f"{name} answered: “{quote(text)}”." for name, text in reversed(said)]
    return " ".join(["This is the sandbox, so no model was called.", *quotes])


def quote(text: str) -> str:
    return text if len(text) <= QUOTE_LENGTH else f"{text[:QUOTE_LENGTH].rstrip()}…"


def thought(messages: list[dict[str, Any]], effort: str, tools: int) -> str:
    """What stands where a model's reasoning would: a plain account of what was received."""
    roles = ", ".join(count(number, role) for role, number in tally(messages).items())
    words = count(len(last_question(messages).split()), "word")
    return (
        f"The request has {count(len(messages), 'message')} ({roles}) and {count(tools, 'tool')}, and asks for {effort} effort. "
        f"The last question has {words}. No model was called, so this account stands where its reasoning would."
    )


def account(messages: list[dict[str, Any]], asked: str, attached: Sequence[str] = ()) -> str:
    words = len(asked.split())
    opening = f"This is the sandbox, so no model was called. It received {count(len(messages), 'message')}"
    roles = ", ".join(f"{count(n, role)}" for role, n in tally(messages).items())
    came = f" With them came {listing(attached)}." if attached else ""
    if not asked.strip():
        return f"{opening} ({roles}).{came} The last one has no text."
    return (
        f"{opening} ({roles}).{came} The last one has {count(words, 'word')} and says: “{quote(asked)}” "
        "A model behind a real gateway would answer it here. "
        "Set GATEWAY_URL and GATEWAY_KEY, and this same request goes there unchanged."
    )


def listing(attached: Sequence[str]) -> str:
    """`a PNG picture of 160 × 96 pixels and a WAV of 2.5 seconds`; at most ten are named."""
    more = [f"{len(attached) - MOST_QUOTED} more"] if len(attached) > MOST_QUOTED else []
    named = [*attached[:MOST_QUOTED], *more]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"


def count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def tally(messages: list[dict[str, Any]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for message in messages:
        found[message["role"]] = found.get(message["role"], 0) + 1
    return found


def last_question(messages: list[dict[str, Any]]) -> str:
    """The text of the last user message, or of the last message when no user spoke."""
    asked = [message for message in messages if message.get("role") == "user"] or messages
    return text_of(asked[-1].get("content"))
