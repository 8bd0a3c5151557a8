"""What changed in the catalog."""

from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog import snapshot
from catalog.evidence import change_words, field_words
from catalog.models import Change
from catalog.views.page import page

CHANGES_SHOWN = 200


@page
async def changes(request: HttpRequest) -> HttpResponse:
    recent = await sync_to_async(recent_changes)()
    return render(request, "catalog/changes.html", {"changes": recent, "snapshot": await snapshot.current()})


def recent_changes(count: int = CHANGES_SHOWN) -> list[dict[str, Any]]:
    """The last changes of models that are still listed, in words."""
    found = Change.objects.filter(model__listed=True).select_related("model")[:count]
    return [
        {
            "at": change.at, "slug": change.model.slug, "field": field_words(change.field), "source": change.source,
            "before": change_words(change.field, change.before), "after": change_words(change.field, change.after),
        }
        for change in found
    ]  # fmt: skip
