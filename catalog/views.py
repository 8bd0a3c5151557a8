"""Pages of the catalog: the same for every visitor, answered from the snapshot, no session and no database."""

from collections.abc import Callable
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from catalog import search, snapshot
from catalog.browse import columns, listing
from catalog.compare import MAX_COMPARED, rows
from catalog.describe import description
from catalog.endpoints import ENDPOINTS, can_run, quickstart
from catalog.errors import ERRORS
from catalog.evidence import change_words, evidence, field_words
from catalog.models import Change
from catalog.schema import base_path, documented, endpoint
from catalog.search import Query
from catalog.snapshot import Card, Snapshot
from catalog.snippets import snippets
from catalog.usage import most_used
from catalog.vocabulary import MODALITIES

HOME_ROWS = 7
TABLE_ROWS = 50
SUGGESTED = 6
CHANGES_SHOWN = 200


def page(view: Callable) -> Callable:
    """Read only and the same for everyone: `catalog.pagecache` may keep it, a browser asks whether it is still so."""
    return require_safe(cache_control(public=True, max_age=0)(view))


@page
async def home(request: HttpRequest) -> HttpResponse:
    now = await snapshot.current()
    newest = now.index.search(Query(sort="-released")).cards[:HOME_ROWS]
    cheapest = now.index.search(Query(chosen={"modality": ("chat",), "price": ("known",)}, sort="price")).cards[:HOME_ROWS]
    used = await sync_to_async(most_used)(now)
    context = {
        "snapshot": now, "tiles": tiles(now), "newest": newest, "cheapest": cheapest, "most_used": used[:HOME_ROWS],
        "collections": list(now.groups.values())[:HOME_ROWS],
    }  # fmt: skip
    return render(request, "catalog/home.html", context)


def tiles(now: Snapshot) -> list[dict[str, Any]]:
    """One tile a modality: how many models, how many free, and the lowest price in the unit most of them use."""
    found = []
    for key, count in now.counts().items():
        cards = [card for card in now.cards if card.modality == key]
        free = sum(card.price_state == "free" for card in cards)
        found.append({"key": key, "label": MODALITIES[key], "count": count, "free": free, "lowest": lowest(cards)})
    return found


def lowest(cards: list[Card]) -> snapshot.Rate | None:
    priced = [card.price for card in cards if card.price and not card.price.free]
    units = [rate.meter for rate in priced]
    usual = max(set(units), key=units.count, default="")
    return min((rate for rate in priced if rate.meter == usual), key=lambda rate: rate.amount, default=None)


@page
@vary_on_headers("HX-Request-Type")
async def browse(request: HttpRequest) -> HttpResponse:
    now = await snapshot.current()
    query, errors = search.parse(request.GET, now.index)
    part = "#results" if request.htmx.request_type == "partial" else ""
    response = render(request, f"catalog/browse.html{part}", listing(now, query, errors), status=400 if errors else 200)
    if part:
        response["HX-Push-Url"] = f"{reverse('browse')}?{query}".rstrip("?")
    return response


