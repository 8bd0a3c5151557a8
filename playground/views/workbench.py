"""The playground's page: the form for a model or from an earlier run, and the request that it makes, while it is filled in."""

import uuid
from typing import Any

from asgiref.sync import sync_to_async
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog import snapshot
from catalog.cards import Card
from catalog.pages.compare import named
from catalog.snapshot import Snapshot
from playground.bounds import limits, room
from playground.models import Run
from playground.presets.opening import from_preset
from playground.records import shares
from playground.rendering import render
from playground.running import own_key
from playground.running.upstream import is_sandbox
from playground.views.owned import own_run
from playground.workbench import forms, links
from playground.workbench.again import again
from playground.workbench.beginning import first
from playground.workbench.estimate import estimated
from playground.workbench.forms import Submission
from playground.workbench.other_model import moved
from playground.workbench.page import context, preview_context

MOST_NAMES = 2000  # of models that a field suggests: a browser goes through all of them at each letter


@never_cache
@ensure_csrf_cookie
@require_http_methods(["GET", "HEAD", "POST"])
async def page(request: HttpRequest) -> HttpResponse:
    """The workbench. A POST comes from changing the model: what was typed goes along."""
    now = await snapshot.current()
    if request.method == "POST":
        found = moved(request.POST, request.FILES, now)
    elif "run" in request.GET:
        found = await sync_to_async(repeated)(request, now)
    elif "share" in request.GET:
        found = await sync_to_async(of_share)(request, now)
    elif "preset" in request.GET:
        found = await sync_to_async(from_preset)(request.GET, now)
    else:
        found = asked(request, now)
    status = 404 if found.errors else 200
    shown = await personal(request, now, found) | {"moved": request.method == "POST"}
    return render(request, "playground/page.html", shown, status=status)


def asked(request: HttpRequest, now: Snapshot) -> Submission:
    """The form for `?model=` and `?endpoint=`, or for a model to begin with."""
    name = request.GET.get("model", "").strip() or next(iter(named(request.GET)), "")
    card = now.find(name) if name else beginner(now)
    if card is None:
        message = f"No model is called “{name[:200]}”. Choose one of the list." if name else "The catalog is empty."
        return Submission(errors={"model": message}, named=name)
    key = request.GET.get("endpoint", "")
    found = forms.start(card, key if key in card.endpoints else next(iter(card.endpoints), ""))
    links.fill_in(found, request.GET.get("prompt", ""), request.GET.get("system", ""))
    return found


def repeated(request: HttpRequest, now: Snapshot) -> Submission:
    """The form of this visitor's run `?run=`, gone on from its answer `?choice=` or from its message `?upto=`, if named."""
    try:
        run = own_run(request, uuid.UUID(request.GET["run"]))
    except ValueError:
        raise Http404("There is no such run here.") from None
    return again(run, now, count(request, "choice"), count(request, "upto"))


def count(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else None


def of_share(request: HttpRequest, now: Snapshot) -> Submission:
    """The form of a shared run; what comes of it is held against the answer that was shared."""
    shared = shares.find(request.GET["share"])
    if shared is None:
        raise Http404(shares.MISSING)
    found = again(shared.run, now)
    found.share = shared.reference
    return found


def beginner(now: Snapshot) -> Card | None:
    """A well-known model that answers chat, else any that does."""
    return first(now, lambda card: card.endpoints[:1] == ("chat",))


async def personal(request: HttpRequest, now: Snapshot, found: Submission, run: Run | None = None) -> dict[str, Any]:
    barred = await sync_to_async(limits.closed)(request)
    shown = context(now, found, run) | await sync_to_async(own_key.told)(request)
    return shown | {"barred": barred, "estimate": await estimated(found), "account": await request.auser()}


@require_safe
async def model_options(request: HttpRequest) -> HttpResponse:
    """The models to suggest while one is being typed: the same for everyone, fetched when the field is first used."""
    now = await snapshot.current()
    cards = now.cards if len(now.cards) <= MOST_NAMES else newest(now, MOST_NAMES)
    return render(request, "playground/options.html", {"cards": cards})


def newest(now: Snapshot, most: int) -> tuple[Card, ...]:
    return now.index.search(now.index.opening(sort="-released"), most).cards


@require_POST
@room.bounded(room.typing)
async def preview(request: HttpRequest) -> HttpResponse:
    """The request that the form would send, as JSON and as code, and what it would cost, while it is being filled in."""
    found = forms.read(request.POST, request.FILES, await snapshot.current())
    shown = preview_context(found) | {"estimate": await estimated(found), "sandbox": is_sandbox()}
    return render(request, "playground/previewed.html", shown, status=422 if found.errors else 200)
