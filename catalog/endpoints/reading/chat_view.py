"""A chat answer as its page shows it: each choice's text, reasoning, refusal, calls of tools and likely tokens."""

import json
import math
import re
from typing import Any

from catalog.endpoints.answers import text_of
from catalog.endpoints.reading.chat_assembly import as_text, called
from catalog.endpoints.reading.chat_reading import keyed, listed, reasoning, refusal
from catalog.endpoints.sandbox.conformance import is_number

# Open models often write their reasoning into the text; one that was cut has no end.
INLINE = re.compile(r"\s*<(think|thinking)>(.*?)(?:</\1>\s*|\Z)", re.S)
MOST = 100  # choices of an answer, and calls of a choice, that a page shows
Row = dict[str, Any]


def view(request: Row, response: Row) -> Row:
    """`{"choices": [{"index", "text", "reasoning", "refusal", "tool_calls", "finish_reason", "tokens"}], "more": count}`.

    `text` is None where the answer has none, other blanks are blank; `index` is the place in the list. A call is
    `{"id", "name", "arguments", "laid_out"}`, its arguments as received, and laid out where they are a JSON object, else None;
    a token is `{"text", "logprob", "percent", "others": [(text, percent)]}`. `more` choices and calls are left out of a page.
    """
    choices = [choice for choice in listed(response.get("choices")) if isinstance(choice, dict)]
    calls = sum(max(0, len(called(keyed(choice.get("message")))) - MOST) for choice in choices[:MOST])
    return {
        "choices": [shown(place, choice) for place, choice in enumerate(choices[:MOST])],
        "more": max(0, len(choices) - MOST) + calls,
    }


def shown(place: int, choice: Row) -> Row:
    message = keyed(choice.get("message"))
    text, inline = parted(message.get("content"))
    reason = choice.get("finish_reason")
    return {
        "index": place,
        "text": text,
        "reasoning": reasoning(message) or inline,
        "refusal": refusal(message),
        "tool_calls": [call(keyed(one)) for one in called(message)[:MOST]],
        "finish_reason": reason if isinstance(reason, str) else None,
        "tokens": tokens(keyed(choice.get("logprobs"))),
    }


def parted(content: Any) -> tuple[str | None, str]:
    """A message's content as text, and the reasoning that stood at its start."""
    if content is None:
        return None, ""
    text = text_of(content)
    found = INLINE.match(text)
    return (text[found.end() :], found[2].strip()) if found else (text, "")


def call(one: Row) -> Row:
    function = keyed(one.get("function"))
    arguments = as_text(function.get("arguments"))
    name, found = function.get("name"), one.get("id")
    return {
        "id": found if isinstance(found, str) else "",
        "name": name if isinstance(name, str) else "",
        "arguments": arguments,
        "laid_out": laid_out(arguments),
    }


def laid_out(arguments: str) -> str | None:
    """A JSON object with line breaks; None for any other text."""
    try:
        found = json.loads(arguments)
        return json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False) if isinstance(found, dict) else None
    except (ValueError, RecursionError):
        return None


def tokens(chances: Row) -> list[Row]:
    """Each token with its likelihood, and the others that were likely at its place."""
    rows = [keyed(row) for row in listed(chances.get("content")) or listed(chances.get("refusal"))]
    return [token(row) for row in rows if is_likely(row)]


def token(row: Row) -> Row:
    top = [other for other in map(keyed, listed(row.get("top_logprobs"))) if is_likely(other)]
    others = [(other["token"], percent(other["logprob"])) for other in top if other["token"] != row["token"]]
    return {"text": row["token"], "logprob": float(row["logprob"]), "percent": percent(row["logprob"]), "others": others}


def is_likely(row: Row) -> bool:
    return isinstance(row.get("token"), str) and is_number(row.get("logprob"))


def percent(logprob: float) -> float:
    return 100 * math.exp(min(0.0, logprob))
