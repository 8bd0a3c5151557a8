"""Whether a JSON value fits a JSON Schema (draft 2020-12), found in a bounded number of steps.

What is not understood counts as not fitting. Nothing is fetched, and no pattern is run: a hostile one never ends.
"""

import json
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any
from urllib.parse import unquote

STEPS = 20_000  # for all that one request asks for; most schemas take some hundred
DEPTH = 48
FOREIGN = frozenset(
    "pattern patternProperties propertyNames not if contains dependentSchemas dependentRequired dependencies "
    "unevaluatedProperties unevaluatedItems $dynamicRef $recursiveRef".split()
)  # keywords that would need more than is understood here
# One text of each format; any other text counts as not fitting it.
FORMATS = {
    "date": "2026-04-23", "date-time": "2026-04-23T12:24:42Z", "time": "12:24:42Z", "duration": "P1D",
    "email": "someone@example.org", "idn-email": "someone@example.org", "hostname": "example.org",
    "idn-hostname": "example.org", "uri": "https://example.org/", "iri": "https://example.org/",
    "uuid": "123e4567-e89b-42d3-a456-426614174000", "ipv4": "192.0.2.1", "ipv6": "2001:db8::1",
    "json-pointer": "/text", "uri-reference": "/text",
}  # fmt: skip
TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": lambda value: is_number(value),
    "integer": lambda value: is_number(value) and value == value // 1,
}
# What a keyword must be, where a schema has it.
SHAPES: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("properties", "$defs", "definitions"), TYPES["object"]),
    **dict.fromkeys(("required", "enum", "allOf", "anyOf", "oneOf", "prefixItems"), TYPES["array"]),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), TYPES["number"]),
    **dict.fromkeys(
        ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"),
        lambda value: is_number(value) and 0 <= value == value // 1,
    ),
    "multipleOf": lambda value: is_number(value) and value > 0,
    "$ref": TYPES["string"],
    "type": lambda value: bool(value) and all(isinstance(kind, str) and kind in TYPES for kind in as_list(value)),
}


class Misfit(Exception):
    """A value, or what a schema asks for, fails at `path`, such as `.items[].name`."""

    def __init__(self, path: str, why: str):
        super().__init__(why)
        self.path = path


class Unsure(Misfit):
    """Whether a value fits cannot be told here, which counts as a misfit, and spoils a `oneOf`: others may say it fits."""


class Exhausted(Exception):
    """The schema takes more steps, or goes deeper, than anything plain does."""


class Steps:
    """What one request may still take: a look at a schema is one step, and more where a list or a text is long."""

    def __init__(self) -> None:
        self.left = STEPS

    def take(self, size: int) -> None:
        self.left -= 1 + size // 20
        if self.left < 0:
            raise Exhausted


def weigh(schema: Any) -> None:
    """Raises Exhausted for a schema too large or nested too deep to be read at all."""
    level, left = [schema], STEPS
    for _ in range(2 * DEPTH):
        if not level:
            return
        left -= len(level)
        parts = (part.values() if isinstance(part, dict) else part for part in level if isinstance(part, dict | list))
        level = [child for children in parts for child in children] if left > 0 else [schema]
    raise Exhausted


