"""The playground: the page, a run in three manners (streamed, whole page, JSON), and a visitor's own runs."""

import uuid
from math import ceil
from typing import Any

from asgiref.sync import sync_to_async
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog import snapshot
from catalog.snapshot import Card, Snapshot
from playground import forms, limits, polling, ranges, store
from playground.again import again
from playground.execution import Execution
from playground.forms import Submission
from playground.media import UNKNOWN, extension
from playground.models import Run
from playground.other_model import moved
from playground.page import context, preview_context
from playground.rendering import render
from playground.result import run_context
from playground.stream import saved, stream
from playground.upstream import gateway

RUNS_SHOWN = 100
CONTENT_POLICY = "default-src 'none'; sandbox"


@never_cache
@ensure_csrf_cookie
@require_http_methods(["GET", "HEAD", "POST"])
async def page(request: HttpRequest) -> HttpResponse:
    """The workbench. A POST comes from changing the model: what was typed goes along."""
    now = await snapshot.current()
    if request.method == "POST":
        found = moved(request.POST, request.FILES, now)
        if found.card:
            found.errors = {}
    elif "run" in request.GET:
        found = await sync_to_async(repeated)(request, now)
    else:
        found = asked(request, now)
    status = 404 if found.errors else 200
    shown = await personal(request, now, found) | {"moved": request.method == "POST"}
    return render(request, "playground/page.html", shown, status=status)


def asked(request: HttpRequest, now: Snapshot) -> Submission:
    """The form for `?model=` and `?endpoint=`, or for a model to begin with."""
    name = request.GET.get("model", "").strip()
    card = now.find(name) if name else beginner(now)
    if card is None:
        message = f"No model is called “{name[:200]}”. Choose one of the list." if name else "The catalog is empty."
        return Submission(errors={"model": message}, named=name)
    key = request.GET.get("endpoint", "")
    return forms.start(card, key if key in card.endpoints else next(iter(card.endpoints), ""))


def repeated(request: HttpRequest, now: Snapshot) -> Submission:
    """The form of this visitor's run `?run=`, gone on from its answer `?choice=` where one is named."""
    name, choice = request.GET["run"], request.GET.get("choice", "")
    try:
        run = own_run(request, uuid.UUID(name))
    except ValueError:
        raise Http404("There is no such run here.") from None
    return again(run, now, int(choice) if choice.isascii() and choice.isdecimal() and len(choice) < 4 else None)


def beginner(now: Snapshot) -> Card | None:
    """A well-known model that answers chat, else any that does."""
    names = now.groups["frontier"].members if "frontier" in now.groups else ()
    cards = [now.by_slug[name] for name in names] + list(now.cards)
    return next((card for card in cards if card.endpoints[:1] == ("chat",)), None)


async def personal(request: HttpRequest, now: Snapshot, found: Submission, run: Run | None = None) -> dict[str, Any]:
    barred = await sync_to_async(limits.access)(request)
    return context(now, found, run) | {"barred": barred}


@require_safe
async def model_options(request: HttpRequest) -> HttpResponse:
    """The models to suggest while one is being typed: the same for everyone, fetched when the field is first used."""
    return render(request, "playground/options.html", {"cards": (await snapshot.current()).cards})


@require_POST
async def preview(request: HttpRequest) -> HttpResponse:
    """The request that the form would send, as JSON and as code, while it is being filled in."""
    found = forms.read(request.POST, request.FILES, await snapshot.current())
    return render(request, "playground/preview.html", preview_context(found), status=422 if found.errors else 200)


@never_cache
@require_POST
async def run(request: HttpRequest) -> HttpResponseBase:
    """One call of one model. Nothing is sent unless the form is right and a limit allows it."""
    now = await snapshot.current()
    found = forms.read(request.POST, request.FILES, now)
    if found.errors:
        return await refused(request, now, found, 422)
    barred = await sync_to_async(limits.refusal)(request)
    if barred:
        return await refused(request, now, found, barred.status, barred)
    execution = Execution(gateway(), found.card, found.key, found.call, found.left_out)
    begun = await sync_to_async(store.begin)(request, execution)
    if wants(request, "text/event-stream"):
        # nginx holds a proxied answer back unless it is told not to.
        headers = {"X-Accel-Buffering": "no"}
        return StreamingHttpResponse(stream(begun, execution), content_type="text/event-stream", headers=headers)
    async with saved(begun, execution):
        await execution.drain()
    if begun.state == "running":
        await polling.wait(begun, polling.WAITS if wants(request, "application/json") else polling.PAGE_WAITS)
    return await answered(request, now, found, begun)


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
    shown = await personal(request, now, found, run)
    return render(request, "playground/page.html", shown | await sync_to_async(run_context)(run))


