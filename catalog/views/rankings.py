"""What is used most."""

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog import snapshot
from catalog.usage import most_used
from catalog.views.page import page


@page
async def rankings(request: HttpRequest) -> HttpResponse:
    now = await snapshot.current()
    used = await sync_to_async(most_used)(now)
    total = sum(tokens for _, tokens in used)
    ranked = [(card, tokens, 100 * tokens / total, 100 * tokens / used[0][1]) for card, tokens in used]
    return render(request, "catalog/rankings.html", {"snapshot": now, "ranked": ranked, "total": total})
