"""Values as Python and TypeScript write them, with nothing in them that shows otherwise than it runs."""

import json
import re
from typing import Any

WIDTH = 88
PYTHON = {"true": "True", "false": "False", "null": "None"}
TYPESCRIPT = {"true": "true", "false": "false", "null": "null"}
# What shows nothing, breaks a line or turns the text around it: code must look like what it does.
UNSEEN = re.compile("[\x7f-\xa0\xad\u061c\u200b\u200e\u200f\u2028-\u202f\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\uffff]")


def visible(text: str) -> str:
    r"""JSON text with every unseen character as `\u2028`, which Python and TypeScript read as JSON does."""
    return UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def literal(value: Any, words: dict[str, str], indent: int = 0) -> str:
    """`value` in a language's own words, on one line where it fits, else one item a line."""
    if isinstance(value, dict | list) and value:
        flat = wrap(value, [item(pair, words, 0) for pair in entries(value)], " " if words is TYPESCRIPT else "", ", ")
        if len(flat) + indent <= WIDTH and "\n" not in flat:
            return flat
        pad = " " * (indent + (4 if words is PYTHON else 2))
        lines = [f"{pad}{item(pair, words, len(pad))}" for pair in entries(value)]
        return wrap(value, lines, "\n", ",\n", ",\n" + " " * indent)
    text = visible(json.dumps(value, ensure_ascii=False))
    return words.get(text, text)


def entries(value: dict | list) -> list[tuple[str | None, Any]]:
    return list(value.items()) if isinstance(value, dict) else [(None, entry) for entry in value]


def item(pair: tuple[str | None, Any], words: dict[str, str], indent: int) -> str:
    name, value = pair
    return literal(value, words, indent) if name is None else f"{spelled(name, words)}: {literal(value, words, indent)}"


def spelled(name: str, words: dict[str, str]) -> str:
    """A key. In TypeScript a plain word needs no quotes, and only a computed `__proto__` is a key like any other."""
    text = visible(json.dumps(name, ensure_ascii=False))
    if words is TYPESCRIPT and name == "__proto__":
        return f"[{text}]"
    return name if words is TYPESCRIPT and re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) else text


def wrap(value: dict | list, lines: list[str], opening: str, between: str, closing: str | None = None) -> str:
    first, last = "{}" if isinstance(value, dict) else "[]"
    inside = opening if isinstance(value, dict) or "\n" in opening else ""
    return f"{first}{inside}{between.join(lines)}{inside if closing is None else closing}{last}"
