"""`{{variables}}` in the texts of a request: found, filled in with what was typed for them, and what is wrong with that."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.http import QueryDict

PREFIX = "var."  # a field or a part of an address named `var.city` fills in {{city}}
MARK = re.compile(r"\{\{[ \t]*([A-Za-z0-9_]{1,40})[ \t]*\}\}")
MOST = 20  # variables of one request
LONGEST = 20_000  # characters of one value
MOST_FILLED = 3 * 1024 * 1024  # characters that all values together put into a request


def names(value: Any) -> list[str]:
    """The variables of all texts in a value, each once, in their order."""
    return list(dict.fromkeys(mark for text in texts(value) for mark in MARK.findall(text)))


def texts(value: Any) -> Iterator[str]:
    """Every text in a value, however deep; names of an object's entries are none."""
    if isinstance(value, str):
        yield value
    entries = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for entry in entries:
        yield from texts(entry)


def asked(query: QueryDict) -> dict[str, str]:
    """What a form or an address gives for variables, by name; of too many the first."""
    found = [name for name in query if name.startswith(PREFIX) and MARK.fullmatch(f"{{{{{name.removeprefix(PREFIX)}}}}}")]
    return {name.removeprefix(PREFIX): query[name].replace("\r\n", "\n") for name in found[:MOST]}


def given(values: dict[str, str]) -> dict[str, str]:
    """Those that something was typed for."""
    return {name: text for name, text in values.items() if text.strip()}


def filled(value: Any, values: dict[str, str]) -> Any:
    """A value with variables filled into its texts. What was filled in is not looked through again."""
    if isinstance(value, str):
        return MARK.sub(lambda mark: values.get(mark[1], mark[0]), value)
    if isinstance(value, dict):
        return {name: filled(entry, values) for name, entry in value.items()}
    return [filled(entry, values) for entry in value] if isinstance(value, list) else value


def faults(value: Any, values: dict[str, str]) -> dict[str, str]:
    """`{field: sentence}` for variables that cannot be filled into the texts of a value; one that is in none may be blank."""
    marks = Counter(mark for text in texts(value) for mark in MARK.findall(text) if mark in values)
    found = {PREFIX + name: fault(name, values[name]) for name in marks}
    added = sum(len(values[name]) * times for name, times in marks.items())
    if added > MOST_FILLED:
        most = f"The variables add {added:,} characters; at most {MOST_FILLED:,} are sent. Shorten them."
        found[PREFIX + next(iter(marks))] = most
    return {name: wrong for name, wrong in found.items() if wrong}


def fault(name: str, text: str) -> str:
    if not text.strip():
        return f"{name} is missing: fill in what stands for {{{{{name}}}}}."
    return f"{name} has {len(text):,} characters; at most {LONGEST:,} are filled in. Shorten it." if len(text) > LONGEST else ""
