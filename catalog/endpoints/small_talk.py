"""What the sandbox says in a chat: a greeting for a greeting, else an account of what it received."""

import json
import re
from typing import Any

from catalog.endpoints.answers import text_of

GREETING = re.compile(r"(hi|hello|hey|good (morning|afternoon|evening)|hallo|hola|bonjour|ciao)( there)?[\s!.?,]*", re.I)
THANKS = re.compile(r"(many )?(thanks|thank you)( a lot| very much| so much)?[\s!.]*", re.I)
QUOTE_LENGTH = 160


def answer(messages: list[dict[str, Any]], as_json: bool = False) -> str:
    """The sandbox's answer to a conversation; with `as_json`, the same account as a JSON object."""
    asked = last_question(messages)
    if as_json:
        return json.dumps({"sandbox": True, "messages": len(messages), "words": len(asked.split()), "last": asked[:QUOTE_LENGTH]})
    if GREETING.fullmatch(asked.strip()):
        return "Hello! How can I help you today?"
    if THANKS.fullmatch(asked.strip()):
        return "You are welcome. Is there anything else?"
    return account(messages, asked)


def account(messages: list[dict[str, Any]], asked: str) -> str:
    words = len(asked.split())
    opening = f"This is the sandbox, so no model was called. It received {count(len(messages), 'message')}"
    roles = ", ".join(f"{count(n, role)}" for role, n in tally(messages).items())
    quoted = asked if len(asked) <= QUOTE_LENGTH else f"{asked[:QUOTE_LENGTH].rstrip()}…"
    if not asked.strip():
        return f"{opening} ({roles}). The last one has no text."
    return (
        f"{opening} ({roles}). The last one has {count(words, 'word')} and says: “{quoted}” "
        "A model behind a real gateway would answer it here. "
        "Set GATEWAY_URL and GATEWAY_KEY, and this same request goes there unchanged."
    )


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
