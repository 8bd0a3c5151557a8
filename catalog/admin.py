"""The operator's desk. An edit of a fact or price is pinned (`catalog.pins`); every save moves the catalog's version."""

from collections.abc import Iterable
from itertools import batched
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet
from django.db.models import Model as Row
from django.forms import BaseFormSet, BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html

from catalog import facts, figures, forms, pins, snapshot
from catalog.evidence import change_words, field_words
from catalog.models import Alias, Change, Claim, Collection, Model, Price, Provider, Usage, Version
from catalog.vocabulary import SOURCES

admin.site.site_header = admin.site.site_title = settings.SITE_NAME
admin.site.enable_nav_sidebar = False  # tables of models and prices need the width


class ReadOnly:
    """For an admin or inline of rows that the site writes itself."""

    def has_add_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False


class Published(admin.ModelAdmin):
    """Rows that pages show: with them, in the same transaction, the catalog's version moves, so every process reads again."""

    def get_readonly_fields(self, request: HttpRequest, obj: Row | None = None) -> list[str]:
        """A slug stays: it is the address of a page, and the name under which the bundle is loaded again."""
        return [*self.readonly_fields, *(["slug"] if obj else [])]

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: list[BaseFormSet], change: bool) -> None:
        super().save_related(request, form, formsets, change)
        Version.bump()

    def delete_model(self, request: HttpRequest, obj: Row) -> None:
        super().delete_model(request, obj)
        Version.bump()

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        super().delete_queryset(request, queryset)
        Version.bump()


@admin.register(Provider)
class ProviderAdmin(Published):
    list_display = ("name", "slug", "models", "url")
    ordering = ("name",)
    search_fields = ("name", "slug")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Provider]:
        return super().get_queryset(request).annotate(count=Count("models"))

    @admin.display(ordering="count")
    def models(self, provider: Any) -> int:
        return provider.count

    def view_on_site(self, provider: Provider) -> str | None:
        return provider.get_absolute_url() if provider.models.listed().exists() else None


class AliasInline(admin.TabularInline):
    model = Alias
    form = forms.AliasForm
    extra = 1
    verbose_name_plural = "aliases (other slugs that redirect here; a deleted one of the bundle comes back with the next load)"


class Sourced:
    """Names the source of a row as people know it."""

    @admin.display(description="source", ordering="source")
    def said_by(self, row: Price | Change) -> str:
        return SOURCES.get(row.source, row.source)


class PriceInline(Sourced, admin.TabularInline):
    model = Price
    form = forms.PriceForm
    formset = forms.PriceFormSet
    fields = ("meter", "condition", "amount", "said_by", "valid_from")
    readonly_fields = ("said_by", "valid_from")
    extra = 1
    verbose_name_plural = "current prices (a change is pinned and the old price kept; deleted means unknown)"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Price]:
        return super().get_queryset(request).current()


class EarlierPriceInline(ReadOnly, Sourced, admin.TabularInline):
    model = Price
    fields = readonly_fields = ("meter", "condition", "dollars", "said_by", "valid_from", "valid_to")
    ordering = ("meter", "condition", "-valid_to", "-pk")
    verbose_name_plural = "earlier prices"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Price]:
        return super().get_queryset(request).closed()

    @admin.display(description="US dollars")
    def dollars(self, price: Price) -> str:
        return figures.plain(price.amount)


class PinnedFilter(admin.SimpleListFilter):
    title = "pins"
    parameter_name = "pinned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Edited here"), ("no", "As the sources say")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        pinned = Exists(Claim.objects.filter(model=OuterRef("pk"), source=pins.PIN))
        return {"yes": queryset.filter(pinned), "no": queryset.filter(~pinned)}.get(self.value(), queryset)


class PriceFilter(admin.SimpleListFilter):
    title = "price"
    parameter_name = "price"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("known", "Known"), ("unknown", "Unknown")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        priced = Exists(Price.objects.current().headline().filter(model=OuterRef("pk")))
        return {"known": queryset.filter(priced), "unknown": queryset.filter(~priced)}.get(self.value(), queryset)


class Cards(ChangeList):
    """The list of models with all that a card is made of, in as many queries however long it is."""

    def get_queryset(self, request: HttpRequest, **options: Any) -> QuerySet[Model]:
        current = Prefetch("prices", Price.objects.current())
        return super().get_queryset(request, **options).prefetch_related("aliases", "claims", current)


