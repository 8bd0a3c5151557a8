"""The page of a model that is not on the site, as staff alone see it."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from catalog import card_rows, snapshot
from catalog.models import Model
from catalog.pages.model import shown
from catalog.usage import ranks


class Previewing(admin.ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        own = path("<int:pk>/preview/", self.admin_site.admin_view(self.preview_view), name="catalog_model_preview")
        return [own, *super().get_urls()]

    def view_on_site(self, model: Model) -> str:
        return model.get_absolute_url() if model.listed else reverse("admin:catalog_model_preview", args=[model.pk])

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Never kept by any cache: `admin_view` says so."""
        model = get_object_or_404(Model, pk=pk)
        if not self.has_view_permission(request, model):
            raise PermissionDenied
        now, card = snapshot.refresh(), card_rows.cards(Model.objects.filter(pk=pk))[0]
        context = shown(now, card) | {"model": model, "rank": ranks(now).get(card.slug)}
        return TemplateResponse(request, "admin/catalog/model/preview.html", context)
