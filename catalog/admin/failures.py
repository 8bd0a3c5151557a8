"""What went wrong lately, and what the gateway last told of itself. Nothing of visitors."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from catalog.admin.published import ReadOnly
from catalog.models import Failure
from catalog.operation import failures, told


@admin.register(Failure)
class FailureAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("last", "kind", "what", "place", "model", "answered", "times", "request_id")
    list_filter = ("kind", "day", "status")
    search_fields = ("what", "place", "model", "request_id")
    fields = ("day", "kind", "what", "place", "model", "answered", "times", "first", "last", "request_id")
    change_list_template = "admin/catalog/failure/change_list.html"
    list_per_page = 50

    @admin.display(description="status", ordering="status")
    def answered(self, row: Failure) -> str:
        return str(row.status or "no answer")

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        more = {"gateway_told": told.last(), "days": failures.KEPT.days, "title": "What went wrong lately"}
        return super().changelist_view(request, more | (extra_context or {}))
