"""Models side by side."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog import snapshot
from catalog.compare import MAX_COMPARED, rows
from catalog.search.query import Query
from catalog.snapshot import Card, Snapshot
from catalog.views.page import page

SUGGESTED = 6


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