@admin.register(Model)
class ModelAdmin(Published):
    form = forms.ModelForm
    list_display = ("slug", "provider", "modality", "status", "served", "listed", "price", "pinned")
    list_filter = ("modality", "status", "served", "listed", PinnedFilter, PriceFilter, "provider")
    list_select_related = ("provider",)
    list_per_page = 50
    search_fields = ("slug", "name", "aliases__slug")
    autocomplete_fields = ("provider",)
    readonly_fields = ("sources",)
    inlines = (PriceInline, AliasInline, EarlierPriceInline)
    actions = ("hide", "show")
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

    class Media:
        css = {"all": ["css/admin.css"]}

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> list[tuple]:
        pinned = obj is not None and forms.pinned(obj)
        return [*self.fieldsets, *([("Pins", {"fields": ("unpin",)})] if pinned else [])]

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        return Cards

    @admin.display(description="headline price")
    def price(self, model: Model) -> str:
        rows = [tuple(getattr(price, name) for name in snapshot.RATE_FIELDS) for price in model.prices.all()]
        rate = snapshot.card(model, [], rows, []).price
        return f"{figures.money(rate.amount)} / {rate.unit}" if rate else "unknown"

    @admin.display(description="pins")
    def pinned(self, model: Model) -> str:
        return ", ".join(field_words(claim.field) for claim in model.claims.all() if claim.source == pins.PIN)

    @admin.display(description="Claims")
    def sources(self, model: Model) -> str:
        found = facts.by_field(model.claims.all()) if model.pk else {}
        fields = [(field_words(field), statements(field, claims)) for field, claims in sorted(found.items())]
        return render_to_string("admin/catalog/model/sources.html", {"fields": fields})

    @admin.action(description="Hide from the site", permissions=["change"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Model]) -> None:
        self.list_or_not(request, queryset, False)

    @admin.action(description="Show on the site", permissions=["change"])
    def show(self, request: HttpRequest, queryset: QuerySet[Model]) -> None:
        self.list_or_not(request, queryset, True)

    @transaction.atomic
    def list_or_not(self, request: HttpRequest, queryset: QuerySet[Model], listed: bool) -> None:
        for model in queryset.exclude(listed=listed):
            self.log_change(request, model, "Shown on the site." if listed else "Hidden from the site.")
        count = Model.objects.filter(pk__in=queryset.values("pk")).update(listed=listed)
        Version.bump()
        self.message_user(request, f"{count} models are now {'on' if listed else 'hidden from'} the site.")

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        """Writes what no source speaks of. Facts follow in `save_related`, from the claims that an edit makes."""
        if change:
            obj.save(update_fields=[name for name in form.changed_data if name in COLUMNS])
        else:
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
        pins.edit(form.instance, form.edits(), amounts, form.cleaned_data["unpin"])

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Only what was made here: a model that a source states would be loaded again. It is hidden instead."""
        made_here = obj is not None and not obj.claims.exclude(source=pins.PIN).exists()
        return made_here and super().has_delete_permission(request, obj)

    def get_deleted_objects(self, objs: Iterable[Model], request: HttpRequest) -> tuple:
        """A model takes its prices, claims and changes along, though nobody may delete those alone."""
        shown, counts, _, protected = super().get_deleted_objects(objs, request)
        return shown, counts, set(), protected

    def view_on_site(self, model: Model) -> str | None:
        return model.get_absolute_url() if model.listed else None


COLUMNS = {"provider", "upstream_id", "served", "listed", "added"}


def statements(field: str, claims: list[Claim]) -> list[dict[str, Any]]:
    """What each source says of a field, best first, and how that stands to the one before all others."""
    return [
        {
            "claim": claim, "value": change_words(field, claim.value), "first": claim is claims[0],
            "differs": snapshot.differs(claims[0].value, claim.value), "doubt": change_words("", claim.doubt),
        }
        for claim in claims
    ]  # fmt: skip


@admin.register(Collection)
class CollectionAdmin(Published):
    form = forms.CollectionForm
    list_display = ("name", "slug", "rule", "size", "position")
    search_fields = ("name", "slug")
    autocomplete_fields = ("members",)
    fieldsets = (
        (None, {
            "fields": ("name", "slug", "description", "rule", "members", "position", "found"),
            "description": "A collection of the bundle stays as edited; deleted, it comes back with the next load.",
        }),
    )  # fmt: skip
    readonly_fields = ("found",)

    @admin.display(description="models")
    def size(self, collection: Collection) -> int:
        return len(members(collection))

    @admin.display(description="On the site now")
    def found(self, collection: Collection) -> str:
        slugs = members(collection)
        return format_html("{} models. {}", len(slugs), ", ".join(slugs)) if collection.pk else "Shown once it is saved."


def members(collection: Collection) -> tuple[str, ...]:
    group = snapshot.refresh().groups.get(collection.slug)
    return group.members if group else ()


@admin.register(Change)
class ChangeAdmin(ReadOnly, Sourced, admin.ModelAdmin):
    list_display = ("at", "model", "what", "was", "became", "said_by")
    list_filter = ("source", "at")
    list_select_related = ("model",)
    search_fields = ("model__slug", "field")

    @admin.display(description="field", ordering="field")
    def what(self, change: Change) -> str:
        return field_words(change.field)

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
