"""What a model was asked on this gateway, and what it answered."""

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog import snapshot
from catalog.truth import proofs as evidence
from catalog.views.model import moved
from catalog.views.page import page


@page
async def proofs(request: HttpRequest, slug: str) -> HttpResponse:
    now = await snapshot.current()
    card = now.by_slug.get(slug)
    if card is None:
        return moved(now, slug, "proofs")
    found = await sync_to_async(evidence.here)(card)
    context = {"card": card, "snapshot": now, "proofs": found, "sandbox_proofs": not settings.GATEWAY_URL}
    return render(request, "catalog/proofs.html", context)
