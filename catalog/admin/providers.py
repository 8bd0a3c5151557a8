"""Labs and companies."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from catalog.admin.published import Published
from catalog.models import Model, Provider


@admin.register(Provider)
class ProviderAdmin(Published):
    list_display = ("name", "slug", "models", "url")
    ordering = ("name",)
    search_fields = ("name", "slug")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Provider]:
        return super().get_queryset(request).annotate(count=Count("models"))

    def touched(self, rows: Iterable[Provider]) -> Iterable[str]:
        return list(Model.objects.filter(provider__in=rows).values_list("slug", flat=True))

    @admin.display(ordering="count")
    def models(self, provider: Any) -> int:
        return provider.count

    def view_on_site(self, provider: Provider) -> str | None:
        return provider.get_absolute_url() if provider.models.listed().exists() else None
