"""The page that takes back what was saved last: of one model, or of all that were edited in one go."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from catalog.claims import undo
from catalog.models import Edit, Model

SHOWN = 100


class Undoing(admin.ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        own = path("undo/<int:pk>/", self.admin_site.admin_view(self.undo_view), name="catalog_model_undo")
        return [own, *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: dict, *args: Any, obj: Any = None, **kwargs: Any) -> HttpResponse:
        context["last_edit"] = undo.latest(obj) if obj else None
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Says what goes back; does it when that is confirmed."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        edits = list(undo.together(get_object_or_404(Edit, pk=pk)))
        if request.method == "POST" or not edits:
            return self.undone(request, edits)
        context = self.admin_site.each_context(request) | {
            "title": "Undo the last change" if len(edits) == 1 else f"Undo the change of {len(edits):,} models",
            "opts": self.opts, "edits": [(edit, undo.lines(edit)) for edit in edits[:SHOWN]], "more": len(edits[SHOWN:]),
        }  # fmt: skip
        return TemplateResponse(request, "admin/catalog/model/undo.html", context)

    def undone(self, request: HttpRequest, edits: list[Edit]) -> HttpResponse:
        done, refused = undo.undo(edits, request.user.get_username())
        told = f"The last change of {done[0].model} was" if len(done) == 1 else f"{len(done):,} changes were"
        if done or not edits:
            self.message_user(request, f"{told} undone." if edits else "That was undone before.")
        for reason in refused[:SHOWN]:
            self.message_user(request, reason, messages.WARNING)
        LogEntry.objects.log_actions(request.user.pk, [edit.model for edit in done], CHANGE, "Undid the last change.")
        return HttpResponseRedirect(address(edits[0].model) if len(edits) == 1 else reverse("admin:catalog_model_changelist"))


def address(model: Model) -> str:
    return reverse("admin:catalog_model_change", args=[model.pk])
