"""Whether an answer is the JSON that was asked for: an object, or valid against the request's own schema.

Such a schema comes from a visitor and may be made to run for ever, so it is checked in a process of its own, which gets
a second or two and cannot reach the network through a reference.
"""

import json
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

TIMEOUT = 3  # seconds, the start of the process included
MAX_MESSAGE = 300  # characters
Verdict = dict[str, Any]  # {"state": "valid" | "invalid" | "unknown", "message": str}

COMMAND = [sys.executable, "-I", str(Path(__file__).with_name("verdict_process.py"))]


def of(request: dict[str, Any], choices: list[dict[str, Any]]) -> dict[str, Any]:
    """`{"choices": …}` with a `verdict` on each that has text, where the request asked for JSON; empty where it did not."""
    wanted = request.get("response_format")
    if not isinstance(wanted, dict) or wanted.get("type") not in ("json_object", "json_schema"):
        return {}
    named = wanted.get("json_schema")
    schema = named.get("schema") if wanted["type"] == "json_schema" and isinstance(named, dict) else None
    return {"choices": [c | {"verdict": judged(c["text"], schema)} if c["text"] else c for c in choices]}


def judged(text: str, schema: Any) -> Verdict:
    """The verdict on an answer; without a schema any object will do."""
    try:
        value = json.loads(text)
    except ValueError as error:
        return {"state": "invalid", "message": f"The answer is not valid JSON: {error}."}
    except RecursionError:
        return {"state": "unknown", "message": "The answer is nested too deep to be checked."}
    if schema is None:
        wrong = "" if isinstance(value, dict) else "The answer is JSON, but no object."
        return {"state": "invalid" if wrong else "valid", "message": wrong}
    return checked(json.dumps([schema, value]))


@lru_cache(maxsize=256)
def checked(question: str) -> Verdict:
    """The verdict of the other process on `[schema, value]`."""
    try:
        done = subprocess.run(COMMAND, input=question.encode(), capture_output=True, timeout=TIMEOUT, check=True)
        found = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        return {"state": "unknown", "message": "The schema takes too long to check the answer against."}
    return {"state": found[0], "message": found[1][:MAX_MESSAGE]} if found else {"state": "valid", "message": ""}
