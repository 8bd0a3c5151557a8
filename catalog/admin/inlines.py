"""What stands on a model's page beside its facts: prices now and before, other slugs."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from catalog import figures, forms
from catalog.admin.published import ReadOnly, Sourced
from catalog.claims import facts, pins
from catalog.models import Alias, Price


class Table(admin.TabularInline):
    template = "admin/catalog/model/tabular.html"


class AliasInline(Table):
    model = Alias
    form = forms.AliasForm
    formset = forms.LabelledSet
    extra = 1
    verbose_name_plural = "aliases (other slugs that redirect here; a deleted one of the bundle comes back with the next load)"


class PriceInline(Sourced, Table):
    model = Price
    form = forms.PriceForm
    formset = forms.PriceFormSet
    fields = ("meter", "condition", "amount", "said_by", "valid_from")
    readonly_fields = ("said_by", "valid_from")
    extra = 1
    verbose_name_plural = "current prices (a change is pinned and the old price kept; deleted means unknown)"

    @admin.display(description="source")
    def said_by(self, row: Price) -> str:
        if row.source != pins.PIN:
            return super().said_by(row)
        name = facts.price_field(row.meter, row.condition)
        return forms.unpin_button(name, forms.pinned(row.model).get(name, "unknown"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Price]:
        return super().get_queryset(request).current()


class EarlierPriceInline(ReadOnly, Sourced, Table):
    model = Price
    fields = readonly_fields = ("meter", "condition", "dollars", "said_by", "valid_from", "valid_to")
    ordering = ("meter", "condition", "-valid_to", "-pk")
    verbose_name_plural = "earlier prices"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Price]:
        return super().get_queryset(request).closed()

    @admin.display(description="US dollars")
    def dollars(self, price: Price) -> str:
        return figures.plain(price.amount)
