"""What the palette (Ctrl+K) finds: every page of the site with the words that name it. Fetched when it is first opened."""

from django.http import HttpRequest, JsonResponse
from django.urls import reverse

from catalog import snapshot
from catalog.cards import Card
from catalog.search.query import Query
from catalog.snapshot import Snapshot
from catalog.views.page import page

PAGES = (
    ("Models", "browse"), ("Compare", "compare"), ("Calculator", "calculator"), ("Playground", "playground"),
    ("Providers", "providers"), ("Collections", "collections"), ("Rankings", "rankings"), ("Changes", "changes"),
    ("Docs", "docs"), ("Reference", "reference"), ("Privacy", "privacy"),
)  # fmt: skip


@page
async def palette(request: HttpRequest) -> JsonResponse:
    """`{"kinds": [{"kind", "at", "items": [[end of the address, name]]}]}`: short; it has every model, newest first."""
    now = await snapshot.current()
    return JsonResponse({"kinds": [*kinds(now)]})


def kinds(now: Snapshot) -> list[dict[str, object]]:
    newest = now.index.search(Query(), max(1, len(now.cards))).cards
    return [
        {"kind": "Page", "at": "", "items": [[reverse(view), label] for label, view in PAGES]},
        {"kind": "Model", "at": "/models/", "items": [[card.slug, named(card)] for card in newest]},
        {"kind": "Provider", "at": "/providers/", "items": [[slug, name] for slug, name in now.providers.items()]},
        {"kind": "Collection", "at": "/collections/", "items": [[group.slug, group.name] for group in now.groups.values()]},
    ]


def named(card: Card) -> str:
    return f"{card.name}, not on this gateway" if card.served is False else card.name