async def refused(
    request: HttpRequest, now: Snapshot, found: Submission, status: int, barred: limits.Refusal | None = None
) -> HttpResponse:
    """Why nothing was sent, in the manner that was asked for; the page keeps what was typed."""
    headers = {"Retry-After": str(barred.retry_after)} if barred and barred.retry_after else {}
    if wants(request, "application/json"):
        return JsonResponse({"error": problem(found, barred, status)}, status=status, headers=headers)
    shown = await personal(request, now, found) | {"refusal": barred}
    template = "playground/refused.html" if wants(request, "text/event-stream") else "playground/page.html"
    response = render(request, template, shown, status=status)
    for name, value in headers.items():
        response[name] = value
    return response


def problem(found: Submission, barred: limits.Refusal | None, status: int) -> dict[str, Any]:
    if barred:
        return {"status": status, "type": barred.type, "message": barred.message, "retry_after": barred.retry_after}
    return {
        "status": status, "type": "invalid_request_error", "message": " ".join(found.errors.values()),
        "fields": found.errors, "retry_after": None,
    }  # fmt: skip


@never_cache
@require_safe
async def runs(request: HttpRequest) -> HttpResponse:
    """This visitor's runs, the latest first."""
    now = await snapshot.current()
    return render(request, "playground/runs.html", {"runs": await sync_to_async(own_runs)(request), "snapshot": now})


def own_runs(request: HttpRequest) -> list[Run]:
    who = store.visitor(request)
    return list(Run.objects.of(who)[:RUNS_SHOWN]) if who else []


@never_cache
@require_safe
async def one_run(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """A run of this visitor: as a page, as its result alone for htmx, or as its record."""
    run = await sync_to_async(own_run)(request, run_id)
    if run.state == "running" and run.job and request.method == "GET":
        await polling.advance(run)
    if wants(request, "application/json"):
        return JsonResponse(await sync_to_async(store.record)(run))
    return await shown_run(request, run)


async def shown_run(request: HttpRequest, run: Run, unheard: str = "", status: int = 200) -> HttpResponse:
    """A run's page, or its result alone for htmx; `unheard` is why the gateway did not cancel it."""
    now = await snapshot.current()
    shown = await sync_to_async(run_context)(run) | {"snapshot": now, "card": now.find(run.model)}
    shown |= {"unheard": unheard, "polled": not unheard}
    if request.htmx.request_type == "partial":
        return render(request, "playground/result.html", shown)
    return render(request, "playground/run.html", shown, status=status)


@never_cache
@require_POST
async def cancel(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Asks the gateway to cancel a job of this visitor; a gateway that does not is a 409."""
    run = await sync_to_async(own_run)(request, run_id)
    unheard = await polling.cancel(run) if run.state == "running" else ""
    if wants(request, "application/json"):
        error = {"error": polling.problem("not_canceled", unheard)}
        return JsonResponse(error if unheard else await sync_to_async(store.record)(run), status=409 if unheard else 200)
    if unheard or request.htmx.request_type == "partial":
        return await shown_run(request, run, unheard, 409)
    return redirect(run)


def own_run(request: HttpRequest, run_id: uuid.UUID) -> Run:
    """Unknown and foreign runs are the same 404."""
    who = store.visitor(request)
    run = Run.objects.of(who).filter(id=run_id).first() if who else None
    if run is None:
        raise Http404("There is no such run here.")
    return run


@never_cache
@require_safe
async def artifact(request: HttpRequest, run_id: uuid.UUID, n: int) -> HttpResponse:
    """A file of this visitor's run, under the type that its bytes show; anything else is a download."""
    found = await sync_to_async(own_artifact)(request, run_id, n)
    name = f"{found.run.endpoint}-{n}.{extension(found.type)}"
    headers = {
        "Content-Security-Policy": CONTENT_POLICY,
        "Content-Disposition": content_disposition_header(found.type == UNKNOWN, name),
    }
    # Read whole: a FileResponse is no less under ASGI, where its synchronous reading is gathered first, with a warning.
    content = await sync_to_async(found.file.read_bytes)()
    return ranges.answer(content, found.type, request.headers.get("Range", ""), headers)


def own_artifact(request: HttpRequest, run_id: uuid.UUID, n: int) -> Any:
    found = own_run(request, run_id).artifacts.select_related("run").filter(n=n).first()
    if found is None or not found.file.exists():
        raise Http404("There is no such file here.")
    return found
