"""A request parameter, declared once: it gives the form field, the JSON Schema and the row of the docs table."""

import json
from dataclasses import dataclass, replace
from typing import Any

TYPES = {
    "string": "string",
    "text": "string",
    "number": "number",
    "integer": "integer",
    "boolean": "boolean",
    "choice": "string",
    "list": "array",
    "messages": "array",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One field of a request body. `minimum` and `maximum` bound a number, `max_length` the characters of a text."""

    name: str
    kind: str
    label: str
    help: str = ""
    default: Any = None
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    max_length: int | None = None
    choices: tuple[str, ...] = ()
    advanced: bool = False

    @property
    def type(self) -> str:
        return TYPES[self.kind]

    @property
    def default_text(self) -> str:
        """The default as JSON, or blank where the gateway or the model decides."""
        return "" if self.default is None else json.dumps(self.default)

    def schema(self) -> dict[str, Any]:
        """This parameter as JSON Schema (draft 2020-12)."""
        found: dict[str, Any] = {"type": self.type, "title": self.label}
        bounds = {"minimum": self.minimum, "maximum": self.maximum, "maxLength": self.max_length, "default": self.default}
        found |= {key: value for key, value in bounds.items() if value is not None}
        if self.choices:
            found["enum"] = list(self.choices)
        if self.help:
            found["description"] = self.help
        return found | ({"items": ITEMS[self.kind]} if self.kind in ITEMS else {})

    def bounds(self) -> str:
        """`0 to 2`, `at least 1`, `up to 4,096 characters`, or blank."""
        if self.minimum is not None and self.maximum is not None:
            return f"{self.minimum:,} to {self.maximum:,}"
        if self.minimum is not None:
            return f"at least {self.minimum:,}"
        return f"up to {self.max_length:,} characters" if self.max_length else ""


MESSAGE: dict[str, Any] = {
    "type": "object",
    "required": ["role", "content"],
    "properties": {
        "role": {"type": "string", "enum": ["system", "user", "assistant"]},
        "content": {"type": "string"},
    },
}

ITEMS: dict[str, dict[str, Any]] = {"list": {"type": "string"}, "messages": MESSAGE}


def for_model(parameters: tuple[Parameter, ...], changes: dict[str, Any]) -> list[tuple[Parameter, str]]:
    """Each parameter under the name this model uses, with the reason why it is not sent, or blank.

    `changes` is a model's own `parameters` fact: `{"reject": [name], "rename": {name: name}}`.
    """
    rejected, renamed = set(changes.get("reject", ())), changes.get("rename", {})
    return [
        (rename(p, renamed.get(p.name, p.name)), "Not sent: this model rejects it." if p.name in rejected else "")
        for p in parameters
    ]


def rename(parameter: Parameter, name: str) -> Parameter:
    return parameter if name == parameter.name else replace(parameter, name=name)


def object_schema(parameters: list[Parameter]) -> dict[str, Any]:
    """The JSON Schema of a whole request body, `model` included."""
    model = {"type": "string", "title": "Model", "description": "The model's id on the gateway."}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["model", *(p.name for p in parameters if p.required)],
        "properties": {"model": model} | {p.name: p.schema() for p in parameters},
    }


Body = dict[str, Any]


def fill(body: Body, parameters: tuple[Parameter, ...], changes: Body, data: Body) -> Body:
    """`body` with what `data` holds of each parameter that this model accepts, in the declared order."""
    for parameter, refused in for_model(parameters, changes):
        if not refused and (value := data.get(parameter.name)) is not None:
            body[parameter.name] = value
    return body
