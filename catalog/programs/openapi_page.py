"""The OpenAPI document laid out for reading. It knows nothing but the document, so the page cannot say anything else."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

Document = dict[str, Any]
METHODS = ("get", "post", "delete")


class Field(NamedTuple):
    """A parameter, a field of a body, or a key of an answer. `type` is pairs of a word and the shape that it names, if any."""

    name: str
    type: list[tuple[str, str]]
    required: bool
    default: str
    note: str
    choices: list[str]
    anchor: str = ""


class Answer(NamedTuple):
    status: str
    description: str
    types: list[str]
    shape: str


class Operation(NamedTuple):
    """`path` has the path of the base before it. `parameters` are key and name of the common ones; `fields` those of the body,
    whose media type is `body`; `example` is the model that the example asks.
    """

    anchor: str
    tag: str
    method: str
    base: str
    path: str
    summary: str
    description: str
    parameters: list[tuple[str, str]]
    body: str
    fields: list[Field]
    answers: list[Answer]
    example: str

    @property
    def url(self) -> str:
        return self.base.removesuffix(urlsplit(self.base).path) + self.path


def chapters(document: Document) -> list[tuple[Document, list[Operation]]]:
    """`[(tag, its operations)]`"""
    every = list(operations(document))
    return [(tag, [one for one in every if one.tag == tag["name"]]) for tag in document["tags"]]


def operations(document: Document) -> Iterator[Operation]:
    for path, entry in document["paths"].items():
        server = entry.get("servers", document["servers"])[0]["url"]
        for method in (name for name in METHODS if name in entry):
            yield operation(document, path, entry[method], method, server, entry.get("parameters", []))


def operation(document: Document, path: str, said: Document, method: str, server: str, shared: list[Document]) -> Operation:
    given = [*shared, *said.get("parameters", [])]
    kind, media = next(iter(said.get("requestBody", {}).get("content", {}).items()), ("", {}))
    return Operation(
        said["operationId"].removeprefix("gateway_"), said["tags"][0], method.upper(), server, urlsplit(server).path + path,
        said["summary"], said.get("description", ""), named(document, given),
        kind, list(fields(document, resolved(document, media.get("schema", {})))),
        [answer(document, *pair) for pair in said["responses"].items()], media.get("example", {}).get("model", ""),
    )  # fmt: skip


def named(document: Document, given: list[Document]) -> list[tuple[str, str]]:
    """Key and name of each common parameter, the many filters of browse as one."""
    common = {last(one["$ref"]): resolved(document, one) for one in given if "$ref" in one}
    filters = [key for key, said in common.items() if said.get("x-filter")]
    left = [(key, said["name"]) for key, said in common.items() if key not in filters]
    return [*left, *([(filters[0], "filters")] if filters else [])]


def answer(document: Document, status: str, said: Document) -> Answer:
    whole = resolved(document, said)
    content = whole.get("content", {})
    shapes = [last(media.get("schema", {}).get("$ref", "")) for media in content.values()]
    return Answer(status, whole["description"], list(content), next(filter(None, shapes), ""))


def parameters(document: Document) -> Iterator[Field]:
    for key, said in document["components"]["parameters"].items():
        kind = "A filter." if said.get("x-filter") else f"In the {said['in']}."
        note = f"{kind} {said.get('description', '')}"
        yield field(said["name"], said["schema"], said.get("required", False), note)._replace(anchor=f"parameter-{key}")


def shapes(document: Document) -> Iterator[tuple[str, list[Field], list[str]]]:
    """Every named schema with its keys, or with its words where it is a list of them; those of requests stand elsewhere."""
    taken = {last(media["schema"]["$ref"]) for media in asked(document)}
    for name, schema in document["components"]["schemas"].items():
        if name not in taken:
            yield name, list(fields(document, schema)), schema.get("enum", [])


def asked(document: Document) -> Iterator[Document]:
    for entry in document["paths"].values():
        for said in (entry[method] for method in METHODS if method in entry):
            yield from (media for media in said.get("requestBody", {}).get("content", {}).values() if "schema" in media)


def fields(document: Document, schema: Document) -> Iterator[Field]:
    for part in schema.get("allOf", []):
        yield from fields(document, resolved(document, part))
    for name, said in schema.get("properties", {}).items():
        yield field(name, said, name in schema.get("required", []), said.get("description", ""))


def field(name: str, schema: Document, required: bool, note: str) -> Field:
    default = json.dumps(schema["default"], ensure_ascii=False) if "default" in schema else ""
    choices = [str(choice) for choice in inner(schema).get("enum", [])]
    return Field(name, typed(schema), required, default, " ".join([note, *bounds(schema)]).strip(), choices)


def inner(schema: Document) -> Document:
    return schema.get("items", {}) if schema.get("type") == "array" else schema


def typed(schema: Document) -> list[tuple[str, str]]:
    """`array of Model or null` as words, each with the shape that it names."""
    if "$ref" in schema:
        return [(last(schema["$ref"]), last(schema["$ref"]))]
    if options := schema.get("anyOf") or schema.get("oneOf"):
        found = typed(options[0])
        for option in options[1:]:
            found += [("or", ""), *typed(option)]
        return found
    if "const" in schema:
        return [(json.dumps(schema["const"]), "")]
    kinds = schema.get("type", "any")
    words = " or ".join(kinds) if isinstance(kinds, list) else kinds
    return [(f"{words} of", ""), *typed(schema["items"])] if "array" in words and schema.get("items") else [(words, "")]


BOUNDS = {
    "minimum": "At least {}.", "maximum": "At most {}.", "maxLength": "At most {} characters.", "maxItems": "At most {} entries.",
    "minItems": "At least {} entries.",
}  # fmt: skip


def bounds(schema: Document) -> Iterator[str]:
    yield from (words.format(schema[name]) for name, words in BOUNDS.items() if name in schema)


def resolved(document: Document, node: Document) -> Document:
    found: Any = node
    if "$ref" in node:
        found = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
    return found


def last(reference: str) -> str:
    return reference.rpartition("/")[2]
