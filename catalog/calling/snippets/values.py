"""Values as Python and TypeScript write them, with nothing in them that shows otherwise than it runs."""

import json
import re
from typing import Any

WIDTH = 88
PYTHON = {"true": "True", "false": "False", "null": "None"}
TYPESCRIPT = {"true": "true", "false": "false", "null": "null"}
# What shows nothing, breaks a line or turns the text around it: code must look like what it does.
UNSEEN = re.compile("[\x7f-\xa0\xad\u061c\u200b\u200e\u200f\u2028-\u202f\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\uffff]")
ESCAPES = {number: f"\\u{number:04x}" for number in map(ord, UNSEEN.findall("".join(map(chr, range(0x10000)))))}


def visible(text: str) -> str:
    r"""JSON text with every unseen character as `\u2028`, which Python and TypeScript read as JSON does."""
    return text.translate(ESCAPES)


def literal(value: Any, words: dict[str, str], indent: int = 0) -> str:
    """`value` in a language's own words, on one line where it fits, else one item a line."""
    if room(value, WIDTH - indent) >= 0 and len(flat := one_line(value, words)) + indent <= WIDTH:
        return flat
    if not isinstance(value, dict | list):
        return one_line(value, words)
    pad = " " * (indent + (4 if words is PYTHON else 2))
    lines = [f"{pad}{item(pair, words, len(pad))}" for pair in entries(value)]
    return wrap(value, lines, "\n", ",\n", ",\n" + " " * indent)


def room(value: Any, left: int) -> int:
    """At most what `value` on one line leaves of `left` characters; below zero as soon as it cannot fit."""
    if not isinstance(value, dict | list):
        return left - (len(value) if isinstance(value, str) else 1)
    left -= 2
    for name, entry in entries(value):
        if left < 0:
            break
        left = room(entry, left - len(name or ""))
    return left


def one_line(value: Any, words: dict[str, str]) -> str:
    if isinstance(value, dict | list) and value:
        parts = [f"{key(name, words)}{one_line(entry, words)}" for name, entry in entries(value)]
        return wrap(value, parts, " " if words is TYPESCRIPT else "", ", ")
    text = visible(json.dumps(value, ensure_ascii=False))
    return words.get(text, text)


def entries(value: dict | list) -> list[tuple[str | None, Any]]:
    return list(value.items()) if isinstance(value, dict) else [(None, entry) for entry in value]


def item(pair: tuple[str | None, Any], words: dict[str, str], indent: int) -> str:
    name, value = pair
    return key(name, words) + literal(value, words, indent)


def key(name: str | None, words: dict[str, str]) -> str:
    """What stands before an entry: its name in an object, nothing in a list."""
    return "" if name is None else f"{spelled(name, words)}: "


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
