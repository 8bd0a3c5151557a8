"""The operator's example presets: written as JSON, checked against their endpoint, offered on the pages of models."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from catalog import snapshot
from catalog.admin.published import Published
from catalog.calling.examples import offered
from catalog.endpoints import ENDPOINTS, can_run
from playground.models import Preset
from playground.presets import presets
from playground.presets.bundled import is_bundled


class PresetForm(forms.ModelForm):
    endpoint = forms.ChoiceField(choices=lambda: [(key, module.LABEL) for key, module in ENDPOINTS.items() if can_run(key)])

    class Meta:
        model = Preset
        fields = ("name", "note", "endpoint", "model", "body", "published", "position")

    def clean_model(self) -> str:
        """The slug of a listed model, whatever it was named by."""
        name = self.cleaned_data["model"].strip()
        card = snapshot.refresh().find(name) if name else None
        if name and card is None:
            raise ValidationError(f"No listed model is called “{name}”. Leave it blank for every model of the endpoint.")
        return card.slug if card else ""

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if {"endpoint", "model", "body"} <= told.keys():
            card = snapshot.refresh().find(told["model"])
            if card and told["endpoint"] not in card.endpoints:
                self.add_error("model", f"{card.slug} answers {', '.join(card.endpoints)} only.")
            for field, wrong in presets.faults(told["endpoint"], told["body"], card).items():
                self.add_error("body", f"{field.removeprefix('body.')}: {wrong}")
        return told


@admin.register(Preset)
class PresetAdmin(Published):
    form = PresetForm
    list_display = ("name", "endpoint", "model", "published", "position", "offered")
    list_filter = ("published", "endpoint")
    search_fields = ("name", "note", "model")
    readonly_fields = ("offered",)
    fieldsets = (
        (None, {
            "fields": (("name", "note"), ("endpoint", "model"), "body", ("published", "position"), "offered"),
            "description": "A preset that came with the project is not deleted but hidden: take “Published” away.",
        }),
    )  # fmt: skip

    def touched(self, rows: Iterable[Preset]) -> Iterable[str]:
        return ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return list(self.readonly_fields)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Preset]:
        """The operator's own. What visitors keep is theirs."""
        return super().get_queryset(request).filter(visitor=None, user=None)

    def has_delete_permission(self, request: HttpRequest, obj: Preset | None = None) -> bool:
        """Only what was made here; the next start would bring the others back."""
        return obj is not None and not is_bundled(obj.token) and super().has_delete_permission(request, obj)

    @admin.display(description="offered by models")
    def offered(self, preset: Preset) -> int:
        now = snapshot.refresh()
        own = [example for example in now.examples if example.token == preset.token]
        return sum(bool(offered(own, card)) for card in now.cards)
