"""A model's own page."""

from typing import Any

from asgiref.sync import sync_to_async
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list

from catalog import snapshot
from catalog.calling.examples import offered
from catalog.calling.schema import documented
from catalog.cards import Card
from catalog.costs.history import charts, series
from catalog.describe import description
from catalog.endpoints import ENDPOINTS
from catalog.errors import ERRORS
from catalog.outage import unless_away
from catalog.pages import linked
from catalog.snapshot import Snapshot
from catalog.truth import proofs
from catalog.truth.evidence import evidence
from catalog.truth.provenance import provenance
from catalog.usage import rank
from catalog.views.page import page
from catalog.vocabulary import MODALITIES, lower_first


@page
async def model(request: HttpRequest, slug: str) -> HttpResponse:
    now = await snapshot.current()
    card = now.by_slug.get(slug)
    if card is None:
        return moved(now, slug, "model")
    place = await sync_to_async(unless_away)(lambda: rank(now, card), None)
    return render(request, "catalog/model.html", shown(now, card) | {"rank": place})


def shown(now: Snapshot, card: Card) -> dict[str, Any]:
    """What the page says of a model, without its rank, for which the database is asked."""
    return {
        "card": card, "snapshot": now, "description": description(card), "endpoints": documented(card), "errors": ERRORS,
        "linked": linked.model(card), "examples": offered(now.examples, card),
        "groups": now.in_groups(card), "siblings": len(now.of(card.provider)), "modalities": modalities(now, card),
        "replacement": now.find(card.replacement) if card.replacement else None,
        "more": [now.groups[key] for key in ("frontier", "free-tier") if key in now.groups],
        "alone": [card], "history": series(card), "facts": (facts := provenance(card)),
        "unstated": get_text_list([lower_first(fact.label) for fact in facts if not fact.stated], "and"),
        "charts": charts(card, (now.changed_at or timezone.now()).date()),
    } | evidence(card) | proofs.shown(card)  # fmt: skip


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
