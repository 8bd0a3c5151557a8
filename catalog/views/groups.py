"""Providers and collections."""

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from catalog import snapshot
from catalog.browse import columns
from catalog.search.query import Query, parse
from catalog.snapshot import Card
from catalog.views.page import page

TABLE_ROWS = 50


@page
async def provider(request: HttpRequest, slug: str) -> HttpResponse:
    now = await snapshot.current()
    if slug not in now.providers:
        raise Http404(f"No provider is called {slug}.")
    cards, query = newest_first(now.of(slug)), Query(chosen={"provider": (slug,)})
    context = {
        "snapshot": now, "slug": slug, "name": now.providers[slug], "total": len(cards), "cards": cards[:TABLE_ROWS],
        "query": query, "columns": columns(query),
    }  # fmt: skip
    return render(request, "catalog/provider.html", context)


def newest_first(cards: list[Card]) -> list[Card]:
    dated = sorted((card for card in cards if card.released), key=lambda card: card.released, reverse=True)
    return dated + [card for card in cards if not card.released]


@page
async def collections(request: HttpRequest) -> HttpResponse:
    now = await snapshot.current()
    return render(request, "catalog/collections.html", {"snapshot": now, "groups": now.groups.values()})


@page
async def collection(request: HttpRequest, slug: str) -> HttpResponse:
    now = await snapshot.current()
    if slug not in now.groups:
        raise Http404(f"No collection is called {slug}.")
    group = now.groups[slug]
    cards = newest_first([now.by_slug[member] for member in group.members])
    query = parse(QueryDict(group.rule), now.index)[0] if group.rule else None
    context = {"snapshot": now, "group": group, "cards": cards[:TABLE_ROWS], "query": query, "columns": columns(query)}
    return render(request, "catalog/collection.html", context)
