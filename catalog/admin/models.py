"""Models: their facts, prices, pins and what each source says."""

from collections.abc import Iterable
from itertools import batched
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Prefetch, QuerySet
from django.forms import BaseFormSet, BaseInlineFormSet, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html_join

from catalog import card_rows, figures, forms
from catalog.admin import said
from catalog.admin.actions import Bulk
from catalog.admin.filters import DisagreementFilter, PinnedFilter, PriceFilter, RetiringFilter, UnknownFilter
from catalog.admin.inlines import AliasInline, EarlierPriceInline, PriceInline
from catalog.admin.merging import Merging
from catalog.admin.previewing import Previewing
from catalog.admin.published import Published
from catalog.admin.undoing import Undoing, address
from catalog.claims import facts, pins
from catalog.models import Model, Price
from catalog.truth.evidence import field_words


class Cards(ChangeList):
    """The list of models with all that a card is made of, in as many queries however long it is."""

    def get_queryset(self, request: HttpRequest, **options: Any) -> QuerySet[Model]:
        current = Prefetch("prices", Price.objects.current())
        return super().get_queryset(request, **options).prefetch_related("aliases", "claims", current)


@admin.register(Model)
class ModelAdmin(Bulk, Undoing, Merging, Previewing, Published):
    form = forms.ModelForm
    list_display = ("slug", "modality", "status", "context_window", "listed", "served", "price", "pinned")
    list_editable = ("modality", "status", "context_window", "listed")
    list_filter = (
        "modality", "served", "listed", PriceFilter, UnknownFilter, PinnedFilter, DisagreementFilter, RetiringFilter, "status",
        "provider",
    )  # fmt: skip
    list_select_related = ("provider",)
    list_per_page = 50
    search_fields = ("slug", "name", "upstream_id", "aliases__slug")
    autocomplete_fields = ("provider",)
    readonly_fields = ("sources", "taken")
    inlines = (PriceInline, AliasInline, EarlierPriceInline)
    save_on_top = True
    fieldsets = (
        (None, {
            "fields": ("slug", ("provider", "name"), "description", ("modality", "status"), "listed"),
            "description": "A model of the bundle cannot be deleted: a load would bring it back. Take “Listed” away instead.",
        }),
        ("How it is called", {"fields": (("endpoints", "listed_endpoints"), ("upstream_id", "served"), "parameters")}),
        ("What it can do", {"fields": (("input_kinds", "output_kinds"), *batched(forms.CAN_FIELDS, 5))}),
        ("Size and origin", {"fields": (
            ("context_window", "max_output", "dimensions"), ("family", "open_weights", "knowledge_cutoff"),
            ("added", "released", "retires_on", "replacement"),
        )}),
        ("Good for", {"fields": (("strengths", "use_cases"),)}),
        ("What each source says", {"fields": ("sources",), "classes": ("collapse",)}),
    )  # fmt: skip

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> list[tuple]:
        without = obj is not None and taken_away(obj)
        return [*self.fieldsets, *([("Prices that an edit made unknown", {"fields": ("taken",)})] if without else [])]

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        return Cards

    def get_changelist_form(self, request: HttpRequest, **options: Any) -> type[ModelForm]:
        return forms.LineForm

    @admin.display(description="headline price")
    def price(self, model: Model) -> str:
        rows = [tuple(getattr(price, name) for name in card_rows.RATE_FIELDS) for price in model.prices.all()]
        rate = card_rows.card(model, rows).price
        return f"{figures.money(rate.amount)} / {rate.unit}" if rate else "unknown"

    @admin.display(description="pins", empty_value="none")
    def pinned(self, model: Model) -> str:
        return ", ".join(field_words(claim.field) for claim in model.claims.all() if claim.source == pins.PIN)

    @admin.display(description="Claims")
    def sources(self, model: Model) -> str:
        return said.table(model)

    @admin.display(description="Pins")
    def taken(self, model: Model) -> str:
        rows = [(field_words(name), forms.unpin_button(name, back)) for name, back in taken_away(model).items()]
        return format_html_join("", "<p>{}. {}</p>", rows)

    def touched(self, rows: Iterable[Model]) -> Iterable[str]:
        return [model.slug for model in rows]

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        """A new row only. What was edited follows in `save_related`, from the claims that an edit makes."""
        if not change:
            facts.settle(obj, pins.claims(obj, form.edits(), {}))
            obj.save()

    def save_formset(self, request: HttpRequest, form: ModelForm, formset: BaseInlineFormSet, change: bool) -> None:
        if isinstance(formset, forms.PriceFormSet):
            formset.save(commit=False)  # tells the log what changed; the rows follow in `save_related`
        else:
            super().save_formset(request, form, formset, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: list[BaseFormSet], change: bool) -> None:
        super().save_related(request, form, formsets, change)
        amounts = next((formset.amounts() for formset in formsets if isinstance(formset, forms.PriceFormSet)), {})
        columns = {name: form.cleaned_data[name] for name in form.changed_data if name in pins.COLUMNS}
        unpinned = form.cleaned_data.get("unpin", ())
        pins.edit(form.instance, form.edits(), amounts, unpinned, request.user.get_username(), columns)

    def response_change(self, request: HttpRequest, obj: Model) -> HttpResponse:
        """Who took a pin back stays on the page."""
        if "unpin" in request.POST and "_save" not in request.POST:
            self.message_user(request, f"Unpinned. What {obj} shows follows its sources again.")
            return HttpResponseRedirect(address(obj))
        return super().response_change(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Only what was made here: a model that a source states would be loaded again. It is hidden instead."""
        made_here = obj is not None and not obj.claims.exclude(source=pins.PIN).exists()
        return made_here and super().has_delete_permission(request, obj)

    def get_deleted_objects(self, objs: Iterable[Model], request: HttpRequest) -> tuple:
        """A model takes its prices, claims and changes along, though nobody may delete those alone."""
        shown, counts, _, protected = super().get_deleted_objects(objs, request)
        return shown, counts, set(), protected


def taken_away(model: Model) -> dict[str, str]:
    """The pins that have no row among the prices: `{field: what would be shown without}`."""
    gone = {claim.field for claim in model.claims.all() if claim.source == pins.PIN and claim.value is None}
    return {name: back for name, back in forms.pinned(model).items() if name in gone and name.startswith(facts.PRICE)}
