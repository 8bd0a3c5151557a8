"""A value that fits a JSON Schema, filled from a question where that is plain: what the sandbox says as structured output.

Every value is checked before it is given; a schema that no value was found for is refused, with the path and the reason.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from catalog.endpoints.answers import Refused
from catalog.endpoints.sandbox.conformance import FORMATS, Checker, Exhausted, Misfit, Steps, as_list, is_number, weigh
from catalog.endpoints.sandbox.questions import mentions, numbers, word_for

OPTIONAL_DEPTH = 6  # deeper than this, only what is required is filled in
LONGEST = 2_000  # characters, items or properties that a schema may require of one value
TELLTALES = {
    "object": ("properties", "required", "additionalProperties", "minProperties", "maxProperties"),
    "array": ("items", "prefixItems", "minItems", "maxItems", "uniqueItems"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}  # of a schema that states no type
SPLIT = ("$ref", "allOf", "anyOf", "oneOf", "$defs", "definitions", "$id", "$schema")
LEAST, MOST = ("minimum", "exclusiveMinimum", "minLength", "minItems"), ("maximum", "exclusiveMaximum", "maxLength", "maxItems")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a value and a schema the maker is. `open` holds the references that led here, `nested` counts values."""

    path: str = ""
    name: str = ""
    depth: int = 0
    nested: int = 0
    variant: int = 0
    open: frozenset[str] = frozenset()

    def into(self, step: str, name: str = "", variant: int = 0) -> "Place":
        found = replace(self, path=self.path + step, name=name or self.name, variant=self.variant + variant)
        return replace(found, depth=self.depth + 1, nested=self.nested + 1)

    def deeper(self) -> "Place":
        return replace(self, depth=self.depth + 1)


def instance(schema: Any, question: str, where: str, steps: Steps, variant: int = 0) -> Any:
    """A value for `schema`, which the request has at `where`; another `variant`, other words. Raises Refused."""
    maker = Maker(schema, question, steps)
    try:
        weigh(schema)
        made = maker.make(schema, Place(variant=variant))
        maker.checker.check(made, schema)
    except Misfit as misfit:
        path = f" at {misfit.path}" if misfit.path else ""
        raise Refused(f"{where}: the schema{path} {misfit}. Change that part of the schema.", where) from None
    except Exhausted:
        raise Refused(f"{where}: the schema is too deep or has too many combinations. Make it simpler.", where) from None
    return made


