"""A visitor's runs: listed and filtered, taken away as a file and brought back, deleted."""

import uuid
from typing import Any
from urllib.parse import urlencode

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalog import snapshot
from playground.bounds import limits, room
from playground.models import STATES, Run, Share
from playground.models.runs import RunQuerySet
from playground.records import exports, history, imports, shares, store
from playground.records.history import Asked
from playground.rendering import render
from playground.views.owned import own_run
from playground.views.run import wants
from playground.visitors import address, owner


@never_cache
@require_safe
async def runs(request: HttpRequest) -> HttpResponse:
    """This visitor's runs, the latest first; for a script, what there is to say of each in a line."""
    asked = history.read(request.GET)
    if wants(request, "application/json"):
        return await sync_to_async(summaries)(request, asked)
    return await list_page(request, asked)


async def list_page(request: HttpRequest, asked: Asked) -> HttpResponse:
    shown = await sync_to_async(listed)(request, asked) | {"snapshot": await snapshot.current()}
    return render(request, "playground/runs.html", shown, status=400 if asked.wrong else 200)


def listed(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    mine = own(request)
    page = history.page_of(history.fitting(mine, asked), asked.page)
    for run in page:
        run.prompt = history.prompt(run.body)
    return history.choices(mine) | {
        "asked": asked, "page": page, "rows": history.together(page), "pages": page.paginator.get_elided_page_range(page.number),
        "retention": settings.RUN_RETENTION_DAYS,
        "states": STATES, "query": query(request),
    }  # fmt: skip


def query(request: HttpRequest) -> str:
    """The filters of the list for other addresses; not the page."""
    params = request.GET.copy()
    params.pop("page", None)
    kept = {name: value for name, value in params.items() if value}
    return f"?{urlencode(kept)}" if kept else ""


def summaries(request: HttpRequest, asked: Asked) -> JsonResponse:
    if asked.wrong:
        return refused(asked)
    page = history.page_of(history.fitting(own(request), asked), asked.page)
    told = {"object": "list", "data": [history.summary(run) for run in page]}
    return JsonResponse(told | {"total": page.paginator.count, "page": page.number, "pages": page.paginator.num_pages})


def refused(asked: Asked) -> JsonResponse:
    message = " ".join(asked.wrong.values())
    error = {"status": 400, "type": "invalid_request_error", "message": message, "fields": asked.wrong, "retry_after": None}
    return JsonResponse({"error": error}, status=400)


def own(request: HttpRequest) -> RunQuerySet:
    return Run.objects.of(owner(request))


@never_cache
@require_safe
async def export(request: HttpRequest) -> HttpResponseBase:
    """The runs that fit the list's filters, whole, as a file."""
    asked = history.read(request.GET)
    if asked.wrong:
        return refused(asked)
    found = history.fitting(await sync_to_async(own)(request), asked)
    headers = {"Content-Disposition": 'attachment; filename="runs.json"'}
    return StreamingHttpResponse(exports.pieces(found), content_type="application/json", headers=headers)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@room.bounded(room.reading)
async def bring(request: HttpRequest) -> HttpResponse:
    """The page that takes an exported file, and the file."""
    wrong = await sync_to_async(brought)(request) if request.method == "POST" else ""
    if request.method == "POST" and not wrong:
        return redirect(reverse("runs") + "?imported=on")
    shown = {"wrong": wrong, "snapshot": await snapshot.current(), "retention": settings.RUN_RETENTION_DAYS}
    shown |= {"most": imports.MOST_IMPORTED, "largest": imports.MAX_FILE}
    return render(request, "playground/import.html", shown, status=422 if wrong else 200)


def brought(request: HttpRequest) -> str:
    """Imports the uploaded file; what is wrong with it, in a sentence, or blank."""
    file = request.FILES.get("file")
    if barred := limits.access(request):
        return barred.message
    if not settings.RUN_RETENTION_DAYS:
        return "This site keeps no bodies of runs, so nothing can be imported."
    if file is None:
        return "file: choose a file that was exported here."
    try:
        told = imports.read(file)
        imports.pace(address(request), len(told))
        imports.take(owner(request, make=True), told)
    except imports.Unreadable as error:
        return f"file: {error}"
    return ""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
async def delete(request: HttpRequest) -> HttpResponse:
    """Asks whether to delete all runs that fit the list's filters, then deletes them."""
    asked = history.read(request.GET)
    if asked.wrong:
        return await list_page(request, asked)
    now = await snapshot.current()
    return await sync_to_async(deletion)(request, history.fitting(await sync_to_async(own)(request), asked), {"snapshot": now})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
async def delete_one(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Asks whether to delete a run, then deletes it."""
    run = await sync_to_async(own_run)(request, run_id)
    now = await snapshot.current()
    return await sync_to_async(deletion)(request, Run.objects.filter(id=run.id), {"snapshot": now, "run": run})


def deletion(request: HttpRequest, found: RunQuerySet, shown: dict[str, Any]) -> HttpResponse:
    """Runs under way stay: what they would write has nowhere to go. A share stays open unless its box is ticked."""
    over = found.exclude(state="running")
    open_shares = Share.objects.open().filter(run__in=over)
    if request.method == "POST" and over.exists():
        if "shares" in request.POST:
            shares.revoke(open_shares)
        store.delete(over)
        return redirect("runs")
    shown |= {"query": query(request), "count": over.count(), "running": found.running().count(), "shares": open_shares.count()}
    return render(request, "playground/delete.html", shown, status=409 if request.method == "POST" else 200)
