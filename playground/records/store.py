"""Writes runs down, reads them back as the run API's record, and rolls up their use for the catalog."""

import json
import logging
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from catalog import outage, processes
from catalog.costs import pricing
from catalog.figures import plain
from catalog.models import Model, Usage
from gateway.call import Call
from gateway.errors import retry_after
from playground import measures
from playground.bounds import budget, limits, reserve
from playground.kept import Kept
from playground.models import Artifact, Run, RunGroup
from playground.models.runs import RunQuerySet
from playground.records import filed
from playground.running.execution import Execution
from playground.running.upstream import is_sandbox, public, without_host
from playground.visitors import address, owner

log = logging.getLogger(__name__)
TOKEN_METERS = ("input_tokens", "output_tokens")
COST_PLACES = 12  # as the tables keep it: the record is the same at once and later
# What others sent goes into these as it came.
FOREIGN = ("request_body", "request_parts", "response_headers", "response_body", "output", "error", "left_out", "job")
BODIES = {"request_body", "response_body", "output"}
PATIENCE = 300  # seconds: the longest Retry-After that a job's polls respect
FAULTS_OF_THE_REQUEST = {400, 401, 402, 403, 413, 422}  # they say nothing of the model
NO_FILES = {
    "status": None, "type": "files_not_kept", "retry_after": None,
    "message": "This site could not keep the files of this answer. They cannot be had any more.",
}  # fmt: skip
# Written out: to have it worked out for each run takes ten times as long as the database does.
ADDED = ("requests", "errors", "tokens", "spend", "priced", "timed_tokens", "timed_ms", "streams", "first_token_ms")
ADD = """
UPDATE catalog_usage SET requests = requests + %s, errors = errors + %s, tokens = tokens + %s, spend = spend + %s,
priced = priced + %s, timed_tokens = timed_tokens + %s, timed_ms = timed_ms + %s, streams = streams + %s,
first_token_ms = first_token_ms + %s
WHERE model_id = (SELECT id FROM catalog_model WHERE slug = %s) AND hour = %s AND source = %s
"""
POLLED = {"status", "response_headers", "response_body", "progress"}


def begin(request: HttpRequest, execution: Execution, group: RunGroup | None = None, position: int = 0) -> Run:
    """The row of a visitor's run that is about to be sent. Raises `limits.Refused`."""
    who = owner(request, make=True)._asdict()
    return begin_as(execution, **who, address=address(request), group=group, position=position)


@transaction.atomic
def begin_as(execution: Execution, **whose: Any) -> Run:
    """The same for whoever these columns of the row name."""
    run = Run(
        **whose, model=execution.card.slug, endpoint=execution.key, sandbox=is_sandbox(),
        url=public(execution.call.path),
        request_body=execution.gateway.masked(execution.call.text()), request_parts=parts(execution.call),
        left_out=execution.left_out, own_key=execution.own_key, process=processes.mine(),
        prices=[[r.meter, r.condition, plain(r.amount)] for r in pricing.of_sizes(execution.card.rates, execution.sizes)],
    )  # fmt: skip
    limits.admit(run, reserve.most(execution.card, execution.key, execution.call))
    write(run)
    return run


def parts(call: Call) -> list[dict[str, Any]] | None:
    """What a multipart body held: texts whole, files by name, type and size. None for any other body."""
    if not call.is_multipart:
        return None
    texts = [{"name": name, "value": value} for name, value in call.data]
    return texts + [{"name": f.field, "file": f.name, "type": f.content_type, "bytes": len(f.content)} for f in call.files]


def write(run: Run) -> None:
    """Saves a run; with RUN_RETENTION_DAYS at 0 its bodies stay in memory only."""
    fit(run)
    kept = {field.name for field in Run._meta.concrete_fields} - (set() if settings.RUN_RETENTION_DAYS else BODIES)
    if run._state.adding:
        whole = {name: getattr(run, name) for name in BODIES - kept}
        for name in whole:
            setattr(run, name, None)
        run.save(force_insert=True)
        for name, value in whole.items():
            setattr(run, name, value)
    else:
        run.save(update_fields=kept - {"id"})


