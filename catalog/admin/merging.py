"""The pages on which two models are made one, and on which likely duplicates are found."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from catalog.admin.undoing import address
from catalog.identity import duplicates, merging
from catalog.models import Model

SHOWN = 200


class MergeForm(forms.Form):
    into = forms.CharField(label="Slug of the model to keep", max_length=200, widget=forms.TextInput({"class": "vTextField"}))

    def __init__(self, gone: Model, *args: object):
        super().__init__(*args)
        self.gone = gone

    def clean_into(self) -> Model:
        name = self.cleaned_data["into"].strip()
        found = Model.objects.named(name).first()
        if found is None:
            raise ValidationError(f"No model is called {name}.")
        if found == self.gone:
            raise ValidationError("That is the model itself.")
        return found


class Merging(admin.ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/merge/", wrap(self.merge_view), name="catalog_model_merge"),
            path("duplicates/", wrap(self.duplicates_view), name="catalog_model_duplicates"),
        ]
        return [*own, *super().get_urls()]

    def merge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks into which model, says what exactly will happen, and does it when that is confirmed."""
        gone = get_object_or_404(Model, pk=pk)
        if not (self.has_change_permission(request, gone) and request.user.has_perm("catalog.add_alias")):
            raise PermissionDenied
        said = request.POST if request.method == "POST" else request.GET
        form = MergeForm(gone, said if "into" in said else None)
        kept = form.cleaned_data["into"] if form.is_valid() else None
        if request.method == "POST" and kept:
            return self.merged(request, gone, kept)
        context = self.admin_site.each_context(request) | {
            "title": f"Merge {gone} into {kept or 'another model'}", "opts": self.opts, "model": gone, "form": form, "kept": kept,
            "plan": merging.preview(gone, kept) if kept else None,
        }  # fmt: skip
        return TemplateResponse(request, "admin/catalog/model/merge.html", context)

    def merged(self, request: HttpRequest, gone: Model, kept: Model) -> HttpResponse:
        merging.merge(gone, kept, request.user.get_username())
        self.log_change(request, kept, f"{gone} was merged into it.")
        self.message_user(request, f"Merged. {gone} is now {kept}; its old address leads here.")
        return HttpResponseRedirect(address(kept))

    def duplicates_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = duplicates.groups(Model.objects.select_related("provider").prefetch_related("claims"))
        pairs = [(group[0], [(model, sources(model)) for model in group]) for group in found]
        context = self.admin_site.each_context(request) | {
            "title": "Likely duplicates", "opts": self.opts, "groups": pairs[:SHOWN], "total": len(pairs), "shown": SHOWN,
            "may_merge": self.has_change_permission(request),
        }  # fmt: skip
        return TemplateResponse(request, "admin/catalog/model/duplicates.html", context)


def sources(model: Model) -> list[str]:
    return sorted({claim.source for claim in model.claims.all()})
