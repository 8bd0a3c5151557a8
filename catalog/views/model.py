"""A model's own page."""

from asgiref.sync import sync_to_async
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from catalog import linked, snapshot
from catalog.describe import description
from catalog.endpoints import ENDPOINTS
from catalog.errors import ERRORS
from catalog.evidence import evidence
from catalog.examples import offered
from catalog.history import charts
from catalog.schema import documented
from catalog.snapshot import Card, Snapshot
from catalog.usage import rank
from catalog.views.page import page
from catalog.vocabulary import MODALITIES


@page
async def model(request: HttpRequest, slug: str) -> HttpResponse:
    now = await snapshot.current()
    card = now.by_slug.get(slug)
    if card is None:
        return moved(now, slug, "model")
    context = {
        "card": card, "snapshot": now, "description": description(card), "endpoints": documented(card), "errors": ERRORS,
        "linked": linked.model(card), "examples": offered(now.examples, card),
        "groups": now.in_groups(card), "siblings": len(now.of(card.provider)), "modalities": modalities(now, card),
        "replacement": now.find(card.replacement) if card.replacement else None,
        "rank": await sync_to_async(rank)(now, card),
        "more": [now.groups[key] for key in ("frontier", "free-tier") if key in now.groups],
        "alone": [card], "charts": charts(card, (now.changed_at or timezone.now()).date()),
    } | evidence(card)  # fmt: skip
    return render(request, "catalog/model.html", context)


def moved(now: Snapshot, slug: str, view: str) -> HttpResponse:
    """A permanent redirect for an alias or upstream id; 404 for a name that nobody has."""
    card = now.find(slug)
    if card is None:
        raise Http404(f"No model is called {slug}.")
    return HttpResponsePermanentRedirect(reverse(view, args=[card.slug]))


def modalities(now: Snapshot, card: Card) -> list[tuple[str, str, int]]:
    """`(key, label, models)` of every modality that the model's endpoints serve, its own first."""
    keys = dict.fromkeys([*([card.modality] if card.modality else []), *(ENDPOINTS[key].MODALITY for key in card.endpoints)])
    counts = now.counts()
    return [(key, MODALITIES[key], counts.get(key, 0)) for key in keys]
