"""Two runs of one visitor held against each other: requests, answers as JSON, and the texts that came out."""

import uuid
from typing import Any
from urllib.parse import urlencode

from asgiref.sync import sync_to_async
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog import snapshot
from playground.inspection import comparison
from playground.models import Run
from playground.records import store
from playground.rendering import render
from playground.running.polling import problem
from playground.views.owned import own_run
from playground.views.run import wants
from playground.visitors import owner

OFFERED = 50  # runs to choose from


@never_cache
@require_safe
async def difference(request: HttpRequest) -> HttpResponse:
    """`?a=<run>&b=<run>`, with `&rows=differ` for the differences alone; fewer than two runs: a choice of them.

    `?run=` twice, as a list of runs with boxes to tick sends it, is the same.
    """
    ticked = request.GET.getlist("run")
    if 0 < len(ticked) <= 2:
        return redirect(f"{reverse('difference')}?{urlencode(list(zip('ab', ticked, strict=False)))}")
    now, chosen = await snapshot.current(), await sync_to_async(runs)(request)
    if len(chosen) < 2 and wants(request, "application/json"):
        return JsonResponse({"error": problem("invalid_request_error", "Name two of your runs: ?a=<run>&b=<run>.")}, status=400)
    if len(chosen) < 2:
        shown = await sync_to_async(choice)(request, next(iter(chosen.values()), None))
        return render(request, "playground/inspector/choose.html", shown | {"snapshot": now, "too_many": len(ticked) > 2})
    found = await sync_to_async(comparison.of)(chosen["a"], chosen["b"], request.GET.get("rows") == "differ")
    if wants(request, "application/json"):
        return JsonResponse(comparison.record(found))
    return render(request, "playground/inspector/difference.html", {"snapshot": now, "found": found})


def runs(request: HttpRequest) -> dict[str, Run]:
    """The runs that the address names, by side. Unknown, foreign and misspelled are the same 404."""
    return {side: own_run(request, as_id(request.GET[side])) for side in "ab" if request.GET.get(side)}


def as_id(name: str) -> uuid.UUID:
    try:
        return uuid.UUID(name)
    except ValueError:
        raise Http404("There is no such run here.") from None


def choice(request: HttpRequest, chosen: Run | None) -> dict[str, Any]:
    """The latest runs, the named one among them, and the two that are ticked to begin with."""
    latest = list(Run.objects.of(owner(request))[:OFFERED])
    listed = latest if chosen is None or chosen in latest else [chosen, *latest]
    ticked = chosen or (listed[1] if len(listed) > 1 else None)
    other = next((run for run in listed if run != ticked), None)
    return {"runs": listed, "offered": OFFERED, "ticked": ticked, "other": other}


@never_cache
@require_safe
async def whole_run(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Everything that is kept of a run, as a file: its record, and what its page shows beside it."""
    run = await sync_to_async(own_run)(request, run_id)
    told = await sync_to_async(store.record)(run)
    more = {"model": run.model, "endpoint": run.endpoint, "created": run.created, "prices": run.prices, "arrivals": run.arrivals}
    headers = {"Content-Disposition": content_disposition_header(True, f"run-{run.id}.json")}
    return JsonResponse(told | more, headers=headers, json_dumps_params={"indent": 2, "ensure_ascii": False})
