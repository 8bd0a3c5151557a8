"""What the playground's templates show: the form with what was typed, the request as JSON and code, the result."""

import json
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone

from catalog.endpoints import ENDPOINTS, can_run, form, jobs
from catalog.endpoints.parameters import FILES, Parameter
from catalog.errors import BY_STATUS, ERRORS
from catalog.schema import base_path
from catalog.snapshot import Card, Snapshot
from catalog.snippets import snippets
from catalog.templatetags.catalog import pretty
from gateway.call import Call
from playground import store
from playground.execution import UNSHAPED, remedy
from playground.forms import Submission
from playground.models import Run
from playground.upstream import is_sandbox

BIG = ("messages", "text", "image", "audio", "picture")


def context(now: Snapshot, found: Submission, run: Run | None = None) -> dict[str, Any]:
    """The page's context; `run` is the one just finished, for a page without scripts."""
    card, key = found.card, found.key
    shown = {
        "snapshot": now, "found": found, "card": card, "key": key, "sandbox": is_sandbox(), "errors": found.errors,
        "tryable_errors": ERRORS, "retention": settings.RUN_RETENTION_DAYS,
    }  # fmt: skip
    return shown | (form_context(card, key, found) | preview_context(found) if card else {})


def form_context(card: Card, key: str, found: Submission) -> dict[str, Any]:
    fields = [field(p, refused, found) for p, refused in form(key, card)] if can_run(key) else []
    return {
        "endpoints": [(name, ENDPOINTS[name].LABEL) for name in card.endpoints],
        "can_run": can_run(key),
        "label": ENDPOINTS[key].LABEL if key else "",
        "listed": key in card.listed_endpoints,
        "big": [f for f in fields if is_big(f["parameter"])],
        "small": [f for f in fields if not is_big(f["parameter"]) and not f["parameter"].advanced],
        "uploads": any(f["parameter"].kind in ("image", *FILES) for f in fields),
        "advanced": [f for f in fields if f["parameter"].advanced],
    }


def is_big(parameter: Parameter) -> bool:
    """Whether a parameter is what is said to the model, rather than how."""
    return parameter.kind in BIG or (parameter.kind == "list" and parameter.required)


def field(parameter: Parameter, refused: str, found: Submission) -> dict[str, Any]:
    """A field with the value to show, why it is not sent, and what is wrong with it."""
    value = found.typed.get(parameter.name)
    if parameter.kind == "list" and isinstance(value, list):
        value = "\n".join(map(str, value))
    if parameter.kind == "choice" and value is None:
        value = parameter.default
    return {"parameter": parameter, "refused": refused, "value": value, "error": found.errors.get(parameter.name, "")}


def preview_context(found: Submission) -> dict[str, Any]:
    """The request body as JSON text and as code; what was typed raw stays as it was typed."""
    body = shown_body(found.call) if found.call else None
    return {
        "found": found, "card": found.card, "key": found.key, "errors": found.errors,
        "body_text": found.body if found.body is not None else pretty(body) if body else "",
        "multipart": bool(found.call and found.call.is_multipart),
        "request_path": base_path() + ENDPOINTS[found.key].PATH if found.key in ENDPOINTS else "",
        "code": snippets(found.key, body) if isinstance(body, dict) and can_run(found.key) else None,
    }  # fmt: skip


def shown_body(call: Call) -> dict[str, Any]:
    """The body as an object; a file of a multipart form as `@name`, the way curl writes it."""
    if call.is_multipart:
        return dict(call.data) | {file.field: f"@{file.name}" for file in call.files}
    return json.loads(call.text() or "{}")


def run_context(run: Run) -> dict[str, Any]:
    """A finished run: what to say of it, its answer, and the exchange as it was on the wire."""
    error, files = run.error, list(run.artifacts.all())
    return {
        "run": run,
        "result_template": f"playground/{run.endpoint}.html",
        "view": view(run),
        "artifacts": files,
        "remedy": remedy(error) if error else "",
        "known_error": BY_STATUS.get(error.get("status") or 0) if error else None,
        "speed": speed(run),
        "wait_ms": run.first_token_ms if run.first_token_ms is not None else run.total_ms,
        "laid_out": laid_out(run.response_body),
        "sent": store.body_as_json(run),
        "counts": counts(run.usage),
        "elapsed_ms": (timezone.now() - run.created).total_seconds() * 1000,
        "links": jobs.addresses(parsed(run.response_body)) if run.job and run.state == "complete" and not files else [],
    }


def view(run: Run) -> dict[str, Any]:
    """What the endpoint's own template shows of the answer, empty where there is nothing to read."""
    make = getattr(ENDPOINTS.get(run.endpoint), "view", None)
    answer = parsed(run.response_body)
    if not make or run.state != "complete" or not isinstance(answer, dict):
        return {}
    try:
        return make(store.body_as_json(run) or {}, answer)
    except UNSHAPED:
        return {"unreadable": True}


def parsed(body: str | None) -> Any:
    try:
        return json.loads(body or "")
    except (ValueError, RecursionError):  # no JSON, a number of thousands of digits, or nested too deep
        return None


def laid_out(body: str | None) -> str:
    """A JSON body with line breaks, for reading beside the body as received; blank where it is no JSON object or list."""
    found = parsed(body)
    return pretty(found) if isinstance(found, dict | list) else ""


def speed(run: Run) -> Decimal | None:
    """Output tokens a second, from the first token to the end; None where either is unknown."""
    tokens = (run.usage or {}).get("output_tokens")
    if not tokens or run.first_token_ms is None or run.total_ms is None or run.total_ms <= run.first_token_ms:
        return None
    return Decimal(tokens) * 1000 / Decimal(run.total_ms - run.first_token_ms)


def counts(usage: dict[str, int] | None) -> list[tuple[str, int]]:
    """`(meter in words, count)` of what was counted."""
    return [(meter.replace("_", " "), count) for meter, count in (usage or {}).items()]
