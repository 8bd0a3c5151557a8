"""Named groups of models, with those that a rule finds shown while it is typed."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import URLPattern, path

from catalog import forms, snapshot
from catalog.admin.published import Published
from catalog.cards import Group
from catalog.models import Collection
from catalog.search import rules

SHOWN = 100


@admin.register(Collection)
class CollectionAdmin(Published):
    form = forms.CollectionForm
    list_display = ("name", "slug", "rule", "size", "position")
    search_fields = ("name", "slug")
    fieldsets = (
        (None, {
            "fields": ("name", "slug", "description", "rule", "members", "position", "found"),
            "description": "A collection of the bundle stays as edited; deleted, it comes back with the next load.",
        }),
    )  # fmt: skip
    readonly_fields = ("found",)

    class Media:
        js = ("vendor/htmx-4.0.1.min.js",)

    def get_urls(self) -> list[URLPattern]:
        own = path("found/", self.admin_site.admin_view(self.found_view), name="catalog_collection_found")
        return [own, *super().get_urls()]

    def touched(self, rows: Iterable[Collection]) -> Iterable[str]:
        return ()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        snapshot.refresh()  # once for all rows
        return super().changelist_view(request, extra_context)

    @admin.display(description="models")
    def size(self, collection: Collection) -> int:
        group = snapshot.latest().groups.get(collection.slug)
        return len(group.members) if group else 0

    @admin.display(description="What it holds")
    def found(self, collection: Collection) -> str:
        by_hand = collection.members.values_list("slug", flat=True) if collection.pk else ()
        held = render_to_string("admin/catalog/collection/found.html", holding(collection.rule, by_hand))
        return render_to_string("admin/catalog/collection/held.html", {"held": held})

    def found_view(self, request: HttpRequest) -> HttpResponse:
        """The part of the form that follows the rule while it is typed."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        by_hand = request.GET.get("members", "").split()
        return render(request, "admin/catalog/collection/found.html", holding(request.GET.get("rule", ""), by_hand))


def holding(text: str, by_hand: Any) -> dict[str, Any]:
    """What a rule, or the address of a browse page, and members by hand come to."""
    now, rule = snapshot.refresh(), text.rpartition("?")[2]
    errors = rules.read_rule(rule, now.index)[1] if rule else []
    slugs = rules.members(now.index, Group("", "", "", "" if errors else rule, tuple(by_hand)), now.by_slug)
    words = rules.rule_words(rule) if rule and not errors else ""
    return {"errors": errors, "words": words, "total": len(slugs), "slugs": slugs[:SHOWN], "more": len(slugs[SHOWN:])}
