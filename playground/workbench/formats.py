"""The response format of a chat: a word, and for `json_schema` the schema that was typed beside it."""

import json
from typing import Any

from catalog.cards import Card
from catalog.endpoints.parameters import SHAPES, Parameter
from catalog.vocabulary import CAPABILITIES
from playground.workbench.checks import read_json

NAME = "answer"  # of a schema that was typed without one
NEEDS = {"json_object": "json_mode", "json_schema": "json_schema"}
KINDS = ("text", *NEEDS)


def read(parameter: Parameter, card: Card, kind: str, schema: str) -> tuple[Any, str]:
    """The format's value, or what was typed together with what is wrong with it. Blank is not sent."""
    called = f"{parameter.label} ({parameter.name})"
    if not kind:
        return None, ""
    if kind not in KINDS:
        return {"type": kind}, f"{called} must be one of {', '.join(KINDS)}."
    if lacking := refused(card, kind):
        return typed(kind, schema), f"{called}: {lacking} Choose another format or model."
    if kind != "json_schema":
        return {"type": kind}, ""
    if not schema.strip():
        return typed(kind, schema), f"{called}: json_schema needs a schema. Write one, or choose json_object."
    return read_schema(called, kind, schema)


def read_schema(called: str, kind: str, schema: str) -> tuple[Any, str]:
    """A bare schema gets a name; one that was typed with its name, and perhaps `strict`, stays as it is."""
    value, wrong = read_json(f"{called}: the schema", {"type": "object"}, schema)
    if wrong:
        return typed(kind, schema), wrong
    named = value if isinstance(value.get("schema"), dict) and "name" in value else {"name": NAME, "schema": value}
    _, wrong = read_json(called, SHAPES["format"]["properties"]["json_schema"], json.dumps(named))
    return (typed(kind, schema), wrong) if wrong else ({"type": kind, "json_schema": named}, "")


def typed(kind: str, schema: str) -> dict[str, Any]:
    """What was typed, as it was typed, to be shown again."""
    return {"type": kind, "json_schema": schema}


def refused(card: Card, kind: str) -> str:
    """Why a model does not take a format; blank where it does, or nobody knows."""
    needed = NEEDS.get(kind, "")
    return f"{card.slug} has no {CAPABILITIES[needed]}." if card.capabilities.get(needed) is False else ""


def laid_out(value: Any, card: Card) -> dict[str, Any]:
    """A format for the form: the chosen word, the schema's text, and each word with the reason why it cannot be chosen."""
    found = value if isinstance(value, dict) else {}
    choices = [(kind, refused(card, kind)) for kind in KINDS]
    return {"kind": found.get("type", ""), "schema": schema_text(found), "choices": choices}


def schema_text(found: dict[str, Any]) -> str:
    named = found.get("json_schema", "")
    if isinstance(named, str):
        return named
    bare = isinstance(named, dict) and named.keys() == {"name", "schema"} and named["name"] == NAME
    return json.dumps(named["schema"] if bare else named, indent=2, ensure_ascii=False)
