"""What the OpenAPI document says of the calculator and of a model's price history."""

from typing import Any

from catalog.openapi_twins import TYPES, content, get, reference
from catalog.search.query import BASES
from catalog.workload import QUANTITIES

AMOUNT = {"type": ["string", "null"], "pattern": r"^[0-9]+(\.[0-9]+)?$"}
NUMBER = {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"}
WORDS = {"type": "array", "items": {"type": "string"}}


def paths() -> dict[str, Any]:
    refusals = {"400": reference("responses", "BadQuery")}
    moved = {"301": reference("responses", "Moved"), "404": reference("responses", "UnknownModel")}
    calculation = content(TYPES["json"], reference("schemas", "Calculation"))
    history = content(TYPES["json"], reference("schemas", "PriceHistory"))
    return {
        "/calculator.json": get(
            "calculate", "What a month costs", "A number that is left out is the example, one that is blank is not stated.",
            ["models", *QUANTITIES, "size", "prices"], calculation, refusals,
        ),
        "/models/{id}/prices.json": get(
            "getPriceHistory", "Every price of a model", "Those that ended too, with their days.", ["id"], history, moved
        ),
    }  # fmt: skip


def parameters() -> dict[str, Any]:
    found = {key: query(key, f"{q.label}: {q.rule}.{usual(q.usual)}", {"type": "string"}) for key, q in QUANTITIES.items()}
    found["size"] = query("size", "A size that one of the models is priced by, such as `720p`.", {"type": "string"})
    found["prices"] = query("prices", "What the page shows; the answer has both.", {"type": "string", "enum": list(BASES)})
    return found


def query(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, "description": description}


def usual(value: str) -> str:
    return f" Left out: {value}." if value else ""


def schemas() -> dict[str, Any]:
    line = shape({
        "service": {"type": ["string", "null"], "description": "batch, or null for ordinary requests."},
        "requests": NUMBER, "count": NUMBER, "price": reference("schemas", "Price"), "cost": NUMBER,
        "formula": {"type": "string"},
    })  # fmt: skip
    ended = {"until": {"type": ["string", "null"], "format": "date", "description": "The first day it no longer held."}}
    return {
        "Calculation": shape({
            "object": {"const": "calculation"}, "currency": {"const": "USD"},
            "workload": {"type": "object", "additionalProperties": {"type": ["string", "null"]}},
            "data": {"type": "array", "items": reference("schemas", "Bill")}, "url": {"type": "string", "format": "uri"},
        }),
        "Bill": shape({
            "id": {"type": "string"}, "list": AMOUNT | {"description": "US dollars a month; null is unknown."},
            "effective": AMOUNT, "lines": {"type": "array", "items": line},
            "missing": WORDS | {"description": "Why there is no total."}, "notes": WORDS,
        }),
        "PriceHistory": shape({
            "object": {"const": "prices"}, "id": {"type": "string"}, "currency": {"const": "USD"},
            "url": {"type": "string", "format": "uri"},
            "data": {"type": "array", "items": {"allOf": [reference("schemas", "Price"), shape(ended)]}},
        }),
    }  # fmt: skip


def shape(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}