@transaction.atomic(savepoint=False)
def finish(run: Run, execution: Execution) -> None:
    """Writes down what became of a run."""
    exchange = execution.exchange
    run.state, run.error, run.job = execution.state, execution.error, execution.job
    run.finished = None if run.state == "running" else timezone.now()
    run.usage = execution.usage
    if execution.cost is not None:
        run.cost_list = round(execution.cost, COST_PLACES)
        run.cost_effective = round(pricing.effective(execution.cost, settings.TOP_UP_FEE), COST_PLACES)
    run.cost_told = round(execution.cost_told, COST_PLACES) if execution.cost_told is not None else None
    run.arrivals = execution.arrivals
    run.first_token_ms, run.output = execution.first_token_ms, execution.gateway.masked(execution.output)
    if exchange:
        run.request_headers, run.response_headers = without_host(exchange.request_headers), exchange.response_headers
        run.status, run.total_ms = exchange.status, exchange.total_ms
        run.response_body = exchange.text() if exchange.status is not None and not execution.spells_key else None
    if run.state != "running":
        seconds = (timezone.now() - run.created).total_seconds()
        unknown = run.reserved is not None and budget.charged(run) is None
        budget.settle(run, reserve.until_now(execution, seconds) if unknown else None)
    write(run)
    if run.job and exchange:
        postpone(run, retry_after(exchange.header("retry-after")))
    if settings.RUN_RETENTION_DAYS and execution.files:
        save_files(run, execution.files)
    if not run.probed:
        roll_up(run)
    measures.answered(run, execution)
    if run.state != "running":
        measures.ended(run)


def fit(run: Run) -> None:
    """Makes what others sent such that every table holds it; PostgreSQL's text and JSON are stricter than SQLite's."""
    for name in FOREIGN:
        setattr(run, name, storable(getattr(run, name)))


def storable(value: Any) -> Any:
    """A NUL becomes the sign for one, a lone surrogate the sign for what is no letter, however deep in lists and objects."""
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").replace("\0", "\u2400")
    if isinstance(value, dict):
        return {storable(key): storable(entry) for key, entry in value.items()}
    return [storable(entry) for entry in value] if isinstance(value, list | tuple) else value


def claim(run: Run, wait: float) -> bool:
    """Whether the job may be polled now; if so, no one else may for `wait` seconds. One row is the lock of all processes."""
    now = timezone.now()
    due = Run.objects.running().filter(Q(poll_after=None) | Q(poll_after__lte=now), id=run.id)
    return due.update(poll_after=now + timedelta(seconds=wait)) == 1


def postpone(run: Run, wait: float | None) -> None:
    """The job is not polled again for `wait` seconds, nor sooner than it was due already; no wait is longer than PATIENCE."""
    run.poll_after = timezone.now() + timedelta(seconds=min(wait or 0, PATIENCE))
    due = Run.objects.running().filter(Q(poll_after=None) | Q(poll_after__lt=run.poll_after), id=run.id)
    due.update(poll_after=run.poll_after)


def note_poll(run: Run) -> None:
    """Writes down how a job stands, unless it has ended meanwhile."""
    fit(run)
    kept = POLLED & BODIES if settings.RUN_RETENTION_DAYS else set()
    told = {name: getattr(run, name) for name in POLLED - BODIES | kept}
    if not Run.objects.running().filter(id=run.id).update(**told):
        run.refresh_from_db()


@transaction.atomic
def close_job(run: Run, files: list[tuple[str, bytes]]) -> None:
    """Writes down the end of a job, once: of two who saw it at the same time the second is given what the first wrote.

    Its use was counted when it was taken on.
    """
    if not Run.objects.running().filter(id=run.id).update(state=run.state):
        return run.refresh_from_db()
    budget.settle(run)
    write(run)
    if settings.RUN_RETENTION_DAYS:
        save_files(run, files)
    measures.ended(run)


