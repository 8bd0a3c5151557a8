"""What is done to many models at once. An edit of facts or columns can be undone as one."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.options import Action, ActionLocation
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from catalog import card_rows, snapshot
from catalog.claims import pins
from catalog.models import Collection, Model, Version
from catalog.programs import export, replies
from catalog.vocabulary import STATUSES, lower_first


class Bulk(admin.ModelAdmin):
    actions = ("hide", "show", "export_json", "export_csv")

    def get_actions(self, request: HttpRequest, action_location: Any = ActionLocation.CHANGE_LIST) -> dict[str, Action]:
        """Beside the fixed ones, an action for each status and each collection: one choice instead of two."""
        found = super().get_actions(request, action_location)
        if action_location == ActionLocation.CHANGE_LIST and self.has_change_permission(request):
            for key, words in STATUSES.items():
                found[f"status_{key}"] = act(f"status_{key}", f"Set status: {words}", key, set_status)
        if action_location == ActionLocation.CHANGE_LIST and request.user.has_perm("catalog.change_collection"):
            for group in Collection.objects.all():
                name = f"collect_{group.slug}"
                found[name] = act(name, f"Add to collection: {group.name}", group, collect)
        return found

    @admin.action(description="Hide from the site", permissions=["change"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Model]) -> None:
        self.edit(request, queryset, "hidden from the site", columns={"listed": False})

    @admin.action(description="Show on the site", permissions=["change"])
    def show(self, request: HttpRequest, queryset: QuerySet[Model]) -> None:
        self.edit(request, queryset, "shown on the site", columns={"listed": True})

    @admin.action(description="Export as JSON", permissions=["view"])
    def export_json(self, request: HttpRequest, queryset: QuerySet[Model]) -> HttpResponse:
        now = snapshot.refresh()
        rows = [export.full(now, card) for card in card_rows.cards(queryset)]
        return download(json.dumps({"object": "list", "data": rows}, ensure_ascii=False, indent=1), replies.JSON, "models.json")

    @admin.action(description="Export as CSV", permissions=["view"])
    def export_csv(self, request: HttpRequest, queryset: QuerySet[Model]) -> HttpResponse:
        return download(export.table(card_rows.cards(queryset)), replies.CSV, "models.csv")

    def edit(self, request: HttpRequest, queryset: QuerySet[Model], done: str, **edit: Any) -> None:
        chosen = Model.objects.filter(pk__in=queryset.values("pk")).only("pk")  # without all that the list shows of each
        edits = pins.edit_all(chosen, edit.get("stated", {}), {}, by=request.user.get_username(), columns=edit.get("columns"))
        LogEntry.objects.log_actions(request.user.pk, [edit.model for edit in edits], CHANGE, done.capitalize() + ".")
        told = format_html("{} {} now {}.", f"{len(edits):,}", "model is" if len(edits) == 1 else "models are", done)
        if edits:
            told = format_html('{} <a href="{}">Undo</a>', told, reverse("admin:catalog_model_undo", args=[edits[0].pk]))
        self.message_user(request, told)


def act(name: str, words: str, value: Any, do: Callable) -> Action:
    words = words.replace("%", "%%")  # the admin fills the names of the model in
    return Action(partial(do, value), name, words, words, [ActionLocation.CHANGE_LIST])


def set_status(status: str, desk: Bulk, request: HttpRequest, queryset: QuerySet[Model]) -> None:
    desk.edit(request, queryset, f"pinned as {lower_first(STATUSES[status])}", stated={"status": status})


def collect(group: Collection, desk: Bulk, request: HttpRequest, queryset: QuerySet[Model]) -> None:
    group.members.add(*queryset.values_list("pk", flat=True))
    Version.bump(())
    desk.message_user(request, f"{queryset.count():,} chosen models are in the collection {group.name}.")


def download(body: str, kind: str, name: str) -> HttpResponse:
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
