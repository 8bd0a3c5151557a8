"""Several models side by side: the page, its change, the start of all columns, and the group that it becomes."""

import uuid
from math import ceil
from typing import Any

from asgiref.sync import sync_to_async
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from catalog import snapshot
from catalog.pages.compare import MAX_COMPARED, named
from catalog.snapshot import Snapshot
from playground import measures
from playground.bounds import limits, room
from playground.models import Run, RunGroup
from playground.rendering import render
from playground.running import leaving, own_key, polling
from playground.running.upstream import is_sandbox
from playground.side_by_side import columns, form, group, page, standings
from playground.side_by_side.again import again
from playground.side_by_side.columns import SideBySide
from playground.side_by_side.group import Lane
from playground.side_by_side.together import together
from playground.views.owned import own_group, own_run
from playground.views.run import begun_by, problem, wants
from playground.workbench import links
from playground.workbench.estimate import estimates as estimates_of


@never_cache
@ensure_csrf_cookie
@require_safe
async def asked(request: HttpRequest) -> HttpResponse:
    """The page that an address with several `models` fills in. Nothing runs by itself."""
    now = await snapshot.current()
    names = named(request.GET)
    cards = [(name, now.find(name)) for name in names]
    known = [card for _, card in cards if card]
    found = columns.start(known[:MAX_COMPARED], request.GET.get("endpoint", ""))
    links.fill_in(found.shared, request.GET.get("prompt", ""), request.GET.get("system", ""))
    found.notes += [f"No model is called “{name[:200]}”." for name, card in cards if card is None][:MAX_COMPARED]
    if len(known) > MAX_COMPARED:
        left = len(known) - MAX_COMPARED
        found.notes.append(f"At most {MAX_COMPARED} models run side by side; {left} more were asked for and left out.")
    return await filled_in(request, now, found, status=200 if known else 404)


@never_cache
@ensure_csrf_cookie
@require_safe
async def repeated(request: HttpRequest) -> HttpResponse:
    """The form of this visitor's group `?group=`."""
    now = await snapshot.current()
    try:
        group_id = uuid.UUID(request.GET["group"])
    except ValueError:
        raise Http404("There is no such group of runs here.") from None
    _, runs = await sync_to_async(own_group)(request, group_id)
    return await filled_in(request, now, again(runs, now))


async def filled_in(request: HttpRequest, now: Snapshot, found: SideBySide, status: int = 200) -> HttpResponse:
    for column in found.columns:
        columns.draft(column, found.shared)
    return render(request, "playground/columns.html", await personal(request, now, found), status=status)


async def personal(request: HttpRequest, now: Snapshot, found: SideBySide) -> dict[str, Any]:
    """The page's context, with what concerns this visitor."""
    guesses = await estimates_of([column.found for column in found.columns])
    shown = page.context(now, found, guesses) | {"together": together(guesses)}
    shown |= await sync_to_async(own_key.told)(request)
    return shown | {"barred": await sync_to_async(limits.closed)(request), "account": await request.auser()}


@never_cache
@require_POST
@room.bounded(room.typing)
async def estimates(request: HttpRequest) -> HttpResponse:
    """What each column would cost, while the form is filled in."""
    found = form.read(request.POST, request.FILES, await snapshot.current())
    guesses = await estimates_of([column.found for column in found.columns])
    told = [(column.number, one) for column, one in zip(found.columns, guesses, strict=True) if column.found.card]
    shown = {"estimates": told, "together": together(guesses), "sandbox": is_sandbox()}
    return render(request, "playground/columns_estimates.html", shown)


@never_cache
@ensure_csrf_cookie
@require_POST
async def change(request: HttpRequest) -> HttpResponse:
    """The page with a column more or less, or another model in one; also what one model's form becomes."""
    now = await snapshot.current()
    found = form.read(request.POST, request.FILES, now)
    found.shared.errors = {}
    for column in found.columns:
        column.found.errors = {}
    shown = await personal(request, now, found)
    return render(request, "playground/columns.html", shown | {"changed": True})


