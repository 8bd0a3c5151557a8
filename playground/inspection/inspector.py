"""What lies behind a run's result: its bodies as trees, headers in words, when events came, what it cost and why, its code."""

from typing import Any

from catalog import snapshot
from catalog.calling.snippets import curl, snippets
from catalog.endpoints import can_run
from gateway.masking import MASK
from playground.inspection import charge, requested, timeline, tree
from playground.inspection.known_headers import meaning
from playground.models import Run
from playground.workbench import checks
from playground.workbench.page import MOST_CODED

MOST_LETTERS = 50_000  # of a request that is written as code, four times over
# What every client sends by itself.
USUAL = {
    "host", "accept", "accept-encoding", "connection", "user-agent", "authorization", "content-type", "content-length",
    "transfer-encoding",
}  # fmt: skip


def context(run: Run, answer: Any) -> dict[str, Any]:
    """`answer` is the response as JSON, None where it is none."""
    asked = requested.shown(run)
    return {
        "request": None if asked is None else tree.of(asked),
        "response": None if answer is None else tree.of(answer),
        "headers": [("Request", explained(run.request_headers)), ("Response", explained(run.response_headers))],
        "timeline": timeline.of(run),
        "charge": charge.of(run, snapshot.latest().find(run.model)),
        "most_letters": MOST_LETTERS,
        "most_coded": MOST_CODED,
    } | code(run)


def explained(headers: list[list[str]]) -> list[tuple[str, str, str]]:
    return [(name, value, meaning(name)) for name, value in headers]


def code(run: Run) -> dict[str, Any]:
    """The request in every language, and as a command that sends it byte for byte; `long` where there is too much of it."""
    body, text = requested.as_code(run), run.request_body or ""
    if body is None or not can_run(run.endpoint):
        return {}
    if len(text) > MOST_LETTERS or checks.size(body) > MOST_CODED:
        return {"long": True}
    exact = curl.verbatim(run.endpoint, text, own(run.request_headers)) if text else ""
    return {"code": snippets(run.endpoint, body), "exact": exact}


def own(headers: list[list[str]]) -> list[tuple[str, str]]:
    """What the request carried beside what every client sends; nothing that was masked."""
    return [(name, value) for name, value in headers if name.lower() not in USUAL and MASK not in value]
