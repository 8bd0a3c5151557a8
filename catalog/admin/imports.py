"""What became of each reading of a source, and when the next is due."""

import json

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from catalog import syncing
from catalog.admin.reading import Reading
from catalog.models import Import

COUNTS = ("stated", "created", "changed", "hidden", "kept", "doubtful", "refused", "unchanged")


@admin.register(Import)
class ImportAdmin(Reading):
    list_display = ("__str__", "state", "took", "who", "outcome")
    list_filter = ("source", "state")
    date_hierarchy = "started"
    fields = ("source", "state", "place", "started", "finished", "who", "outcome", "fault", "told")
    readonly_fields = fields
    change_list_template = "admin/catalog/import/change_list.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Import | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Import | None = None) -> bool:
        return False

    @admin.display(description="took")
    def took(self, row: Import) -> str | None:
        return f"{(row.finished - row.started).total_seconds():.1f} s" if row.finished else None

    @admin.display(description="asked by")
    def who(self, row: Import) -> str:
        return row.by or "the site, a command or a timer"

    @admin.display(description="came to")
    def outcome(self, row: Import) -> str:
        counts = ", ".join(f"{row.counts[name]:,} {name}" for name in COUNTS if row.counts.get(name))
        return row.fault or counts or "nothing"

    @admin.display(description="report")
    def told(self, row: Import) -> str:
        return format_html("<pre>{}</pre>", json.dumps(row.report, indent=1, ensure_ascii=False))

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(require_POST(self.sync))
        return [path("sync/<slug:reader>/", view, name="catalog_import_sync"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        told = {"status": syncing.status(), "may_sync": may_sync(request), "now": timezone.now()}
        return super().changelist_view(request, told | (extra_context or {}))

    def sync(self, request: HttpRequest, reader: str) -> HttpResponse:
        """Reads a source now, as the command does."""
        if not may_sync(request):
            raise PermissionDenied
        try:
            row = syncing.sync(reader, request.user.get_username()) if not syncing.unknown([reader]) else None
        except syncing.Busy as wait:
            self.message_user(request, str(wait), messages.WARNING)
        else:
            level = messages.SUCCESS if row and row.state == "done" else messages.ERROR
            text = f"{row.get_state_display()}: {self.outcome(row)}" if row else f"{reader} is no source that can be synced."
            self.message_user(request, text, level)
        return HttpResponseRedirect(reverse("admin:catalog_import_changelist"))


def may_sync(request: HttpRequest) -> bool:
    return request.user.has_perm("catalog.add_import")