def save_files(run: Run, files: list[tuple[str, bytes]]) -> None:
    """All files of a run, or none and an error that says so: the answer itself is worth keeping."""
    begun: list[Kept] = []
    try:
        with transaction.atomic():
            for n, (kind, content) in enumerate(files):
                artifact = Artifact.objects.create(run=run, n=n, type=kind, bytes=len(content))
                begun.append(artifact.file)
                artifact.file.write(content)
    except OSError as fault:
        if not outage.noted(fault):
            log.error("The files of a run could not be kept: %s", fault)
        filed.remove(begun)
        run.error = NO_FILES
        Run.objects.filter(pk=run.pk).update(error=NO_FILES)


def delete(runs: RunQuerySet) -> int:
    """Deletes runs with their files, and the groups that they leave empty. Returns how many."""
    ids, groups = set(), set()
    for run_id, group_id in runs.values_list("id", "group_id"):
        ids.add(run_id)
        groups.add(group_id)
    files = [artifact.file for artifact in Artifact.objects.filter(run__in=ids).only("run", "n")]
    with transaction.atomic():
        Run.objects.filter(id__in=ids).delete()
        RunGroup.objects.filter(id__in=groups, runs=None).delete()
    filed.remove(files)
    return len(ids)


def roll_up(run: Run) -> None:
    """Adds the run to its model's use of the hour, unless it failed by its own request's fault."""
    failed = run.state == "error"
    if failed and (run.error or {}).get("status") in FAULTS_OF_THE_REQUEST:
        return
    row = {"hour": timezone.now().replace(minute=0, second=0, microsecond=0), "source": "sandbox" if run.sandbox else "gateway"}
    added = {"requests": 1, "errors": int(failed)} | measured(run, failed)
    if not add(run.model, added, **row):
        for model in Model.objects.filter(slug=run.model).only("pk"):
            Usage.objects.get_or_create(model=model, **row)
            add(run.model, added, **row)


def add(slug: str, added: dict[str, Any], hour: datetime, source: str) -> int:
    """Adds to the row of a model's use, if there is one. Returns how many there are."""
    values = [str(added[name]) if name == "spend" else added[name] for name in ADDED]
    with connection.cursor() as cursor:
        cursor.execute(ADD, [*values, slug, connection.ops.adapt_datetimefield_value(hour), source])
        return cursor.rowcount


def measured(run: Run, failed: bool) -> dict[str, Any]:
    """What an answered run adds to its model's use; a cost or time that is unknown adds nothing."""
    if failed:
        return dict.fromkeys(ADDED[2:], 0)
    counts = run.usage or {}
    output = counts.get("output_tokens", 0) if run.state == "complete" and run.total_ms else 0
    return {
        "tokens": sum(counts.get(meter, 0) for meter in TOKEN_METERS),
        "spend": run.cost_list or Decimal(0), "priced": int(run.cost_list is not None),
        "timed_tokens": output, "timed_ms": round(run.total_ms or 0) if output else 0,
        "streams": int(run.first_token_ms is not None), "first_token_ms": round(run.first_token_ms or 0),
    }  # fmt: skip


def record(run: Run) -> dict[str, Any]:
    """A run as scripts get it; DESIGN's contract gives the shape."""
    return {
        "run": str(run.id),
        "request": {"method": run.method, "url": run.url, "headers": run.request_headers, "body": run.request_body},
        "response": {"status": run.status, "headers": run.response_headers, "body": run.response_body},
        "output": run.output,
        "artifacts": [{"url": a.get_absolute_url(), "type": a.type, "bytes": a.bytes} for a in run.artifacts.all()],
        "state": run.state,
        "error": run.error,
        "left_out": run.left_out,
        "usage": run.usage,
        "cost": cost(run),
        "cost_told": None if run.cost_told is None else plain(run.cost_told),
        "timing": {"first_token_ms": run.first_token_ms, "total_ms": run.total_ms},
    }


def cost(run: Run) -> dict[str, str] | None:
    """Exact US dollars as decimal strings, or None where the cost is unknown."""
    if run.cost_list is None or run.cost_effective is None:
        return None
    return {"list": plain(run.cost_list), "effective": plain(run.cost_effective), "currency": "USD"}


def body_as_json(run: Run) -> dict[str, Any] | None:
    """The request body parsed, None where it is no longer kept or is no JSON object."""
    parsed = json.loads(run.request_body) if run.request_body else None
    return parsed if isinstance(parsed, dict) else None
