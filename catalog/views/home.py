"""The front page."""

from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog import linked, snapshot
from catalog.search.query import Query
from catalog.snapshot import Card, Snapshot
from catalog.usage import most_used, own_source
from catalog.views.changes import recent_changes
from catalog.views.page import page
from catalog.vocabulary import MODALITIES

HOME_ROWS = 7
HOME_CHANGES = 7


@page
async def home(request: HttpRequest) -> HttpResponse:
    now = await snapshot.current()
    kinds = tiles(now)
    used = await sync_to_async(most_used)(now)
    context = {
        "snapshot": now, "tiles": kinds, "newest": now.index.search(Query(sort="-released")).cards[:HOME_ROWS],
        "cheapest": [tile for tile in kinds if tile["lowest"]], "most_used": used[:HOME_ROWS], "used_on": own_source(),
        "collections": list(now.groups.values())[:HOME_ROWS], "changes": await sync_to_async(recent_changes)(HOME_CHANGES),
        "linked": linked.site(),
    }  # fmt: skip
    return render(request, "catalog/home.html", context)


def tiles(now: Snapshot) -> list[dict[str, Any]]:
    """One tile a modality: how many models, how many free, and the cheapest in the unit most of them use."""
    found = []
    for key, count in now.counts().items():
        cards = [card for card in now.cards if card.modality == key]
        free = sum(card.price_state == "free" for card in cards)
        found.append({"key": key, "label": MODALITIES[key], "count": count, "free": free, "lowest": lowest(cards)})
    return found


def lowest(cards: list[Card]) -> Card | None:
    """The cheapest that is not free, among those priced in the unit that most use."""
    priced = [card for card in cards if card.price and not card.price.free and card.status != "retired"]
    units = [card.price.meter for card in priced]
    usual = max(dict.fromkeys(units), key=units.count, default="")
    return min((card for card in priced if card.price.meter == usual), key=lambda card: card.price.amount, default=None)
