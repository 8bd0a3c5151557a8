"""The OpenAPI 3.1 document: this site's API and the gateway's endpoints.

What is written by hand is `openapi.json`, the shapes of answers above all; the gateway's part and every closed list come
from the registry, the twins of pages from `openapi_twins.py`.
"""

import copy
import json
from pathlib import Path
from types import ModuleType
from typing import Any

from django.conf import settings

from catalog.calling.schema import Documented, endpoint
from catalog.costs.calculator import SERVICES
from catalog.costs.pricing import METERS
from catalog.costs.workload import QUANTITIES, Quantity
from catalog.endpoints import ENDPOINTS, can_run
from catalog.endpoints.parameters import object_schema
from catalog.errors import ERRORS, ErrorFact
from catalog.programs import openapi_twins
from catalog.search.bounds import BOUNDS
from catalog.search.facets import FACETS, Facet
from catalog.search.parsing import MAX_TEXT
from catalog.search.query import BASES, DEFAULT_BASIS, WHERE
from catalog.search.sorts import SORTS
from catalog.snapshot import Snapshot
from catalog.vocabulary import CAPABILITIES, MODALITIES, STATUSES

SITE = json.loads((Path(__file__).parent / "openapi.json").read_text("utf-8"))
LISTS = ("/models.json", "/models.csv", "/models.md", "/models.atom", "/api/v1/models")
WORDS = {"Modality": MODALITIES, "Capability": CAPABILITIES, "Endpoint": ENDPOINTS, "Meter": METERS, "Status": STATUSES}


def document(now: Snapshot) -> dict[str, Any]:
    found = copy.deepcopy(SITE)
    found["info"] |= {"title": f"{settings.SITE_NAME} API"} | contact()
    found["servers"] = [{"url": settings.SITE_URL, "description": "This site"}]
    filters = {"q": TEXT} | {facet.key: parameter(facet) for facet in FACETS} | {key: limit(key) for key in BOUNDS}
    filters = {key: said | {"x-filter": True} for key, said in (filters | {"served": SERVED, "prices": PRICES}).items()}
    work = {quantity.key: counted(quantity) for quantity in QUANTITIES.values()} | {"size": SIZE, "service": SERVICE}
    for path in LISTS:
        found["paths"][path]["get"]["parameters"][:0] = [{"$ref": f"#/components/parameters/{key}"} for key in filters]
    found["paths"] |= openapi_twins.paths(list(filters)) | {"/calculator.json": openapi_twins.calculator(list(work))}
    found["paths"] |= {module.PATH: gateway_path(now, key, module) for key, module in ENDPOINTS.items()}
    found["paths"]["/jobs/{id}"] = job_path()
    parts = found["components"]
    parts["parameters"] |= filters | work | {"sort": SORT, "rows": ROWS} | openapi_twins.parameters()
    parts["responses"] |= {f"Gateway{error.status}": failure(error) for error in ERRORS}
    parts["schemas"] |= {name: {"type": "string", "enum": list(words)} for name, words in WORDS.items()}
    parts["schemas"] |= {request_name(key): request_schema(key) for key in ENDPOINTS if can_run(key)}
    return found


def contact() -> dict[str, Any]:
    """What the operator gave: whom to ask, and the terms."""
    found = {"contact": {"url": settings.CONTACT_URL}} if settings.CONTACT_URL.startswith("http") else {}
    return found | ({"termsOfService": settings.TERMS_URL} if settings.TERMS_URL else {})


TEXT = {
    "name": "q", "in": "query", "schema": {"type": "string", "maxLength": MAX_TEXT},
    "description": "Words that must all begin a word of the model's names, provider, capabilities or description. A small typo "
    "is forgiven; `200K` asks for a context of at least that many tokens, `cheapest` and `newest` for an order.",
}  # fmt: skip
SORT = {
    "name": "sort", "in": "query", "schema": {"type": "string", "enum": list(SORTS)},
    "description": "A minus sorts downwards. Models for which the value is unknown come last.",
}  # fmt: skip
PRICES = {
    "name": "prices", "in": "query", "schema": {"type": "string", "enum": list(BASES), "default": DEFAULT_BASIS},
    "description": "Which prices `input_min` and `input_max` mean, the rows of a comparison have, and the page linked to shows. "
    "Effective prices count the fee at credit top-up.",
}  # fmt: skip
SERVED = {
    "name": "served", "in": "query", "schema": {"type": "string", "enum": list(WHERE)},
    "description": "Whether models are on the configured gateway. Once that has said what it serves, lists of models have those "
    "unless this asks for others; before, and on the sandbox, they have any. Lists of a provider or collection have any.",
}  # fmt: skip
ROWS = {
    "name": "rows", "in": "query", "schema": {"type": "string", "enum": ["differ"]},
    "description": "`differ` leaves out the rows of a comparison where the models agree.",
}  # fmt: skip
SIZE = {
    "name": "size", "in": "query", "schema": {"type": "string"}, "example": "720p",
    "description": "A size of the output by which one of the models is priced.",
}  # fmt: skip
SERVICE = {
    "name": "service", "in": "query", "schema": {"type": "string", "enum": list(SERVICES)},
    "description": "How the requests are run that are no batch, where one of the models has a price for that. Left out: the "
    "ordinary way.",
}  # fmt: skip


