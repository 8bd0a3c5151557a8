"""The front page."""

from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog import linked, snapshot
from catalog.search.query import Query
from catalog.snapshot import Card, Snapshot
from catalog.usage import most_used
from catalog.views.page import page
from catalog.vocabulary import MODALITIES

HOME_ROWS = 7


@page
async def home(request: HttpRequest) -> HttpResponse:
    now = await snapshot.current()
    newest = now.index.search(Query(sort="-released")).cards[:HOME_ROWS]
    cheapest = now.index.search(Query(chosen={"modality": ("chat",), "price": ("known",)}, sort="price")).cards[:HOME_ROWS]
    used = await sync_to_async(most_used)(now)
    context = {
        "snapshot": now, "tiles": tiles(now), "newest": newest, "cheapest": cheapest, "most_used": used[:HOME_ROWS],
        "collections": list(now.groups.values())[:HOME_ROWS], "linked": linked.site(),
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
