"""A model's own page."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse

from catalog import snapshot
from catalog.pages.model import page as page_of
from catalog.snapshot import Snapshot
from catalog.usage import rank
from catalog.views.page import in_memory, page


@page
@in_memory
async def model(request: HttpRequest, slug: str) -> HttpResponse:
    now = await snapshot.current()
    card = now.by_slug.get(slug)
    if card is None:
        return moved(now, slug, "model")
    return HttpResponse(page_of(request, now, card, await rank(now, card)))


def moved(now: Snapshot, slug: str, view: str) -> HttpResponse:
    """A permanent redirect for an alias or upstream id; 404 for a name that nobody has."""
    card = now.find(slug)
    if card is None:
        raise Http404(f"No model is called {slug}.")
    return HttpResponsePermanentRedirect(reverse(view, args=[card.slug]))
