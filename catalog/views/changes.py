"""What changed in the catalog, and of one model. Programs are answered by `catalog.changes.twins`."""

from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from catalog import snapshot
from catalog.cards import Card
from catalog.changes.asked import FIELDS, Asked, parse
from catalog.changes.listing import listing
from catalog.pages.browse import pages
from catalog.snapshot import Snapshot
from catalog.views.model import moved
from catalog.views.page import page
from catalog.vocabulary import MODALITIES, SOURCES


@page
async def changes(request: HttpRequest) -> HttpResponse:
    return await listed(request, await snapshot.current(), reverse("changes"))


@page
async def model_changes(request: HttpRequest, slug: str) -> HttpResponse:
    now = await snapshot.current()
    card = now.by_slug.get(slug)
    return await listed(request, now, reverse("model_changes", args=[slug]), card) if card else moved(now, slug, "model_changes")


async def listed(request: HttpRequest, now: Snapshot, path: str, card: Card | None = None) -> HttpResponse:
    asked, errors = parse(request.GET, now, card)
    context = await sync_to_async(listing)(asked)
    context |= {"snapshot": now, "card": card, "path": path, "errors": errors, "choices": choices(now, asked, card)}
    context |= {"numbers": pages(context["asked"], context["pages"]), "first": asked.at(1)}
    return render(request, "catalog/changes.html", context, status=400 if errors else 200)


def choices(now: Snapshot, asked: Asked, card: Card | None) -> list[tuple[str, str, list[tuple[str, str, bool]]]]:
    """`(name, label, [(value, words, chosen)])` of every list to choose from; a model is of one provider and one kind."""
    lists = {} if card else {"provider": ("Provider", now.providers), "modality": ("Modality", MODALITIES)}
    lists |= {"field": ("Fact", FIELDS), "source": ("Source", SOURCES)}
    return [(name, label, options(words, getattr(asked, name))) for name, (label, words) in lists.items()]


def options(words: dict[str, str], chosen: str) -> list[tuple[str, str, bool]]:
    every: dict[str, Any] = {"": "any", **words}
    return [(value, label, value == chosen) for value, label in every.items()]
