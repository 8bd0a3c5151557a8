"""What changed and what was run: rows that the site writes."""

from django.contrib import admin

from catalog.admin.published import ReadOnly, Sourced
from catalog.models import Change, Usage
from catalog.truth.evidence import change_words, field_words


@admin.register(Change)
class ChangeAdmin(ReadOnly, Sourced, admin.ModelAdmin):
    list_display = ("at", "model", "what", "was", "became", "said_by", "who")
    list_filter = ("source", "at")
    list_select_related = ("model",)
    search_fields = ("model__slug", "field", "by")

    @admin.display(description="field", ordering="field")
    def what(self, change: Change) -> str:
        return field_words(change.field)

    @admin.display(description="by", ordering="by")
    def who(self, change: Change) -> str:
        return change.by or "the source itself"

    @admin.display(description="before")
    def was(self, change: Change) -> str:
        return change_words(change.field, change.before) or "unknown"

    @admin.display(description="after")
    def became(self, change: Change) -> str:
        return change_words(change.field, change.after) or "unknown"


@admin.register(Usage)
class UsageAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("hour", "model", "source", "requests", "errors", "tokens", "spend")
    list_filter = ("source", "hour")
    list_select_related = ("model",)
    search_fields = ("model__slug",)
