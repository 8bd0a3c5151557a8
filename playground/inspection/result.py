"""What the playground shows of a run: what became of it, its answer, and the exchange as it was on the wire."""

import json
from decimal import Decimal
from typing import Any

from django.conf import settings

from catalog import errors, figures
from catalog.endpoints import ENDPOINTS
from catalog.templatetags.catalog import pretty
from gateway.errors import FAILURES
from gateway.sse import Splitter
from playground.inspection import inspector, verdict
from playground.models import Run
from playground.records import store
from playground.running import job_files, polling
from playground.running.execution import UNSHAPED
from playground.workbench.checks import SHOWN_DEPTH, deep

SHOWN = 500_000  # characters of an answer's body on a page: pictures come as megabytes of base64


def run_context(run: Run, files: list[Any] | None = None, inspected: bool = True) -> dict[str, Any]:
    """A finished run: what to say of it, its answer, and, where it is `inspected`, the exchange as it was on the wire; `files`
    are its artefacts where they are no rows of its own.
    """
    error, asked = run.error, store.body_as_json(run)
    files = list(run.artifacts.all()) if files is None else files
    answer = answer_of(run)
    return {
        "run": run,
        "result_template": f"playground/{run.endpoint}.html",
        "view": view(run, answer),
        "artifacts": files,
        "remedy": remedy(run) if error else "",
        "known_error": errors.known(error) if error else None,
        "foreign_words": bool(error) and is_foreign(error),
        "speed": speed(run),
        "wait_ms": run.first_token_ms if run.first_token_ms is not None else run.total_ms,
        "received": (run.response_body or "")[:SHOWN],
        "no_text": no_text(run),
        "shown": SHOWN,
        "shown_part": f":{SHOWN}",
        "laid_out": laid_out(run.response_body),
        "sent": asked,
        "can_continue": run.endpoint == "chat" and bool(asked) and run.state != "running",
        "can_format": bool(run.response_body and settings.RUN_RETENTION_DAYS) and run.state != "running",
        "counts": counts(run.usage),
        "remarks": remarks(run),
        "elapsed_ms": polling.age(run) * 1000,
        "can_share": bool(settings.RUN_RETENTION_DAYS) and not run.imported and run.state != "running",
        "can_retry": bool(run.request_body),
        "poll_ms": round(polling.due_in(run) * 1000),
        "inspector": inspector.context(run, answer) if inspected and run.state != "running" else None,
        "links": job_files.links(parsed(run.response_body), len(files), run.url) if run.job and run.state == "complete" else [],
    }


def no_text(run: Run) -> str:
    """What stands in place of a response that is no text."""
    if run.status is None:
        return "No answer came."
    if run.error and run.error.get("type") == "encoding_refused":
        return "The compressed body was not read."
    if run.response_body == "":
        return "No body."
    if run.output or run.imported or not settings.RUN_RETENTION_DAYS:
        return "The body is not kept."
    return "The body is no text, so it is not shown."


def remedy(run: Run) -> str:
    """What to do about the error of a run."""
    if run.own_key and run.error["status"] == 401:
        return "The gateway refused your own key, not this site's. Give it again, or remove it to run with this site's key."
    return errors.remedy(run.error)


def is_foreign(error: dict[str, Any]) -> bool:
    """Whether an error's message is the gateway's: of what failed on the wire, and of answers without a text, this site tells."""
    kind, ours = error.get("type"), str(error.get("message")).startswith("The gateway answered ")
    return bool(error.get("status") or kind == "job_failed") and kind not in FAILURES and not ours


def remarks(run: Run) -> dict[str, str]:
    """What the sandbox says of a file that it made: who spoke it, and where it differs from what was asked for."""
    told = {name.lower().removeprefix("x-modelry-sandbox-"): value for name, value in run.response_headers}
    return told if run.sandbox else {}


def view(run: Run, answer: Any) -> dict[str, Any]:
    """What the endpoint's own template shows of the answer (as JSON), empty where there is nothing to read."""
    make = getattr(ENDPOINTS.get(run.endpoint), "view", None)
    if not make or run.state in ("error", "running") or not isinstance(answer, dict):
        return {}
    asked = store.body_as_json(run) or {}
    try:
        found = make(asked, answer)
    except UNSHAPED:
        return {"unreadable": True}
    return found | verdict.of(asked, found.get("choices", []))


def answer_of(run: Run) -> Any:
    """The answer as JSON: a body that is JSON, or a stream put together where the endpoint can; None for any other."""
    kinds = [value for name, value in run.response_headers if name.lower() == "content-type"]
    if not run.response_body or not any(kind.lower().startswith("text/event-stream") for kind in kinds):
        return parsed(run.response_body)
    body = run.response_body.encode(errors="replace") + b"\n\n"
    put_together = getattr(ENDPOINTS.get(run.endpoint), "assembled", None)
    # The wire had its limit; what is here is kept already.
    return put_together(Splitter(limit=len(body)).feed(body)) if put_together else None


def parsed(body: str | None) -> Any:
    try:
        return json.loads((body or "").removeprefix("\ufeff"))
    except (ValueError, RecursionError):  # no JSON, a number of thousands of digits, or nested too deep
        return None


def laid_out(body: str | None) -> str:
    """A JSON body with line breaks, for reading beside the body as received; blank where it is no JSON object or list, too
    large, or nested too deep.
    """
    found = parsed(body) if len(body or "") <= SHOWN else None
    return pretty(found) if isinstance(found, dict | list) and not deep(found, SHOWN_DEPTH) else ""


def speed(run: Run) -> Decimal | None:
    """Output tokens a second, from the first token to the end; None where either is unknown."""
    tokens = (run.usage or {}).get("output_tokens")
    if not tokens or run.first_token_ms is None or run.total_ms is None or run.total_ms <= run.first_token_ms:
        return None
    return Decimal(tokens) * 1000 / Decimal(run.total_ms - run.first_token_ms)


def counts(usage: dict[str, int] | None) -> list[str]:
    """What was counted, in words."""
    return [figures.counted(count, meter) for meter, count in (usage or {}).items()]
