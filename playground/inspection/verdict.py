"""Whether an answer is the JSON that was asked for: an object, or valid against the request's own schema.

Such a schema comes from a visitor and may be made to run for ever, so it is checked in a process of its own, which gets
a second or two for all choices and cannot reach the network through a reference.
"""

import hashlib
import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, NoReturn

from django.core.cache import cache

from playground.workbench.checks import SHOWN_DEPTH, deep

TIMEOUT = 3  # seconds, the start of the process included
places = threading.BoundedSemaphore(4)  # processes at once: a crowd of slow schemas must leave the machine to others
Verdict = dict[str, Any]  # {"state": "valid" | "invalid" | "unknown", "message": str}

COMMAND = [sys.executable, "-I", str(Path(__file__).with_name("verdict_process.py"))]
VALID = {"state": "valid", "message": ""}
NO_OBJECT = {"state": "invalid", "message": "The answer is JSON, but no object."}
UNREAD = {"state": "unknown", "message": "The answer is nested too deep, or has a number too long, to be checked."}
CROWDED = {"state": "unknown", "message": "Many answers are being checked at the moment. Load this page again."}
UNCHECKED = {"state": "unknown", "message": "The schema takes too long to check the answer against."}


def of(request: dict[str, Any], choices: list[dict[str, Any]]) -> dict[str, Any]:
    """`{"choices": …}` with a `verdict` on each that has text, where the request asked for JSON; empty where it did not."""
    wanted = request.get("response_format")
    if not isinstance(wanted, dict) or wanted.get("type") not in ("json_object", "json_schema"):
        return {}
    named = wanted.get("json_schema")
    schema = named.get("schema") if wanted["type"] == "json_schema" and isinstance(named, dict) else None
    verdicts = iter(judged([choice["text"] for choice in choices if choice["text"]], schema))
    return {"choices": [choice | {"verdict": next(verdicts)} if choice["text"] else choice for choice in choices]}


def judged(texts: list[str], schema: Any) -> list[Verdict]:
    """A verdict on each answer; without a schema any object will do."""
    read = [reading(text) for text in texts]
    if schema is None:
        return [wrong or (VALID if isinstance(value, dict) else NO_OBJECT) for value, wrong in read]
    fits = iter(checked(schema, [value for value, wrong in read if not wrong]))
    return [wrong or next(fits) for _, wrong in read]


def reading(text: str) -> tuple[Any, Verdict | None]:
    """An answer's value, or the verdict on one that has none."""
    try:
        value = json.loads(text, parse_constant=no_constant)
    except json.JSONDecodeError as error:
        return None, {"state": "invalid", "message": f"The answer is not valid JSON: {error.msg}."}
    except (ValueError, RecursionError):
        return None, UNREAD
    return value, UNREAD if deep(value, SHOWN_DEPTH) else None


def no_constant(name: str) -> NoReturn:
    """Python reads NaN and Infinity, but they are no JSON."""
    raise json.JSONDecodeError(f"{name} is no JSON number", name, 0)


def checked(schema: Any, values: list[Any]) -> list[Verdict]:
    """The verdicts of the other process. They are kept for a while under a digest: an answer may have megabytes."""
    question = json.dumps([schema, values]).encode()
    digest = hashlib.sha256(question).hexdigest()
    found = cache.get(f"verdicts.{digest}") if values else []
    if found is None:
        if not places.acquire(timeout=TIMEOUT):
            return [CROWDED] * len(values)
        try:
            found = asked(question)
        finally:
            places.release()
        cache.set(f"verdicts.{digest}", found)
    return found + [UNCHECKED] * (len(values) - len(found))


def asked(question: bytes) -> list[Verdict]:
    """A verdict on each value, a line each, as far as the time goes."""
    try:
        lines = subprocess.run(COMMAND, input=question, capture_output=True, timeout=TIMEOUT).stdout
    except subprocess.TimeoutExpired as late:
        lines = late.stdout or b""
    return [json.loads(line) for line in lines.split(b"\n")[:-1]]
