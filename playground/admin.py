"""Runs as an operator may see them: which model, how it went, what it cost. What people wrote and got stays theirs.

A share is open to anyone with its link, so staff may look at it, and take it down.
"""

from django.contrib import admin
from django.http import HttpRequest

from playground.models import Run, Share
from playground.models.shares import ShareQuerySet
from playground.presets.admin import PresetAdmin
from playground.probe.admin import ProbeAdmin, ProofAdmin
from playground.records import shares

__all__ = ["PresetAdmin", "ProbeAdmin", "ProofAdmin", "RunAdmin", "ShareAdmin"]  # Django looks for them here


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


@admin.register(Share)
class ShareAdmin(admin.ModelAdmin):
    list_display = ("created", "expires", "revoked", "taken_down", "user")
    list_filter = ("created", "taken_down")
    search_fields = ("token",)
    fields = ("token", "created", "expires", "revoked", "taken_down", "user")
    actions = ("take_down",)

    @admin.action(description="Take down: what is shared is deleted", permissions=["change"])
    def take_down(self, request: HttpRequest, chosen: ShareQuerySet) -> None:
        count = chosen.open().count()
        shares.take_down(chosen.open())
        self.message_user(request, f"{count} taken down.")

    def get_readonly_fields(self, request: HttpRequest, obj: Share | None = None) -> tuple[str, ...]:
        return self.fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Share | None = None) -> bool:
        return False