class Checker:
    """Checks values against parts of one schema."""

    def __init__(self, root: Any, steps: Steps):
        self.root = root
        self.steps = steps

    def look(self, schema: Any, path: str, depth: int) -> dict[str, Any]:
        """The keywords of `schema`, their shapes sure. Raises Misfit, or Exhausted when this was one look too many."""
        if depth > DEPTH:
            raise Exhausted
        parts = schema.values() if isinstance(schema, dict) else ()
        self.steps.take(sum(len(part) for part in parts if isinstance(part, dict | list)))
        if schema is True:
            return {}
        if not isinstance(schema, dict):
            raise Misfit(path, "allows no value" if schema is False else "must be a JSON Schema")
        if foreign := sorted(FOREIGN & schema.keys()) or (["$id"] if "$id" in schema and schema is not self.root else []):
            raise Unsure(path, f"uses {foreign[0]}, which the sandbox cannot follow")
        if odd := next((name for name, fits in SHAPES.items() if name in schema and not fits(schema[name])), ""):
            raise Misfit(path, f"has a {odd} of the wrong shape")
        return schema

    def resolve(self, reference: str, path: str) -> Any:
        """The schema that `#/…` points at; an address elsewhere is never asked."""
        found = self.root
        if reference != "#" and not reference.startswith("#/"):
            raise Misfit(path, f"refers to {reference[:80]}, but only #/… inside the schema is followed")
        try:
            for name in unquote(reference).split("/")[1:]:
                key = name.replace("~1", "/").replace("~0", "~")
                found = found[int(key)] if isinstance(found, list) else found[key]
        except (KeyError, IndexError, TypeError, ValueError):
            raise Misfit(path, f"refers to {reference[:80]}, which is not there") from None
        return found

    def check(self, value: Any, schema: Any, path: str = "", depth: int = 0) -> None:
        """Raises Misfit where `value` does not fit `schema`."""
        known = self.look(schema, path, depth)
        self.steps.take(len(value) if isinstance(value, str) else 0)
        parts = [self.resolve(known["$ref"], path)] if "$ref" in known else []
        for part in (*parts, *known.get("allOf", ())):
            self.check(value, part, path, depth + 1)
        for problem in chain(mismatches(value, known), limits(value, known)):
            raise Misfit(path, problem)
        self.check_alternatives(value, known, path, depth)
        if isinstance(value, str) and FORMATS.get(str(known.get("format")), value) != value:
            raise Unsure(path, f"must have the format {known['format']}")
        self.check_parts(value, known, path, depth)

    def check_alternatives(self, value: Any, known: dict[str, Any], path: str, depth: int) -> None:
        if "anyOf" in known and True not in (any_of := self.fitting(value, known["anyOf"], path, depth)):
            raise (Unsure if None in any_of else Misfit)(path, "fits nothing of its anyOf")
        one_of = self.fitting(value, known["oneOf"], path, depth) if "oneOf" in known else [True]
        if None in one_of or one_of.count(True) != 1:
            raise (Unsure if None in one_of else Misfit)(path, "must fit exactly one of its oneOf")

    def fitting(self, value: Any, schemas: list[Any], path: str, depth: int) -> list[bool | None]:
        """For each schema whether `value` fits, None where that cannot be told."""
        return [self.fits(value, schema, path, depth + 1) for schema in schemas]

    def fits(self, value: Any, schema: Any, path: str, depth: int) -> bool | None:
        try:
            self.check(value, schema, path, depth)
        except Misfit as misfit:
            return None if isinstance(misfit, Unsure) else False
        return True

    def check_parts(self, value: Any, known: dict[str, Any], path: str, depth: int) -> None:
        if isinstance(value, dict):
            properties, rest = known.get("properties", {}), known.get("additionalProperties", True)
            for name, part in value.items():
                self.steps.take(len(name))
                self.check(part, properties.get(name, rest), f"{path}.{name}", depth + 1)
        if isinstance(value, list):
            first, rest = known.get("prefixItems", []), known.get("items", True)
            for index, part in enumerate(value):
                self.check(part, first[index] if index < len(first) else rest, f"{path}[{index}]", depth + 1)


def mismatches(value: Any, known: dict[str, Any]) -> Iterator[str]:
    """Which of its type, const and enum `value` is not."""
    if "type" in known and not any(TYPES[kind](value) for kind in as_list(known["type"])):
        yield f"must be {' or '.join(as_list(known['type']))}"
    if "const" in known and dumped(value) != dumped(known["const"]):
        yield "must be its const"
    if "enum" in known and dumped(value) not in map(dumped, known["enum"]):
        yield "must be one of its enum"


def limits(value: Any, known: dict[str, Any]) -> Iterator[str]:
    """Which bounds of a schema `value` breaks."""
    if isinstance(value, str):
        yield from counted(len(value), known, "Length")
    elif isinstance(value, list):
        yield from counted(len(value), known, "Items")
        if known.get("uniqueItems") and len({dumped(part) for part in value}) < len(value):
            yield "must have no item twice"
    elif isinstance(value, dict):
        yield from counted(len(value), known, "Properties")
        yield from (f"lacks {name}" for name in known.get("required", ()) if name not in value)
    elif is_number(value):
        yield from (f"breaks its {name}" for name, holds in BOUNDS.items() if name in known and not holds(value, known[name]))


def counted(size: int, known: dict[str, Any], what: str) -> Iterator[str]:
    if not known.get(f"min{what}", 0) <= size <= known.get(f"max{what}", size):
        yield f"breaks its min{what} or max{what}"


BOUNDS: dict[str, Callable[[Any, Any], bool]] = {
    "minimum": lambda value, bound: value >= bound,
    "maximum": lambda value, bound: value <= bound,
    "exclusiveMinimum": lambda value, bound: value > bound,
    "exclusiveMaximum": lambda value, bound: value < bound,
    "multipleOf": lambda value, bound: is_multiple(value, bound),
}


def is_multiple(value: float, step: float) -> bool:
    if isinstance(value, int) and isinstance(step, int):
        return value % step == 0
    return (value / step).is_integer()


def is_number(value: Any) -> bool:
    """A number of an ordinary size: no NaN, no infinity, nothing that overflows in arithmetic."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300


def dumped(value: Any) -> str:
    """One text for one JSON value: true and 1 are two."""
    return json.dumps(value, sort_keys=True)


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
