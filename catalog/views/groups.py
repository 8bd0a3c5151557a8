"""Providers and collections."""

from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from catalog import snapshot
from catalog.cards import Card, Group
from catalog.pages.chart import CHARTS, asked_chart, drawable
from catalog.pages.results import listed
from catalog.pages.spread import spreads
from catalog.search.parsing import basis_of
from catalog.search.query import DEFAULT_BASIS, Query
from catalog.search.rules import Rule, answers, read_rule
from catalog.snapshot import Snapshot
from catalog.views.page import page
from catalog.vocabulary import MODALITIES

TABLE_ROWS = 50


@page
async def providers(request: HttpRequest) -> HttpResponse:
    now = await snapshot.current()
    of: dict[str, list[Card]] = {}
    for card in now.cards:
        of.setdefault(card.provider, []).append(card)
    by_name = sorted(of, key=lambda slug: now.providers[slug].lower())
    rows = [(slug, now.providers[slug], len(of[slug]), kinds(now, slug, of[slug])) for slug in by_name]
    return render(request, "catalog/providers.html", {"snapshot": now, "rows": rows})


def kinds(now: Snapshot, slug: str, cards: list[Card]) -> list[tuple[Query, str, int]]:
    """`(link, label, models)` of every modality that a provider has, in the vocabulary's order."""
    counts = Counter(card.modality for card in cards)
    links = {key: now.index.everywhere(Query(chosen={"provider": (slug,), "modality": (key,)})) for key in MODALITIES}
    return [(links[key], label, counts[key]) for key, label in MODALITIES.items() if counts[key]]


@page
async def provider(request: HttpRequest, slug: str) -> HttpResponse:
    now = await snapshot.current()
    if slug not in now.providers:
        raise Http404(f"No provider is called {slug}.")
    basis, wrong = basis_of(request.GET)
    charted, errors = asked_chart(request.GET)
    cards, query = newest_first(now.of(slug)), now.index.everywhere(Query(chosen={"provider": (slug,)}, basis=basis))
    context = {
        "snapshot": now, "slug": slug, "name": now.providers[slug], "total": len(cards), "query": query, "errors": wrong + errors,
        "site": cards[0].provider_url, "spreads": spreads(cards),
        **listed(now, query, cards[:TABLE_ROWS], [card.modality for card in cards]),
        **charts(now, cards, charted, basis),
    }  # fmt: skip
    return render(request, "catalog/provider.html", context, status=400 if context["errors"] else 200)


def charts(now: Snapshot, cards: list[Card], charted: str, basis: str) -> dict[str, Any]:
    """The chart of a provider's commonest kind before all other models of it: the one that is asked for, else the first that
    there is anything to draw in.
    """
    commonest = Counter(card.modality for card in cards if card.modality).most_common(1)
    kind = commonest[0][0] if commonest else None
    mine, among = ([card for card in found if card.modality == kind] for found in (cards, now.cards))
    drawn = drawable(mine, among, basis == "effective")
    key = charted or next(iter(drawn), "")
    kept = {"prices": basis} if basis != DEFAULT_BASIS else {}
    return {
        "chart": drawn.get(key), "charted": MODALITIES.get(kind or "", ""),
        "charts": [(label, urlencode(kept | {"chart": name}), name == key) for name, label in CHARTS.items() if name in drawn],
    }


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
    rule, errors = read_rule(group.rule, now.index)
    cards = [now.by_slug[member] for member in group.members]
    by_date = not group.rule or not (rule.query.sort or rule.each)
    cards = newest_first(cards) if by_date else cards
    plain = not errors and same_models(now, rule, group)
    query = now.index.everywhere(rule.query if plain else Query(chosen={"collection": (slug,)}, sort=rule.query.sort))
    context = {
        "snapshot": now, "group": group, "query": query, "newest_first": by_date,
        "newest": max((card.released for card in now.cards if card.released), default=None),
        "undated": sum(card.released is None for card in now.cards),
        "by_hand": len(set(group.members) - set(answers(now.index, rule))) if group.rule and not errors else 0,
        **listed(now, query, cards[:TABLE_ROWS], [card.modality for card in cards]),
    }  # fmt: skip
    if rule.each:  # ordered modality by modality, which no head stands for
        context["columns"] = [column._replace(now="") for column in context["columns"]]
    return render(request, "catalog/collection.html", context)


def same_models(now: Snapshot, rule: Rule, group: Group) -> bool:
    """Whether the rule alone is the collection, so that a visitor may go on from it as from any list."""
    return bool(group.rule) and rule.each is None and now.index.search(rule.query).total == len(group.members)
