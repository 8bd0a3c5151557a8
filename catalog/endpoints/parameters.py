"""A request parameter, declared once: it gives the form field, the JSON Schema and the row of the docs table."""

import json
from collections.abc import Callable
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
    "image": "string",
    "audio": "file",
    "picture": "file",
    "messages": "array",
    "tools": "array",
    "tool_choice": "string or object",
    "format": "object",
}


Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One field of a request body. `minimum` and `maximum` bound a number, `max_length` the characters of a text.

    `sample` names a file of `uploads` that may be sent instead of one's own, or whose address examples show. `needs` is the
    capability without which a model takes no such parameter, `carries` the kind of input that it is. `choices` of messages
    are their roles, `parts` what they carry besides text. `stand_in` is what examples show for a name that each model has
    its own of, until a source says which.
    """

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
    sample: str = ""
    needs: str = ""
    carries: str = ""
    parts: tuple[str, ...] = ()
    stand_in: str = ""

    @property
    def type(self) -> str:
        return TYPES[self.kind]

    @property
    def default_text(self) -> str:
        """The default as JSON, or blank where the gateway or the model decides."""
        return "" if self.default is None else json.dumps(self.default)

    def schema(self) -> dict[str, Any]:
        """This parameter as JSON Schema (draft 2020-12)."""
        found: dict[str, Any] = {**SHAPES.get(self.kind, {"type": self.type}), "title": self.label}
        bounds = {"minimum": self.minimum, "maximum": self.maximum, "maxLength": self.max_length, "default": self.default}
        found |= {key: value for key, value in bounds.items() if value is not None}
        if self.kind == "messages":
            found["items"] = message(self.choices)
        elif self.choices:
            found["enum"] = list(self.choices)
        if self.help:
            found["description"] = self.help
        return found

    def nearest(self, value: Any) -> Any:
        """`value`, or the closest to it that this parameter allows."""
        if self.kind == "choice" and value not in self.choices:
            return self.default if self.default in self.choices else self.choices[0]
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = value if self.minimum is None else max(self.minimum, value)
            return value if self.maximum is None else min(self.maximum, value)
        return value

    def bounds(self) -> str:
        """`0 to 2`, `at least 1`, `up to 4,096 characters`, or blank."""
        if self.minimum is not None and self.maximum is not None:
            return f"{self.minimum:,} to {self.maximum:,}"
        if self.minimum is not None:
            return f"at least {self.minimum:,}"
        return f"up to {self.max_length:,} characters" if self.max_length else ""


FILES = ("audio", "picture")  # kinds that are sent as a part of a multipart form
NAME = r"^[A-Za-z0-9_-]{1,64}$"
PART: dict[str, Any] = {"type": "object", "required": ["type"], "properties": {"type": {"type": "string"}}}
CONTENT: dict[str, Any] = {"anyOf": [{"type": "string"}, {"type": "array", "items": PART}]}
FUNCTION: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "pattern": NAME},
        "description": {"type": "string"},
        "parameters": {"type": "object", "description": "JSON Schema of the arguments."},
        "strict": {"type": "boolean"},
    },
}
TOOL: dict[str, Any] = {
    "type": "object",
    "required": ["type", "function"],
    "properties": {"type": {"const": "function"}, "function": FUNCTION},
}
TOOL_CALL: dict[str, Any] = {
    "type": "object",
    "required": ["id", "type", "function"],
    "properties": {
        "id": {"type": "string"},
        "type": {"const": "function"},
        "function": {
            "type": "object",
            "required": ["name", "arguments"],
            "properties": {"name": {"type": "string"}, "arguments": {"type": "string", "description": "JSON."}},
        },
    },
}
NAMED_TOOL: dict[str, Any] = {
    "type": "object",
    "required": ["type", "function"],
    "properties": {
        "type": {"const": "function"},
        "function": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
    },
}
NAMED_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string", "pattern": NAME}, "schema": {"type": "object"}, "strict": {"type": "boolean"}},
}
# Kinds whose JSON Schema is more than a type.
SHAPES: dict[str, dict[str, Any]] = {
    "audio": {"type": "string", "contentMediaType": "audio/*"},
    "picture": {"type": "string", "contentMediaType": "image/*"},
    "list": {"type": "array", "items": {"type": "string"}},
    "tools": {"type": "array", "items": TOOL},
    "tool_choice": {"anyOf": [{"type": "string", "enum": ["none", "auto", "required"]}, NAMED_TOOL]},
    "format": {
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"enum": ["text", "json_object", "json_schema"]}, "json_schema": NAMED_SCHEMA},
    },
}


def message(roles: tuple[str, ...]) -> dict[str, Any]:
    """The JSON Schema of one message; with the role `tool`, messages may carry calls of tools and their answers."""
    found: dict[str, Any] = {"role": {"type": "string", "enum": list(roles)}, "content": CONTENT}
    if "tool" not in roles:
        return {"type": "object", "required": ["role", "content"], "properties": found}
    found["content"] = {"anyOf": [*CONTENT["anyOf"], {"type": "null"}]}
    found |= {"tool_calls": {"type": "array", "items": TOOL_CALL}, "tool_call_id": {"type": "string"}}
    return {"type": "object", "required": ["role"], "properties": found}


def for_model(parameters: tuple[Parameter, ...], changes: dict[str, Any]) -> list[tuple[Parameter, str]]:
    """Each parameter under the name this model uses, with why it is not sent, in half a sentence, or blank.

    `changes` is a model's own `parameters` fact: `{"reject": [name], "rename": {name: name}, "bound": {name: {…}},
    "add": [{…}]}`, where `{…}` holds fields of `Parameter`; an added one also names the parameter that it comes after
    (`after`), since a model may answer several endpoints, and those without that parameter do not get it either.
    """
    rejected = set(changes.get("reject", ()))
    found = [p for parameter in parameters for p in (parameter, *added(parameter.name, changes))]
    return [(fitted(p, changes), "rejected by this model" if p.name in rejected else "") for p in found]


def added(after: str, changes: dict[str, Any]) -> list[Parameter]:
    """What a model takes more than others, beside the parameter `after`."""
    rows = [fields for fields in changes.get("add", ()) if fields["after"] == after]
    return [Parameter(**adapted({name: value for name, value in fields.items() if name != "after"})) for fields in rows]


def fitted(parameter: Parameter, changes: dict[str, Any]) -> Parameter:
    """A parameter under this model's name for it and within this model's bounds.

    A text that gets choices is a choice: its help for a free text and its stand-in are gone.
    """
    name = changes.get("rename", {}).get(parameter.name, parameter.name)
    bound = adapted(changes.get("bound", {}).get(parameter.name, {}))
    if name == parameter.name and not bound:
        return parameter  # as most are: a copy of each takes longer than all else of reading a form
    kind = {"kind": "choice", "help": "", "stand_in": ""} if "choices" in bound and parameter.kind == "string" else {}
    return replace(parameter, **{"name": name, **kind, **bound})


def adapted(fields: dict[str, Any]) -> dict[str, Any]:
    """Fields of a `Parameter` as they come from JSON."""
    return fields | ({"choices": tuple(fields["choices"])} if "choices" in fields else {})


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


SIMPLE = ("string", "text", "number", "integer", "boolean", "choice", "list")  # the kinds that a fact may add
# What the fields of `bound` and `add` may hold.
FIELDS: dict[str, Callable[[Any], bool]] = {
    "after": lambda value: isinstance(value, str),
    "name": lambda value: isinstance(value, str) and bool(value) and value != "model",
    "kind": lambda value: value in SIMPLE,
    "label": lambda value: isinstance(value, str) and bool(value),
    "help": lambda value: isinstance(value, str),
    "default": lambda value: isinstance(value, str | int | float | list),
    "required": lambda value: isinstance(value, bool),
    "minimum": is_number, "maximum": is_number, "step": is_number, "max_length": is_number,
    "choices": lambda value: isinstance(value, list) and bool(value) and all(isinstance(word, str) for word in value),
    "advanced": lambda value: isinstance(value, bool),
}  # fmt: skip
LISTS = {"reject": list, "rename": dict, "bound": dict, "add": list}


def problem(changes: Any) -> str:
    """What is wrong with a model's `parameters` fact, in one sentence, or blank."""
    if not isinstance(changes, dict) or changes.keys() - LISTS.keys():
        return 'A JSON object with "bound", "add", "reject" and "rename", nothing else.'
    if wrong := next((name for name, value in changes.items() if not isinstance(value, LISTS[name])), ""):
        return f'"{wrong}" is {"an object" if LISTS[wrong] is dict else "a list"}.'
    if not all(isinstance(name, str) for name in changes.get("reject", [])):
        return '"reject" is a list of parameter names.'
    if not all(isinstance(name, str) and name for name in changes.get("rename", {}).values()):
        return '"rename" is an object: from our name of a parameter to the name that this model uses.'
    described = [*changes.get("bound", {}).items(), *(("", fields) for fields in changes.get("add", []))]
    return next(filter(None, (field_problem(name, fields) for name, fields in described)), "")


def field_problem(bound: str, fields: Any) -> str:
    """What is wrong with the fields that bound the parameter `bound`, or that add one where it is blank."""
    if not isinstance(fields, dict) or fields.keys() - FIELDS.keys() or (bound and fields.keys() & {"name", "after"}):
        return f'"{bound or "add"}" holds what no parameter has. Known: {", ".join(FIELDS)}.'
    if wrong := next((name for name, value in fields.items() if not FIELDS[name](value)), ""):
        return f'"{wrong}" of "{bound or fields.get("name") or "add"}" is not what it should be.'
    if bound:
        return ""
    if missing := [name for name in ("after", "name", "kind", "label") if name not in fields]:
        return f'A parameter in "add" needs {", ".join(missing)}.'
    if fields["kind"] == "choice" and not fields.get("choices"):
        return f'"{fields["name"]}" is a choice without "choices".'
    lacking = fields.get("required") and "default" not in fields
    return f'"{fields["name"]}" is required, so it needs a "default".' if lacking else ""


def suited(parameters: tuple[Parameter, ...], changes: Body, data: Body) -> Body:
    """Example data, under our names, as this model takes it: its own names, choices and bounds, and what it requires more."""
    known = {parameter.name: fitted(parameter, changes) for parameter in parameters}
    found = {known[name].name: known[name].nearest(value) for name, value in data.items() if name in known}
    needed = {p.name: p.default for p, _ in for_model(parameters, changes) if p.required and p.default is not None}
    return needed | found


def plainly_named(parameters: tuple[Parameter, ...], changes: Body, sent: Body) -> Body:
    """A request body in which this model's own names are ours again: what `suited` renamed, back."""
    renamed = changes.get("rename", {})
    names = {renamed[parameter.name]: parameter.name for parameter in parameters if parameter.name in renamed}
    return {names.get(name, name): value for name, value in sent.items()}


def object_schema(parameters: list[Parameter]) -> dict[str, Any]:
    """The JSON Schema of a whole request body, `model` included."""
    model = {"type": "string", "title": "Model", "description": "The model's id on the gateway."}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["model", *(p.name for p in parameters if p.required)],
        "properties": {"model": model} | {p.name: p.schema() for p in parameters},
    }


def fill(body: Body, parameters: tuple[Parameter, ...], changes: Body, data: Body) -> Body:
    """`body` with what `data` holds of each parameter that this model accepts, in the declared order."""
    for parameter, refused in for_model(parameters, changes):
        if not refused and (value := data.get(parameter.name)) is not None:
            body[parameter.name] = value
    return body
