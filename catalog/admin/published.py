"""What the admins of the catalog share: rows that pages show, rows that the site writes itself, and the names of sources."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Model as Row
from django.db.models import QuerySet
from django.forms import BaseFormSet, ModelForm
from django.http import HttpRequest

from catalog.models import Change, Price, Version
from catalog.vocabulary import SOURCES


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

    def touched(self, rows: Iterable[Any]) -> Iterable[str] | None:
        """The slugs of models of whose own facts the rows are a part; None where it may be any model's."""
        return None

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: list[BaseFormSet], change: bool) -> None:
        super().save_related(request, form, formsets, change)
        Version.bump(self.touched([form.instance]))

    def delete_model(self, request: HttpRequest, obj: Row) -> None:
        touched = self.touched([obj])
        super().delete_model(request, obj)
        Version.bump(touched)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        touched = self.touched(list(queryset))
        super().delete_queryset(request, queryset)
        Version.bump(touched)


class Sourced:
    """Names the source of a row as people know it."""

    @admin.display(description="source", ordering="source")
    def said_by(self, row: Price | Change) -> str:
        return SOURCES.get(row.source, row.source)
