"""The front page."""

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog import snapshot
from catalog.changes.listing import recent
from catalog.outage import unless_away
from catalog.pages import linked
from catalog.pages.spread import spreads
from catalog.usage import most_used, own_source
from catalog.views.page import page

HOME_ROWS = 7
HOME_CHANGES = 7


@page
async def home(request: HttpRequest) -> HttpResponse:
    now = await snapshot.current()
    kinds = spreads(now.here)
    used = await sync_to_async(unless_away)(lambda: most_used(now), [])
    changes = await sync_to_async(unless_away)(lambda: list(recent(HOME_CHANGES)), [])
    context = {
        "snapshot": now, "kinds": kinds, "newest": now.index.search(now.index.opening(sort="-released")).cards[:HOME_ROWS],
        "cheapest": [kind for kind in kinds if kind.lowest], "most_used": used[:HOME_ROWS], "used_on": own_source(),
        "collections": list(now.groups.values())[:HOME_ROWS], "changes": changes,
        "linked": linked.site(),
    }  # fmt: skip
    return render(request, "catalog/home.html", context)
