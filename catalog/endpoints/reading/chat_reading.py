"""What chat answers of any gateway say: text, reasoning and counts, whole or event by event. Shapes are never trusted."""

import functools
import json
from typing import Any

from catalog.endpoints.answers import text_of
from gateway.sse import Event

PLAIN = {"role", "content"}  # of a delta without reasoning


def delta(event: Event) -> str:
    """The text that a streamed event adds to the first choice, blank for events without any or that are not JSON."""
    return said(added(event)) or ""


def thought(event: Event) -> str:
    """The reasoning that a streamed event adds to the first choice."""
    delta = added(event)
    return "" if delta.keys() <= PLAIN and isinstance(delta.get("content"), str) else reasoning(delta)


def added(event: Event) -> dict[str, Any]:
    return keyed(first(latest(event.data)).get("delta"))


def first(answer: dict[str, Any]) -> dict[str, Any]:
    """The choice of the index 0; one without an index counts as that. Events of other choices have none."""
    choices = (choice for choice in listed(answer.get("choices")) if isinstance(choice, dict))
    return next((choice for choice in choices if choice.get("index") in (0, None)), {})


def said(message: dict[str, Any]) -> str | None:
    """The text of a message or a delta: its content, else its refusal; None where it has neither."""
    content = message.get("content")
    text = text_of(content) if content is not None else None
    return text or refusal(message) or text


def refusal(message: dict[str, Any]) -> str:
    found = [message.get("refusal"), *(part.get("refusal") for part in listed(message.get("content")) if isinstance(part, dict))]
    return "".join(text for text in found if isinstance(text, str))


def reasoning(message: dict[str, Any]) -> str:
    """The reasoning of a message or a delta, in the first of the spellings that it uses: some say the same in two."""
    details = [keyed(part) for part in listed(message.get("reasoning_details"))]
    parts = [keyed(part) for part in listed(message.get("content")) if keyed(part).get("type") in ("thinking", "reasoning")]
    spellings = [message.get(name) for name in ("reasoning_content", "reasoning", "thinking")]
    spellings += ["".join(told(part) for part in details), "".join(told(part) for part in parts)]
    return next((text for text in spellings if isinstance(text, str) and text), "")


def told(part: dict[str, Any]) -> str:
    """The text of one part of reasoning: `{text}`, `{summary}`, `{thinking}`, which may itself be a list of texts."""
    found = [part.get(name) for name in ("text", "thinking", "summary", "reasoning")]
    return next((text_of(value) for value in found if isinstance(value, str | list) and value), "")


def parsed(data: str) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):  # [DONE], a huge number, or JSON nested too deep: nothing to show
        return {}
    return found if isinstance(found, dict) else {}


@functools.lru_cache(maxsize=1)
def latest(data: str) -> dict[str, Any]:
    """The same of the event that is being read: its text and its reasoning are asked for one after the other."""
    return parsed(data)


def whole(events: list[Event]) -> dict[str, Any]:
    """A streamed answer as one: `{"finish_reason", "usage", "done"}`, each None where the stream does not say."""
    objects = [parsed(event.data) for event in events]
    reasons = [c.get("finish_reason") for o in objects for c in listed(o.get("choices")) if isinstance(c, dict)]
    usages = [o["usage"] for o in objects if isinstance(o.get("usage"), dict)]
    return {
        "finish_reason": next((reason for reason in reversed(reasons) if reason), None),
        "usage": usages[-1] if usages else None,
        "done": any(event.data.strip() == "[DONE]" for event in events),
    }


def output(response: dict[str, Any]) -> str | None:
    """The text of a whole answer's first choice, or its refusal; None where it has neither."""
    choices = [keyed(choice) for choice in listed(response.get("choices"))]
    chosen = first(response) or next(iter(choices), {})
    return said(keyed(chosen.get("message")))


def usage(request: dict[str, Any] | None, response: dict[str, Any] | None) -> dict[str, int]:
    """Counts of the answer's `usage` object; parts of the prompt and the answer come under meters of their own."""
    counts = keyed((response or {}).get("usage"))
    prompt, completion = keyed(counts.get("prompt_tokens_details")), keyed(counts.get("completion_tokens_details"))
    found = {
        "input_tokens": counts.get("prompt_tokens"),
        "output_tokens": counts.get("completion_tokens"),
        "cache_read_tokens": prompt.get("cached_tokens"),
        "audio_input_tokens": prompt.get("audio_tokens"),
        "reasoning_tokens": completion.get("reasoning_tokens"),
        "audio_output_tokens": completion.get("audio_tokens"),
    }
    least = {meter: 0 if meter.endswith("put_tokens") else 1 for meter in found}
    return {meter: count for meter, count in found.items() if isinstance(count, int) and count >= least[meter]}


def keyed(value: Any) -> dict[str, Any]:
    """`value` where it is the object that it should be: a gateway may send anything."""
    return value if isinstance(value, dict) else {}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
