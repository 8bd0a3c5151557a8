"""What the palette (Ctrl+K) finds: every page of the site with the words that name it. Fetched when it is first opened."""

from django.http import HttpRequest, JsonResponse
from django.urls import reverse

from catalog import snapshot
from catalog.cards import Card
from catalog.search.parsing import MAX_TEXT
from catalog.search.query import Query
from catalog.snapshot import Snapshot
from catalog.views.page import page

PAGES = (
    ("Models", "browse"), ("Compare", "compare"), ("Calculator", "calculator"), ("Playground", "playground"),
    ("Providers", "providers"), ("Collections", "collections"), ("Rankings", "rankings"), ("Changes", "changes"),
    ("Docs", "docs"), ("Reference", "reference"), ("Privacy", "privacy"),
)  # fmt: skip


MOST = 2000  # models that are given at once
MOST_FOUND = 50  # and for a text


@page
async def palette(request: HttpRequest) -> JsonResponse:
    """`{"kinds": [{"kind", "at", "items": [[end of the address, name]]}], "more"}`: short; models stand newest first.

    Where there are more than `MOST` models, `more` is where all are asked for those that have a text, nearest first.
    """
    now, text = await snapshot.current(), request.GET.get("q", "").strip()[:MAX_TEXT]
    if text:
        return JsonResponse({"kinds": [models(now, text, MOST_FOUND)]})
    more = f"{reverse('palette')}?q=" if len(now.cards) > MOST else ""
    return JsonResponse({"kinds": kinds(now), "more": more})


def kinds(now: Snapshot) -> list[dict[str, object]]:
    return [
        {"kind": "Page", "at": "", "items": [[reverse(view), label] for label, view in PAGES]},
        models(now, "", MOST),
        {"kind": "Provider", "at": "/providers/", "items": [[slug, name] for slug, name in now.providers.items()]},
        {"kind": "Collection", "at": "/collections/", "items": [[group.slug, group.name] for group in now.groups.values()]},
    ]


def models(now: Snapshot, text: str, most: int) -> dict[str, object]:
    found = now.index.search(Query(text), most).cards
    return {"kind": "Model", "at": "/models/", "items": [[card.slug, named(card)] for card in found]}


def named(card: Card) -> str:
    return f"{card.name}, not on this gateway" if card.served is False else card.name