@never_cache
@require_POST
async def start(request: HttpRequest) -> HttpResponseBase:
    """Starts every column. Nothing is sent unless all of them are right and a limit allows them all."""
    now = await snapshot.current()
    found = form.read(request.POST, request.FILES, now)
    if found.faults:
        return await refused(request, now, found, 422)
    try:
        begun, lanes = await admitted(request, found)
    except limits.Refused as barred:
        return await refused(request, now, found, barred.refusal.status, barred.refusal)
    if wants(request, "text/event-stream"):
        return leaving.streaming(request, group.streamed(begun, lanes))
    key = await sync_to_async(own_key.read)(request)
    await group.whole(lanes, key, polling.WAITS if wants(request, "application/json") else polling.PAGE_WAITS)
    return await answered(request, now, found, begun, lanes)


async def admitted(request: HttpRequest, found: SideBySide) -> tuple[RunGroup, list[Lane]]:
    """The rows of all columns, that may begin. Raises `limits.Refused`."""
    return await begun_by(request, lambda *pays: group.begin(request, *pays, found.columns), len(found.columns))


async def answered(request: HttpRequest, now: Snapshot, found: SideBySide, begun: RunGroup, lanes: list[Lane]) -> HttpResponse:
    runs = [lane.run for lane in lanes]
    if wants(request, "application/json"):
        return await as_json(begun, runs)
    if any(run.state == "running" for run in runs):
        return redirect(begun)  # to a page that may be loaded again
    shown = await personal(request, now, found)
    return render(request, "playground/columns.html", shown | await sync_to_async(page.with_runs)(shown["columns"], runs))


async def as_json(found: RunGroup, runs: list[Run]) -> HttpResponse:
    """The group's record; 202 while a job of it is under way."""
    record = await sync_to_async(group.record)(found, runs)
    running = [polling.due_in(run) for run in runs if run.state == "running"]
    if not running:
        return JsonResponse(record)
    return JsonResponse(record, status=202, headers={"Retry-After": str(ceil(min(running)))})


async def refused(
    request: HttpRequest, now: Snapshot, found: SideBySide, status: int, barred: limits.Refusal | None = None
) -> HttpResponse:
    """Why nothing was sent, in the manner that was asked for; the page keeps what was typed."""
    measures.refused(request, barred.type if barred else measures.BAD_FORM, status)
    headers = {"Retry-After": str(barred.retry_after)} if barred and barred.retry_after else {}
    if wants(request, "application/json"):
        error = problem(dict(found.faults), " ".join(message for _, message in found.faults), barred, status)
        return JsonResponse({"error": error}, status=status, headers=headers)
    told = {"refusal": barred, "refused": True}
    if wants(request, "text/event-stream"):
        response = render(request, "playground/columns_refused.html", told | {"faults": found.faults}, status=status)
    else:
        response = render(request, "playground/columns.html", await personal(request, now, found) | told, status=status)
    for name, value in headers.items():
        response[name] = value
    return response


@never_cache
@require_safe
async def one_group(request: HttpRequest, group_id: uuid.UUID) -> HttpResponse:
    """Runs of this visitor that were started together, as a page or as their record."""
    now = await snapshot.current()
    found, runs = await sync_to_async(own_group)(request, group_id)
    for run in runs:
        if run.state == "running" and run.job and request.method == "GET":
            await polling.advance(run, await sync_to_async(own_key.read)(request))
    if wants(request, "application/json"):
        return await as_json(found, runs)
    return render(request, "playground/group.html", await sync_to_async(group_context)(now, found, runs))


def group_context(now: Snapshot, found: RunGroup, runs: list[Run]) -> dict[str, Any]:
    titles = columns.titles([run.model for run in runs])
    shown = [{"number": r.position, "title": title, "card": now.find(r.model)} for r, title in zip(runs, titles, strict=True)]
    running = any(run.state == "running" for run in runs)
    return {"snapshot": now, "group": found, "running": running} | page.with_runs(shown, runs)


@never_cache
@require_safe
async def one_column(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """A run as its column shows it, for htmx: a job that is polled, or what was on its way when the page lost its stream."""
    run = await sync_to_async(own_run)(request, run_id)
    if run.group_id is None:
        raise Http404("This run has no column.")
    if run.state == "running" and run.job:
        await polling.advance(run, await sync_to_async(own_key.read)(request))
    return render(request, "playground/columns_polled.html", await sync_to_async(polled)(run))


def polled(run: Run) -> dict[str, Any]:
    runs = list(run.group.runs.order_by("position"))
    over = all(other.state != "running" for other in runs)
    return page.result(run) | (standings.context(runs) if over else {})
