"""The order of sources in the admin: the lower a source's place, the sooner its word is shown. A pin stands above all."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from catalog.claims import precedence
from catalog.models import Source


class PlaceForm(ModelForm):
    """A row of the list, whose field says of what it is the place."""

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.fields["place"].widget.attrs["aria-label"] = f"Place of {self.instance}"


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):
    list_display = ("name", "place")
    list_editable = ("place",)
    list_display_links = None
    actions = None

    def get_changelist_form(self, request: HttpRequest, **options: Any) -> type[ModelForm]:
        return super().get_changelist_form(request, form=PlaceForm, **options)

    @admin.display(description="source")
    def name(self, source: Source) -> str:
        return str(source)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Source | None = None) -> bool:
        return False

    def change_view(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        """Places are set in the list alone, where models follow; a key is what claims have."""
        return HttpResponseRedirect(reverse("admin:catalog_source_changelist"))

    @transaction.atomic
    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """A new order shows on all models at once, in the transaction that saves it."""
        before = Source.ranks()
        title = {"title": "Sources: where two disagree, the lower place is shown"}
        answer = super().changelist_view(request, title | (extra_context or {}))
        if Source.ranks() != before:
            changed = precedence.follow(request.user.get_username())
            self.message_user(request, f"The order holds now. Facts of {changed:,} models changed with it.")
        return answer
