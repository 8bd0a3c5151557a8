"""What the sandbox says where a JSON Schema is asked for: always a value that fits, or a refusal that says why."""

import json
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from catalog.endpoints.answers import Refused
from catalog.endpoints.sandbox.conformance import Steps
from catalog.endpoints.sandbox.instances import instance

TEXT, COUNT = {"type": "string"}, {"type": "integer"}


def record(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    found = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    return found | more


TREE = record({"name": TEXT, "children": {"type": "array", "items": {"$ref": "#"}}})
SCHEMAS = json.loads((Path(__file__).parents[1] / "data" / "chat-schemas.json").read_text("utf-8"))


@pytest.mark.parametrize("variant", [0, 2])
@pytest.mark.parametrize("question", ["", "What is the weather in Paris on 14 May, and what about 2.5 degrees?", "日本 😀 \x00"])
@pytest.mark.parametrize("name", SCHEMAS)
def test_instance_is_valid(name, question, variant):
    made = instance(SCHEMAS[name], question, "response_format", Steps(), variant)
    jsonschema.Draft202012Validator(SCHEMAS[name], format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER).validate(made)


def test_is_filled_from_the_question():
    schema = record({"city": TEXT, "unit": {"enum": ["celsius", "fahrenheit"]}, "days": COUNT, "detailed": {"type": "boolean"}})
    made = instance(schema, "Give me a detailed forecast for Oslo in fahrenheit, 3 days", "tools[0]", Steps())
    assert made == {"city": "Oslo", "unit": "fahrenheit", "days": 3, "detailed": True}


def test_same_question_same_instance():
    first, second = (instance(SCHEMAS["steps"], "Solve 8x = 16", "response_format", Steps()) for _ in range(2))
    assert json.dumps(first) == json.dumps(second)


def chain(keyword: str, length: int) -> dict[str, Any]:
    """Each schema takes the next one twice: 2 ** length looks for who follows them all."""
    schemas = {str(n): {keyword: [{"$ref": f"#/$defs/{n + 1}"}] * 2} for n in range(length)}
    return {"$ref": "#/$defs/0", "$defs": schemas | {str(length): False}}


def deep(levels: int) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        found = record({"a": found})
    return found


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"$ref": "https://example.org/schema.json"}, "only #/… inside the schema"),
        ({"$ref": "#/$defs/none"}, "not there"),
        ({"$ref": "#"}, "refers to itself"),
        (record({"a": {"$ref": "#"}}), "at .a.a refers to itself"),
        ({"allOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}]}}}, "refers to itself"),
        (record({"zip": {"type": "string", "pattern": "(a+)+$"}}), "at .zip uses pattern"),
        ({"not": {}}, "uses not"),
        ({"oneOf": [{"type": "string"}, {"pattern": "a"}]}, "uses pattern"),
        ({"oneOf": [{"type": "string"}, {"anyOf": [{"format": "date"}]}]}, "exactly one of its oneOf"),
        ({"type": "string", "format": "date", "maxLength": 3}, "format date"),
        (False, "allows no value"),
        ([], "must be a JSON Schema"),
        ({"type": "strnig"}, "type of the wrong shape"),
        ({"type": "object", "properties": []}, "properties of the wrong shape"),
        ({"type": "integer", "minimum": 3, "maximum": 2}, "breaks its"),
        ({"enum": []}, "allows no value"),
        ({"type": "string", "minLength": 10**9}, "minLength"),
        ({"type": "array", "minItems": 10**400}, "minItems of the wrong shape"),
        ({"type": "array", "items": TREE, "minItems": 2_000}, "too deep or has too many"),
        ({"allOf": [{"type": "string"}, {"type": "number"}]}, "must be"),
        (chain("allOf", 40), "too deep or has too many"),
        (chain("anyOf", 14), "too deep or has too many"),
        (deep(60), "too deep"),
        (deep(5_000), "too deep"),
        (record({f"p{n}": TEXT for n in range(30_000)}), "too deep or has too many"),
    ],
)  # fmt: skip
def test_what_cannot_be_made_is_refused_soon(schema, said):
    begun = time.process_time()
    with pytest.raises(Refused, match=r"response_format: the schema") as refusal:
        instance(schema, "Tell me", "response_format", Steps())
    assert said in str(refusal.value) and refusal.value.param == "response_format"
    assert time.process_time() - begun < 2