@page
async def model(request: HttpRequest, slug: str) -> HttpResponse:
    now = await snapshot.current()
    card = now.by_slug.get(slug)
    if card is None:
        return moved(now, slug, "model")
    context = {
        "card": card, "snapshot": now, "description": description(card), "endpoints": documented(card), "errors": ERRORS,
        "groups": now.in_groups(card), "siblings": len(now.of(card.provider)), "modalities": modalities(now, card),
        "more": [now.groups[key] for key in ("frontier", "free-tier") if key in now.groups],
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
    query = search.parse(QueryDict(group.rule), now.index)[0] if group.rule else None
    context = {"snapshot": now, "group": group, "cards": cards[:TABLE_ROWS], "query": query, "columns": columns(query)}
    return render(request, "catalog/collection.html", context)


@page
async def compare(request: HttpRequest) -> HttpResponse:
    now = await snapshot.current()
    names = [name.strip() for value in request.GET.getlist("models") for name in value.split(",") if name.strip()]
    found = {card.slug: card for name in names if (card := now.find(name))}
    cards = list(found.values())[:MAX_COMPARED]
    unknown = [(name, close_to(now, name)) for name in dict.fromkeys(names) if not now.find(name)]
    too_many = max(0, len(found) - MAX_COMPARED)
    context = {
        "snapshot": now, "cards": cards, "unknown": unknown, "too_many": too_many, "limit": MAX_COMPARED,
        "sections": rows(cards) if len(cards) > 1 else [], "removals": removals(cards), "all_slugs": now.by_slug,
        "suggested": suggested(now, cards), "chosen": ",".join(card.slug for card in cards),
    }  # fmt: skip
    return render(request, "catalog/compare.html", context, status=400 if unknown or too_many else 200)


def removals(cards: list[Card]) -> list[tuple[Card, str]]:
    """Each compared model with the query that leaves it out."""
    return [(card, ",".join(other.slug for other in cards if other is not card)) for card in cards]


def close_to(now: Snapshot, name: str) -> tuple[Card, ...]:
    """Models that a mistyped slug may have meant."""
    return now.index.search(Query(text=name.rpartition("/")[2]), size=3).cards


def suggested(now: Snapshot, cards: list[Card]) -> list[Card]:
    """What to compare with while fewer than two are chosen: the newest of the same modality."""
    if len(cards) > 1:
        return []
    modality = (cards[0].modality if cards else "chat") or "unknown"
    newest = now.index.search(Query(chosen={"modality": (modality,)}, sort="-released"), size=SUGGESTED + 1).cards
    return [card for card in newest if card not in cards][:SUGGESTED]


@page
async def rankings(request: HttpRequest) -> HttpResponse:
    now = await snapshot.current()
    used = await sync_to_async(most_used)(now)
    total = sum(tokens for _, tokens in used)
    ranked = [(card, tokens, 100 * tokens / total, 100 * tokens / used[0][1]) for card, tokens in used]
    return render(request, "catalog/rankings.html", {"snapshot": now, "ranked": ranked, "total": total})


@page
async def changes(request: HttpRequest) -> HttpResponse:
    recent = await sync_to_async(recent_changes)()
    return render(request, "catalog/changes.html", {"changes": recent, "snapshot": await snapshot.current()})


def recent_changes() -> list[dict[str, Any]]:
    """The last changes of models that are still listed, in words."""
    found = Change.objects.filter(model__listed=True).select_related("model")[:CHANGES_SHOWN]
    return [
        {
            "at": change.at, "slug": change.model.slug, "field": field_words(change.field), "source": change.source,
            "before": change_words(change.field, change.before), "after": change_words(change.field, change.after),
        }
        for change in found
    ]  # fmt: skip


@page
async def docs(request: HttpRequest) -> HttpResponse:
    now = await snapshot.current()
    return render(request, "catalog/docs.html", {"snapshot": now, "errors": ERRORS} | first_call(now))


def first_call(now: Snapshot) -> dict[str, Any]:
    """The docs' example: a text model and how it is called, whole and streamed; empty where the catalog has none."""
    picked = now.groups["frontier"].members if "frontier" in now.groups else ()
    cards = [card for card in (*map(now.by_slug.get, picked), *now.cards) if card and card.endpoints[:1] == ("chat",)]
    if not cards:
        return {}
    chat, request = endpoint(cards[0], "chat"), quickstart("chat", cards[0])
    return {
        "example": cards[0], "call": chat.snippets, "events": chat.streaming,
        "stream": snippets("chat", request | {"stream": True}),
    }  # fmt: skip


@page
async def reference(request: HttpRequest) -> HttpResponse:
    now = await snapshot.current()
    context = {"snapshot": now, "entries": entries(now), "base_path": base_path(), "errors": ERRORS}
    return render(request, "catalog/reference.html", context)


def entries(now: Snapshot) -> list[dict[str, Any]]:
    """Every endpoint with what is known of it and how many models answer it."""
    return [
        {
            "key": key, "module": module, "can_run": can_run(key),
            "models": [card for card in now.cards if key in card.endpoints and key not in card.listed_endpoints],
        }
        for key, module in ENDPOINTS.items()
    ]  # fmt: skip


@page
async def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "catalog/privacy.html", {"days": settings.RUN_RETENTION_DAYS, "snapshot": await snapshot.current()})
