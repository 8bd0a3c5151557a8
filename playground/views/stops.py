"""Ends runs under way: one of them, or all that were started together."""

import asyncio
import uuid

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from playground.models import Run
from playground.records import store
from playground.running import own_key, polling, stopping
from playground.side_by_side import group
from playground.views.owned import own_group, own_run
from playground.views.run import wants


@never_cache
@require_POST
async def stop(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Hangs up on a run of this visitor, or has its job canceled. What came until then is kept."""
    run = await sync_to_async(own_run)(request, run_id)
    unheard = await end(run, await sync_to_async(own_key.read)(request))
    if wants(request, "application/json"):
        error = {"error": polling.problem("not_canceled", unheard)}
        return JsonResponse(error if unheard else await sync_to_async(store.record)(run), status=409 if unheard else 200)
    if request.htmx.request_type == "partial":
        return redirect("run_column", run.id)
    return redirect(run)


@never_cache
@require_POST
async def stop_group(request: HttpRequest, group_id: uuid.UUID) -> HttpResponse:
    """Hangs up on all runs of a group of this visitor."""
    found, runs = await sync_to_async(own_group)(request, group_id)
    key = await sync_to_async(own_key.read)(request)
    await asyncio.gather(*(end(run, key) for run in runs))
    if wants(request, "application/json"):
        return JsonResponse(await sync_to_async(group.record)(found, runs))
    return redirect(found)


async def end(run: Run, key: str) -> str:
    """Ends a run; why a job did not end, in a sentence, or blank. `key`: the visitor's own, as in `polling.advance`."""
    if run.state != "running":
        return ""
    if run.job:
        return await polling.cancel(run, key)
    await stopping.stop(run)
    return ""
