"""Runs as an operator may see them: which model, how it went, what it cost. What people wrote and got stays theirs."""

from django.contrib import admin
from django.http import HttpRequest

from playground.models import Run
from playground.preset_admin import PresetAdmin

__all__ = ["PresetAdmin", "RunAdmin"]  # Django looks for them here


@admin.register(Run)
class RunAdmin(admin.ModelAdmin):
    list_display = (
        "created", "model", "endpoint", "state", "status", "sandbox", "own_key", "cost_effective", "reserved", "total_ms",
    )  # fmt: skip
    list_filter = ("state", "sandbox", "own_key", "endpoint", "created")
    search_fields = ("model",)
    fields = (
        "id", "model", "endpoint", "state", "status", "sandbox", "user", "created", "finished", "usage", "cost_list",
        "cost_effective", "reserved", "own_key", "first_token_ms", "total_ms",
    )  # fmt: skip
    view_on_site = False  # a run's page is its visitor's own

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Run | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Run | None = None) -> bool:
        return False
