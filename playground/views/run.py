"""One call of one model in three manners: streamed, as a whole page, as JSON."""

from collections.abc import Callable
from functools import partial
from math import ceil
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from catalog import snapshot
from catalog.snapshot import Snapshot
from gateway.client import Gateway
from playground import measures
from playground.bounds import limits, turns
from playground.inspection.result import run_context
from playground.models import Run
from playground.records import drift, store
from playground.rendering import render
from playground.running import leaving, own_key, polling
from playground.running.execution import Execution
from playground.running.stream import stream, whole
from playground.running.upstream import gateway
from playground.views.workbench import personal
from playground.workbench import forms
from playground.workbench.forms import Submission


@never_cache
@require_POST
async def run(request: HttpRequest) -> HttpResponseBase:
    """One call of one model. Nothing is sent unless the form is right and a limit allows it."""
    now = await snapshot.current()
    found = forms.read(request.POST, request.FILES, now)
    if found.errors:
        return await refused(request, now, found, 422)
    try:
        begun, execution = await admitted(request, found)
    except limits.Refused as barred:
        return await refused(request, now, found, barred.refusal.status, barred.refusal)
    if wants(request, "text/event-stream"):
        return leaving.streaming(request, stream(begun, execution, found.share))
    await whole(begun, execution)
    if begun.state == "running":
        key = await sync_to_async(own_key.read)(request)
        await polling.wait(begun, key, polling.WAITS if wants(request, "application/json") else polling.PAGE_WAITS)
    return await answered(request, now, found, begun)


async def admitted(request: HttpRequest, found: Submission) -> tuple[Run, Execution]:
    """The row of a run that may begin, and its call. Raises `limits.Refused`."""

    def begin(pays: Gateway, own: bool) -> tuple[Run, Execution]:
        execution = Execution(pays, found.card, found.key, found.call, found.left_out, own_key=own)
        return leaving.begin(request, execution), execution

    return await begun_by(request, begin)


async def begun_by[T](request: HttpRequest, begin: Callable[[Gateway, bool], T], runs: int = 1) -> T:
    """What `begin` gives for the gateway under the key that pays for so many of this visitor's runs, and whether that is the
    visitor's own. Raises `limits.Refused`.
    """
    found = await turns.begun(partial(allowed, request, gateway(), begin, runs), runs)
    if isinstance(found, limits.Refusal):
        raise limits.Refused(found)
    return found


def allowed[T](request: HttpRequest, site: Gateway, begin: Callable[[Gateway, bool], T], runs: int) -> T | limits.Refusal:
    """In a transaction, which a refusal ends well: what was taken of the minute stays taken."""
    if barred := limits.refusal(request, runs):
        return barred
    key = own_key.read(request)
    try:
        return begin(site.under(key) if key else site, bool(key))
    except limits.Refused as refused:
        return refused.refusal


def wants(request: HttpRequest, kind: str) -> bool:
    return kind in request.headers.get("Accept", "")


async def answered(request: HttpRequest, now: Snapshot, found: Submission, run: Run) -> HttpResponse:
    if wants(request, "application/json") and run.state == "running":
        headers = {"Retry-After": str(ceil(polling.due_in(run)))}
        return JsonResponse(await sync_to_async(store.record)(run), status=202, headers=headers)
    if wants(request, "application/json"):
        return JsonResponse(await sync_to_async(store.record)(run))
    if run.state == "running":
        return redirect(run)  # to a page that may be loaded again
    shown = await personal(request, now, found, run) | await sync_to_async(run_context)(run)
    return render(request, "playground/page.html", shown | await sync_to_async(drift.context)(run, found.share))


async def refused(
    request: HttpRequest, now: Snapshot, found: Submission, status: int, barred: limits.Refusal | None = None
) -> HttpResponse:
    """Why nothing was sent, in the manner that was asked for; the page keeps what was typed."""
    measures.refused(request, barred.type if barred else measures.BAD_FORM, status)
    headers = {"Retry-After": str(barred.retry_after)} if barred and barred.retry_after else {}
    if wants(request, "application/json"):
        error = problem(found.errors, " ".join(found.errors.values()), barred, status)
        return JsonResponse({"error": error}, status=status, headers=headers)
    if wants(request, "text/event-stream"):
        shown = {"refusal": barred, "errors": found.errors, "card": found.card}
        response = render(request, "playground/refused.html", shown, status=status)
    else:
        shown = await personal(request, now, found) | {"refusal": barred}
        response = render(request, "playground/page.html", shown, status=status)
    for name, value in headers.items():
        response[name] = value
    return response


def problem(fields: dict[str, str], message: str, barred: limits.Refusal | None, status: int) -> dict[str, Any]:
    """Why nothing was sent, for scripts: `fields` are `{field: sentence}`, empty where a limit refused it."""
    if barred:
        return {"status": status, "type": barred.type, "message": barred.message, "retry_after": barred.retry_after}
    return {"status": status, "type": measures.BAD_FORM, "message": message, "fields": fields, "retry_after": None}