def parameter(facet: Facet) -> dict[str, Any]:
    """A filter of browse. The values of an open one (provider, year) are under `facets` in `/models.json`."""
    value: dict[str, Any] = {"type": "string"}
    if facet.labels and facet.key != "released":
        value["enum"] = list(facet.labels)
    several = "all of them must hold" if facet.all_must_hold else "any of them may hold"
    return {
        "name": facet.key, "in": "query", "style": "form", "explode": True,
        "schema": {"type": "array", "items": value}, "description": f"{facet.label}. Repeat it for several values: {several}.",
    }  # fmt: skip


def limit(key: str) -> dict[str, Any]:
    """A typed limit of browse."""
    bound = BOUNDS[key]
    told = f"{bound.label} {bound.sign}: {bound.kind.wanted}. Models for which it is unknown are left out."
    return {"name": key, "in": "query", "schema": {"type": "string"}, "example": bound.kind.example, "description": told}


def counted(quantity: Quantity) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "integer" if quantity.whole else "number", "minimum": 0, "maximum": quantity.limit}
    usual = {"default": int(quantity.usual)} if quantity.usual else {}
    return {"name": quantity.key, "in": "query", "schema": schema | usual, "description": f"{quantity.label}."}


def gateway_path(now: Snapshot, key: str, module: ModuleType) -> dict[str, Any]:
    """One endpoint of the gateway, with the example of the first model that has it, of those on this gateway if any is."""
    card = next((card for card in sorted(now.cards, key=lambda card: card.served is False) if key in card.endpoints), None)
    shown = endpoint(card, key) if card else None
    operation = {
        "operationId": f"gateway_{key}", "tags": ["Gateway"], "summary": module.LABEL, "description": module.SUMMARY,
        "security": [{"gatewayKey": []}], "x-modelry-documented": can_run(key),
    }  # fmt: skip
    status, description = ("202", "A job. Poll it at `/jobs/{id}`.") if hasattr(module, "JOB") else ("200", "The answer.")
    operation["responses"] = {status: {"description": description}} | failures()
    if can_run(key):
        operation["requestBody"] = request_body(key, shown)
        operation["responses"][status]["content"] = content(module, shown)
    return {"servers": gateway_servers(), "post": operation}


def job_path() -> dict[str, Any]:
    """How a job is polled and canceled."""
    job_id = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    found: dict[str, Any] = {"servers": gateway_servers(), "parameters": [job_id]}
    told = {"get": ("poll_job", "Poll a job until it is completed, failed or canceled"), "delete": ("cancel_job", "Cancel a job")}
    for method, (name, summary) in told.items():
        done = {"200": {"description": "The job as it stands.", "content": {"application/json": {}}}}
        found[method] = {
            "operationId": f"gateway_{name}", "tags": ["Gateway"], "summary": summary, "security": [{"gatewayKey": []}],
            "responses": done | failures(),
        }  # fmt: skip
    return found


def gateway_servers() -> list[dict[str, str]]:
    return [{"url": settings.PUBLIC_GATEWAY_URL, "description": "The gateway"}]


def failures() -> dict[str, Any]:
    return {str(error.status): {"$ref": f"#/components/responses/Gateway{error.status}"} for error in ERRORS}


def request_name(key: str) -> str:
    return f"{key.title().replace('_', '')}Request"


def request_schema(key: str) -> dict[str, Any]:
    """What every model of the endpoint takes; `/api/v1/models/{id}/schema` says what one model adds or rejects."""
    found = object_schema(list(ENDPOINTS[key].PARAMETERS))
    return {name: value for name, value in found.items() if name != "$schema"}


def request_body(key: str, shown: Documented | None) -> dict[str, Any]:
    media: dict[str, Any] = {"schema": {"$ref": f"#/components/schemas/{request_name(key)}"}}
    if shown and shown.request is not None:
        media["example"] = shown.request
    return {"required": True, "content": {getattr(ENDPOINTS[key], "REQUEST_TYPE", "application/json"): media}}


def content(module: ModuleType, shown: Documented | None) -> dict[str, Any]:
    """The kinds of answer: JSON with its example, media of any format of its family, events where it streams."""
    if module.RESPONSE_TYPE != "application/json":
        return {f"{module.RESPONSE_TYPE.partition('/')[0]}/*": {}}
    found: dict[str, Any] = {"application/json": {"example": shown.response} if shown else {}}
    found |= {kind: {"schema": {"type": "string"}} for kind in getattr(module, "PLAIN_TYPES", ())}
    if hasattr(module, "delta"):
        example = {"example": shown.streaming} if shown and shown.streaming else {}
        found["text/event-stream"] = {"schema": {"type": "string"}} | example
    return found


def failure(error: ErrorFact) -> dict[str, Any]:
    found: dict[str, Any] = {
        "description": f"{error.meaning}. {error.remedy}",
        "x-type": error.type,
        "x-retryable": error.retryable,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    if error.status == 429:
        found["headers"] = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
    return found
