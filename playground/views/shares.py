"""Shared runs: made, shown to anyone with the link, closed. Unknown, expired, revoked and taken down are one 404."""

import uuid
from typing import Any

from asgiref.sync import sync_to_async
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from catalog import snapshot
from catalog.snapshot import Snapshot
from playground.inspection.result import run_context
from playground.models import Run, RunGroup, Share, SharedFile
from playground.records import shares
from playground.records.shares import Refused, Shared
from playground.rendering import render
from playground.views.files import file_answer
from playground.views.owned import own_group, own_run
from playground.views.run import wants
from playground.visitors import owner
from playground.workbench import conversation

SHOWN = 500  # lines of the list


@never_cache
@require_POST
async def share_run(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    run = await sync_to_async(own_run)(request, run_id)
    return await made(request, [run])


@never_cache
@require_POST
async def share_group(request: HttpRequest, group_id: uuid.UUID) -> HttpResponse:
    group, runs = await sync_to_async(own_group)(request, group_id)
    return await made(request, runs, group)


async def made(request: HttpRequest, runs: list[Run], group: RunGroup | None = None) -> HttpResponse:
    """Makes the share: to its page, as JSON, or as a line with the link for htmx."""
    now, days = await snapshot.current(), request.POST.get("days", shares.USUAL)
    who = await sync_to_async(owner)(request)
    try:
        share = await sync_to_async(shares.make)(who, runs, now, days, group)
    except Refused as error:
        return refused(request, now, str(error))
    if wants(request, "application/json"):
        return JsonResponse({"url": request.build_absolute_uri(share.get_absolute_url()), "expires": share.expires}, status=201)
    if request.htmx.request_type == "partial":
        return render(request, "playground/link_made.html", {"share": share})
    return redirect(share)


def refused(request: HttpRequest, now: Snapshot, message: str) -> HttpResponse:
    if wants(request, "application/json"):
        error = {"status": 409, "type": "not_shared", "message": message, "retry_after": None}
        return JsonResponse({"error": error}, status=409)
    partial = request.htmx.request_type == "partial"
    template = "playground/link_refused.html" if partial else "playground/not_shared.html"
    return render(request, template, {"message": message, "snapshot": now}, status=409)


@never_cache
@require_safe
async def mine(request: HttpRequest) -> HttpResponse:
    """The shares of this visitor, open and lately closed."""
    now = await snapshot.current()
    return await sync_to_async(listed)(request, {"snapshot": now})


def listed(request: HttpRequest, shown: dict[str, Any]) -> HttpResponse:
    found = Share.objects.of(owner(request)).defer("record").annotate(model=F("record__runs__0__model"))[:SHOWN]
    return render(request, "playground/shares.html", shown | {"shares": found})


@never_cache
@require_safe
async def shared(request: HttpRequest, token: str) -> HttpResponse:
    """The shared runs, for anyone; for who shared them, with what can be done about it."""
    if wants(request, "application/json"):
        return await record(request, token)
    share, now = await sync_to_async(opened)(token), await snapshot.current()
    return unlisted(await sync_to_async(page)(request, share, now))


@never_cache
@require_safe
async def record(request: HttpRequest, token: str) -> HttpResponse:
    """The shared runs as JSON."""
    share = await sync_to_async(opened)(token)
    return unlisted(JsonResponse(await sync_to_async(as_json)(share)))


def unlisted[R: HttpResponseBase](response: R) -> R:
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def opened(token: str) -> Share:
    found = Share.objects.open().at(token).first()
    if found is None:
        raise Http404(shares.MISSING)
    return found


def as_json(share: Share) -> dict[str, Any]:
    """The record, with the addresses of its files."""
    runs = [shown.told | {"artifacts": files_of(shown)} for shown in shares.runs_of(share)]
    return {"shared": share.created, "expires": share.expires, "version": share.record["version"], "runs": runs}


def files_of(shown: Shared) -> list[dict[str, Any]]:
    return [{"url": file.get_absolute_url(), "type": file.type, "bytes": file.bytes} for file in shown.files]


def page(request: HttpRequest, share: Share, now: Snapshot) -> HttpResponse:
    runs = shares.runs_of(share)
    shown = {
        "share": share, "snapshot": now, "runs": runs, "parts": [part(request, shown, now) for shown in runs],
        "own": Share.objects.of(owner(request)).filter(pk=share.pk).exists(), "choices": shares.DAYS,
    }  # fmt: skip
    return render(request, "playground/share.html", shown)


def part(request: HttpRequest, shown: Shared, now: Snapshot) -> str:
    """One of the runs as it is shown, its result by the same templates as everywhere."""
    context = run_context(shown.run, shown.files) | {"shared": shown, "card": now.find(shown.run.model)}
    context |= {"place": f"run-{shown.position}", "of_run": f", run {shown.position + 1}"}
    context |= dict.fromkeys(("can_continue", "can_format", "can_share"), False)
    context["messages_sent"] = conversation.sent(context["sent"])
    return render_to_string("playground/shared_run.html", context, request)


@never_cache
@require_safe
async def file(request: HttpRequest, token: str, position: int, n: int) -> HttpResponseBase:
    found = await sync_to_async(shared_file)(token, position, n)
    return unlisted(await file_answer(request, found.file, found.type, f"shared-{position}-{n}"))


def shared_file(token: str, position: int, n: int) -> SharedFile:
    found = SharedFile.objects.filter(share=opened(token), position=position, n=n).first()
    if found is None or not found.file.exists():
        raise Http404(shares.MISSING)
    return found


@never_cache
@require_POST
async def set_expiry(request: HttpRequest, token: str) -> HttpResponse:
    """Another day on which the share closes, counted from now."""
    share = await sync_to_async(own_share)(request, token)
    share.expires = shares.expiry(request.POST.get("days", shares.USUAL))
    await share.asave(update_fields=["expires"])
    return redirect(share)


@never_cache
@require_POST
async def revoke(request: HttpRequest, token: str) -> HttpResponse:
    share = await sync_to_async(own_share)(request, token)
    await sync_to_async(shares.revoke)(Share.objects.filter(pk=share.pk))
    return redirect("shares")


def own_share(request: HttpRequest, token: str) -> Share:
    """An open share of this visitor; foreign and closed ones are the same 404."""
    found = Share.objects.of(owner(request)).open().at(token).first()
    if found is None:
        raise Http404(shares.MISSING)
    return found