class Maker:
    def __init__(self, root: Any, question: str, steps: Steps):
        self.checker = Checker(root, steps)
        self.question = question

    def make(self, schema: Any, at: Place) -> Any:
        """A value for `schema`. Raises Misfit where none was found."""
        found: list[dict[str, Any]] = []
        opened = self.gather(schema, at, found)
        at = replace(at, open=at.open | opened)
        groups = [part[key] for part in found for key in ("anyOf", "oneOf") if key in part]
        whole = joined(found)
        return self.chosen(schema, whole, groups, at) if groups else self.plain(whole, at)

    def gather(self, schema: Any, at: Place, found: list[dict[str, Any]]) -> frozenset[str]:
        """Adds to `found` all schemas that hold at once here, and gives the references that were followed."""
        known = self.checker.look(schema, at.path, at.depth)
        found.append(known)
        opened: frozenset[str] = frozenset()
        if reference := known.get("$ref"):
            if reference in at.open:
                raise Misfit(at.path, f"refers to itself by {reference[:80]} without an end")
            opened = frozenset([reference])
            within = replace(at.deeper(), open=at.open | opened)
            opened |= self.gather(self.checker.resolve(reference, at.path), within, found)
        return opened.union(*(self.gather(part, at.deeper(), found) for part in known.get("allOf", ())))

    def chosen(self, schema: Any, whole: dict[str, Any], groups: list[list[Any]], at: Place) -> Any:
        """The value of the first alternative that fits; what else holds goes with every alternative."""
        first, *rest = groups
        failure = Misfit(at.path, "has no alternatives")
        for alternative in first:
            try:
                value = self.make({"allOf": [whole, alternative, *({"anyOf": group} for group in rest)]}, at.deeper())
                self.checker.check(value, schema, at.path, at.depth)
                return value
            except Misfit as misfit:
                failure = misfit
        raise failure

    def plain(self, schema: dict[str, Any], at: Place) -> Any:
        """The first value that fits a schema without alternatives."""
        failure = Misfit(at.path, "allows no value")
        for value in self.candidates(schema, at):
            try:
                self.checker.check(value, schema, at.path, at.depth)
                return value
            except Misfit as misfit:
                failure = misfit
        raise failure

    def candidates(self, schema: dict[str, Any], at: Place) -> Iterator[Any]:
        if "const" in schema:
            yield schema["const"]
        elif "enum" in schema:
            choices = schema["enum"]
            yield from (choice for choice in choices if isinstance(choice, str) and mentions(self.question, choice))
            yield from choices[at.variant % max(1, len(choices)) :]
            yield from choices
        else:
            for kind in kinds(schema):
                yield from getattr(self, f"{kind}s")(schema, at)

    def objects(self, schema: dict[str, Any], at: Place) -> Iterator[Any]:
        known, rest = schema.get("properties", {}), schema.get("additionalProperties", True)
        required = [name for name in schema.get("required", ()) if isinstance(name, str)]
        made: dict[str, Any] = {}
        for name in dict.fromkeys([*known, *required]):
            part, inside = known.get(name, rest), at.into(f".{name}", name)
            if name in required:
                made[name] = self.make(part, inside)
            elif at.nested < OPTIONAL_DEPTH:
                made |= self.optional(name, part, inside)
        for number in range(len(made), size(schema, "minProperties", at)):
            made[f"entry_{number + 1}"] = self.make(rest, at.into(f".entry_{number + 1}", variant=number))
        yield made

    def optional(self, name: str, part: Any, at: Place) -> dict[str, Any]:
        """A property that need not be there, left out where no value for it is found."""
        try:
            return {name: self.make(part, at)}
        except Misfit:
            return {}

    def arrays(self, schema: dict[str, Any], at: Place) -> Iterator[Any]:
        first, rest = schema.get("prefixItems", []), schema.get("items", True)
        least = size(schema, "minItems", at)
        wanted = max(least, len(first) or ("items" in schema and rest is not False))
        try:
            parts = [(first[n] if n < len(first) else rest, at.into("[]", variant=n)) for n in range(wanted)]
            yield [self.make(part, inside) for part, inside in parts]
        except Misfit:
            if least:
                raise
        yield []

    def strings(self, schema: dict[str, Any], at: Place) -> Iterator[Any]:
        if schema.get("format") in FORMATS:
            yield FORMATS[schema["format"]]
        word, least = word_for(at.name, self.question, at.variant), size(schema, "minLength", at)
        most = int(min(schema.get("maxLength", LONGEST), LONGEST))
        yield (word if len(word) >= least else f"{word} {'and so on ' * (least // 10 + 1)}"[:least].ljust(least, "."))[:most]

    def integers(self, schema: dict[str, Any], at: Place) -> Iterator[Any]:
        yield from (int(value) for value in self.numbers(schema, at) if is_number(value) and value == int(value))
        yield from (math.ceil(value) for value in self.numbers(schema, at) if is_number(value))

    def numbers(self, schema: dict[str, Any], at: Place) -> Iterator[Any]:
        """Numbers of the question, then plain ones, then those nearest to the bounds."""
        low = schema.get("minimum", schema.get("exclusiveMinimum", 0))
        high = schema.get("maximum", schema.get("exclusiveMaximum", low))
        step = schema.get("multipleOf", 1)
        yield from numbers(self.question)
        yield from (at.variant + 1, low + at.variant, low, low + 1, high, high - 1, (low + high) / 2)
        if low / step < 1e15:
            yield from ((low // step + n) * step for n in range(3))

    def booleans(self, schema: dict[str, Any], at: Place) -> Iterator[Any]:
        yield mentions(self.question, at.name)

    def nulls(self, schema: dict[str, Any], at: Place) -> Iterator[Any]:
        yield None


def kinds(schema: dict[str, Any]) -> list[str]:
    """The types that a schema allows, the stated ones in their order; else what its other keywords are about."""
    if "type" in schema:
        return as_list(schema["type"])
    return [kind for kind, words in TELLTALES.items() if any(word in schema for word in words)] or ["string"]


def size(schema: dict[str, Any], keyword: str, at: Place) -> int:
    least = int(schema.get(keyword, 0))
    if least > LONGEST:
        raise Misfit(at.path, f"has a {keyword} above {LONGEST:,}")
    return least


def joined(schemas: list[dict[str, Any]]) -> dict[str, Any]:
    """One schema for several that hold at once, less their references and alternatives."""
    whole: dict[str, Any] = {}
    for schema in schemas:
        for key, value in schema.items():
            if key not in SPLIT:
                whole[key] = both(key, whole[key], value) if key in whole else value
    return whole


def both(key: str, one: Any, other: Any) -> Any:
    """What a keyword must be for two schemas to hold."""
    if key == "properties":
        return one | {name: {"allOf": [one[name], part]} if name in one else part for name, part in other.items()}
    if key == "required":
        return [*one, *other]
    if key == "type":
        return [kind for kind in as_list(one) if kind in as_list(other)] or one
    if key == "enum":
        return [choice for choice in one if choice in other]
    if key in LEAST or key in MOST:
        return max(one, other) if key in LEAST else min(one, other)
    if key in ("items", "additionalProperties"):
        return {"allOf": [one, other]}
    return one
