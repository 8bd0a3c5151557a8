"""Documentation: how to begin, every endpoint, what is kept of visitors."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog import openapi_page, snapshot, usage
from catalog.endpoints import quickstart
from catalog.errors import ERRORS, TRIED
from catalog.machines import DEFAULT_LIMIT
from catalog.openapi import document
from catalog.operation import failures
from catalog.schema import endpoint
from catalog.snapshot import Snapshot
from catalog.snippets import snippets
from catalog.views.page import page

DAY = 24 * 60 * 60  # seconds

@page
async def docs(request: HttpRequest) -> HttpResponse:
    now = await snapshot.current()
    context = {"snapshot": now, "errors": ERRORS, "tried": TRIED, "limit": DEFAULT_LIMIT}
    return render(request, "catalog/docs.html", context | playground() | first_call(now))


def playground() -> dict[str, Any]:
    """What the operator allows there."""
    return {
        "access": settings.PLAYGROUND_ACCESS, "per_minute": settings.RUNS_PER_MINUTE,
        "budget": settings.DAILY_BUDGET_USD, "days": settings.RUN_RETENTION_DAYS,
    }  # fmt: skip


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
    said = document(now)
    context = {
        "snapshot": now, "document": said, "chapters": openapi_page.chapters(said), "shapes": openapi_page.shapes(said),
        "parameters": openapi_page.parameters(said), "errors": ERRORS,
    }  # fmt: skip
    return render(request, "catalog/reference.html", context)


@page
async def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept and for how long. The figures are those that the site works by; SECURITY.md says the same to operators."""
    figures = {
        "days": settings.RUN_RETENTION_DAYS, "usage_days": usage.KEPT.days, "failure_days": failures.KEPT.days,
        "cookie_days": settings.SESSION_COOKIE_AGE // DAY,
    }  # fmt: skip
    return render(request, "catalog/privacy.html", figures | {"snapshot": await snapshot.current()})
