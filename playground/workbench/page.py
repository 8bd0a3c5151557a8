"""What the playground's form shows: the fields with what was typed, and the request that they make as JSON and code."""

import json
from typing import Any

from django.conf import settings

from catalog.calling.schema import base_path
from catalog.calling.snippets import snippets
from catalog.cards import Card
from catalog.endpoints import ENDPOINTS, can_run, streams
from catalog.endpoints.parameters import FILES, Parameter
from catalog.errors import BY_STATUS, TRIED
from catalog.snapshot import Snapshot
from catalog.templatetags.catalog import pretty
from gateway.call import Call
from playground.bounds import ceilings
from playground.models import Run
from playground.running.upstream import is_sandbox
from playground.workbench import checks, conversation, formats, variables
from playground.workbench.forms import Submission, as_far_as_right

BIG = ("messages", "text", "image", "audio", "picture")
NUMBERS = ("number", "integer")  # the model has its own where they are left blank, unless their help says otherwise
MOST_CODED = 10_000  # values of a body that is written as code: more take seconds, and no one reads them
SHAPING = ("tools", "tool_choice", "format")  # what the answer is made of: fields too wide for the column of parameters


def context(now: Snapshot, found: Submission, run: Run | None = None) -> dict[str, Any]:
    """The page's context; `run` is the one just finished, for a page without scripts."""
    card, key = found.card, found.key
    shown = {
        "snapshot": now, "found": found, "card": card, "key": key, "sandbox": is_sandbox(), "errors": found.errors,
        "tryable_errors": [BY_STATUS[status] for status in TRIED], "retention": settings.RUN_RETENTION_DAYS,
    }  # fmt: skip
    return shown | (form_context(card, key, found) | preview_context(found) if card else {})


def form_context(card: Card, key: str, found: Submission) -> dict[str, Any]:
    fields = [field(p, refused, found) for p, refused in ceilings.fields(key, card)] if can_run(key) else []
    shaping = [f for f in fields if f["parameter"].kind in SHAPING]
    return {
        "variables": [variable(name, text, found) for name, text in found.variables.items()],
        "endpoints": [(name, ENDPOINTS[name].LABEL) for name in card.endpoints],
        "can_run": can_run(key) and card.served is not False,
        "streams": can_run(key) and streams(key),
        "is_job": hasattr(ENDPOINTS.get(key), "JOB"),
        "label": ENDPOINTS[key].LABEL if key in ENDPOINTS else "",
        "listed": card.is_unsure_of(key),
        "big": [f for f in fields if is_big(f["parameter"])],
        "shaping": shaping,
        "shaping_used": any(found.typed.get(f["parameter"].name) or f["error"] for f in shaping),
        "small": [f for f in fields if is_small(f["parameter"]) and not f["parameter"].advanced],
        "uploads": any(f["parameter"].kind in ("image", *FILES) or f["parameter"].parts for f in fields),
        "advanced": (advanced := [f for f in fields if is_small(f["parameter"]) and f["parameter"].advanced]),
        "advanced_wrong": any(f["error"] for f in advanced),
    }


def variable(name: str, text: str, found: Submission) -> dict[str, str]:
    """The field that fills a variable in."""
    field = variables.PREFIX + name
    return {"name": name, "field": field, "mark": f"{{{{{name}}}}}", "value": text, "error": found.errors.get(field, "")}


def is_big(parameter: Parameter) -> bool:
    """Whether a parameter is what is said to the model, rather than how."""
    return parameter.kind in BIG or (parameter.kind == "list" and parameter.required)


def is_small(parameter: Parameter) -> bool:
    return not is_big(parameter) and parameter.kind not in SHAPING


def field(parameter: Parameter, refused: str, found: Submission) -> dict[str, Any]:
    """A field with the value to show, why it is not sent, and what is wrong with it."""
    value, error = found.typed.get(parameter.name), found.errors.get(parameter.name, "")
    told = {"parameter": parameter, "refused": refused, "value": shown(parameter, value, found.card), "error": error}
    told |= {"own": parameter.kind in NUMBERS and not parameter.required and "Blank" not in parameter.help}
    if parameter.kind != "messages":
        return told
    return told | conversation.room(found.card) | {"next": conversation.next_blank(told["value"]) if found.resumed else None}


def shown(parameter: Parameter, value: Any, card: Card) -> Any:
    """A value as its field shows it: lists line by line, JSON as text, messages and formats in their parts."""
    if parameter.kind == "messages":
        return conversation.laid_out(value) or [conversation.BLANK]
    if parameter.kind == "format":
        return formats.laid_out(value, card)
    if parameter.kind == "list" and isinstance(value, list):
        return "\n".join(map(str, value))
    if parameter.kind == "tools" and isinstance(value, list):
        return pretty(value)
    if parameter.kind == "tool_choice" and isinstance(value, dict):
        return value.get("function", {}).get("name", "")
    return parameter.default if parameter.kind == "choice" and value is None else value


def preview_context(found: Submission) -> dict[str, Any]:
    """The request body as JSON text and as code; what was typed raw stays as it was typed."""
    made = found.call or as_far_as_right(found)
    body = shown_body(made) if made else None
    large = checks.size(body) > MOST_CODED
    return {
        "found": found, "card": found.card, "key": found.key, "errors": found.errors,
        "body_text": found.body if found.body is not None else pretty(body) if body else "",
        "multipart": bool(made and made.is_multipart),
        "request_path": base_path() + ENDPOINTS[found.key].PATH if found.key in ENDPOINTS else "",
        "code": snippets(found.key, body) if isinstance(body, dict) and can_run(found.key) and not large else None,
        "most_coded": MOST_CODED if large else None,
    }  # fmt: skip


def shown_body(call: Call) -> dict[str, Any]:
    """The body as an object; a file of a multipart form as `@name`, the way curl writes it."""
    if call.is_multipart:
        return dict(call.data) | {file.field: f"@{file.name}" for file in call.files}
    return json.loads(call.text() or "{}")
