"""One of a visitor's own runs: its page, its cancellation, its files."""

import uuid

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from catalog import snapshot
from playground.inspection.result import run_context
from playground.models import Run
from playground.records import drift, store
from playground.rendering import render
from playground.running import own_key, polling
from playground.views.files import file_answer
from playground.views.owned import own_artifact, own_run
from playground.views.run import wants
from playground.workbench import conversation


@never_cache
@require_safe
async def one_run(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """A run of this visitor: as a page, as its result alone for htmx, or as its record."""
    run = await sync_to_async(own_run)(request, run_id)
    if run.state == "running" and run.job and request.method == "GET":
        await polling.advance(run, await sync_to_async(own_key.read)(request))
    if wants(request, "application/json"):
        return JsonResponse(await sync_to_async(store.record)(run))
    return await shown_run(request, run)


async def shown_run(request: HttpRequest, run: Run, unheard: str = "", status: int = 200) -> HttpResponse:
    """A run's page, or its result alone for htmx; `unheard` is why the gateway did not cancel it."""
    now = await snapshot.current()
    shown = await sync_to_async(run_context)(run) | {"snapshot": now, "card": now.find(run.model)}
    shown |= {"unheard": unheard, "polled": not unheard, "messages_sent": conversation.sent(shown["sent"])}
    shown |= await sync_to_async(drift.context)(run, request.GET.get("share", ""))
    if request.htmx.request_type == "partial":
        return render(request, "playground/result.html", shown)
    return render(request, "playground/run.html", shown, status=status)


@never_cache
@require_POST
async def cancel(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Asks the gateway to cancel a job of this visitor; a gateway that does not is a 409."""
    run = await sync_to_async(own_run)(request, run_id)
    key = await sync_to_async(own_key.read)(request)
    unheard = await polling.cancel(run, key) if run.state == "running" else ""
    if wants(request, "application/json"):
        error = {"error": polling.problem("not_canceled", unheard)}
        return JsonResponse(error if unheard else await sync_to_async(store.record)(run), status=409 if unheard else 200)
    if unheard or request.htmx.request_type == "partial":
        return await shown_run(request, run, unheard, 409)
    return redirect(run)


@never_cache
@require_safe
async def artifact(request: HttpRequest, run_id: uuid.UUID, n: int) -> HttpResponseBase:
    """A file of this visitor's run, under the type that its bytes show; anything else is a download."""
    found = await sync_to_async(own_artifact)(request, run_id, n)
    return await file_answer(request, found.file, found.type, f"{found.run.endpoint}-{n}")
