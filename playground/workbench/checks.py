"""JSON that a visitor types into one field of the form: read, and checked against the registry's own schema for it."""

import json
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import jsonschema

MAX_MESSAGE = 200  # characters of what the schema's check says
DEEPEST = 40  # levels of lists and objects in one field
SHOWN_DEPTH = 100  # levels of a whole body; what is deeper cannot be laid out


def read_json(name: str, schema: dict[str, Any], text: str) -> tuple[Any, str]:
    """The value of a field called `name`, or what was typed together with what is wrong with it.

    The schema is one of ours: a visitor's own is never checked against here, see `verdict`.
    """
    try:
        value = json.loads(text, parse_float=finite, parse_constant=finite)
    except (ValueError, RecursionError) as error:
        return text, f"{name} is not valid JSON{where(error)}. Correct it and run again."
    if deep(value):
        return text, f"{name} is nested too deep: at most {DEEPEST} levels are sent."
    import jsonschema  # with all that it needs a large part of a start

    wrong = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(schema).iter_errors(value))
    return (text, f"{name}{place(wrong)}: {wrong.message[:MAX_MESSAGE]}.") if wrong else (value, "")


def where(error: Exception) -> str:
    """Where the JSON breaks off, in words, or blank where that is unknown."""
    return f" at line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""


def place(wrong: "jsonschema.ValidationError") -> str:
    """`[0].function.name`: where in the value the fault is."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in wrong.absolute_path)


def finite(number: str) -> float:
    """Python reads NaN and Infinity, and makes one of 1e999, but JSON cannot say them."""
    if not math.isfinite(value := float(number)):
        raise ValueError(f"{number} is no JSON number")
    return value


def deep(value: Any, left: int = DEEPEST) -> bool:
    """Whether lists and objects are nested deeper than `left` levels."""
    entries = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return left <= 0 or any(deep(entry, left - 1) for entry in entries if isinstance(entry, dict | list))


def size(value: Any) -> int:
    """How many values there are in a value, itself included."""
    entries = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(size, entries))
