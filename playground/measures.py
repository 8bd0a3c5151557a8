"""What is counted of runs and refusals, for /metrics and the admin's list of failures: nothing of who ran what."""

import re
from decimal import Decimal

from django.http import HttpRequest
from prometheus_client import Counter, Gauge, Histogram

from catalog.operation import failures
from catalog.pricing import METERS
from gateway.errors import FAILURES
from playground.models import Run
from playground.running.execution import Execution

UPSTREAM = Counter(
    "modelry_upstream_answers", "Answers to runs by where they went, endpoint and class of status; none: no answer came.",
    ["to", "endpoint", "status"],
)  # fmt: skip
RUNS = Counter("modelry_runs", "Runs that ended, by where they went, endpoint and state.", ["to", "endpoint", "state"])
FIRST_TOKEN = Histogram(
    "modelry_first_token_seconds", "From the request to the first token of a stream.", ["to"],
    buckets=(0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 60),
)  # fmt: skip
TOKENS = Counter("modelry_usage", "What answers used, in each meter's own unit.", ["to", "meter"])
SPEND = Counter("modelry_spend_usd", "Known list cost of answers, by whose key paid.", ["to", "key"])
UNPRICED = Counter("modelry_unpriced_runs", "Answered runs whose cost nobody knows.", ["to"])
STREAMS = Gauge("modelry_streams_open", "Calls of runs under way.", ["to"], multiprocess_mode="livesum")
REFUSALS = Counter("modelry_refusals", "Runs that were not sent, by reason.", ["reason"])

BAD_FORM = "invalid_request_error"
OF_THE_KEY = (401, 402, 403, 429)  # statuses that speak of a visitor's own key
WORD = re.compile(r"[a-z][a-z0-9_.-]{2,40}")  # how gateways name errors; what is no such word may be anything


def where(sandbox: bool) -> str:
    return "sandbox" if sandbox else "gateway"


def answered(run: Run, execution: Execution) -> None:
    """A call is over: its answer, what it used and what that cost. A job's work is counted when it was taken on."""
    to = where(run.sandbox)
    UPSTREAM.labels(to, run.endpoint, f"{run.status // 100}xx" if run.status else "none").inc()
    if run.first_token_ms is not None:
        FIRST_TOKEN.labels(to).observe(run.first_token_ms / 1000)
    for meter, count in (run.usage or {}).items():
        if meter in METERS:
            TOKENS.labels(to, meter).inc(count)
    if execution.cost is not None:
        SPEND.labels(to, "visitor" if run.own_key else "site").inc(float(max(execution.cost, Decimal(0))))
    elif run.state == "complete":
        UNPRICED.labels(to).inc()


def ended(run: Run) -> None:
    """A run has come to its end, a job included."""
    RUNS.labels(where(run.sandbox), run.endpoint, run.state).inc()
    if run.state not in ("error", "incomplete", "limited") or run.sandbox or run.own_key and run.status in OF_THE_KEY:
        return
    kind = (run.error or {}).get("type") or run.state
    what = kind if kind in FAILURES or WORD.fullmatch(kind) else "other"
    failures.note("gateway", what, run.endpoint, run.model, run.status)


def refused(request: HttpRequest, reason: str, status: int) -> None:
    """A run was not sent: `reason` is the type of a `limits.Refusal`, or that the form was wrong, which is no failure."""
    REFUSALS.labels(reason).inc()
    if reason != BAD_FORM:
        failures.note("limit", reason, request.resolver_match.view_name if request.resolver_match else "", status=status)
