"""The admin as a whole: who is let at a table, and how sign-in answers. What it shows of each is the apps' own."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path

from config import attempts
from config.accounts import AdminSignInForm, told


class Desk(AdminSite):
    login_form = AdminSignInForm

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response = super().login(request, extra_context)
        if request.method == "POST" and response.status_code == 302:
            attempts.remember(request, response, request.user.get_username())
        elif request.method == "POST":
            told(response, response.context_data["form"])
        return response

    def admin_view(self, view: Callable, cacheable: bool = False) -> Callable:
        return super().admin_view(with_any_right(view), cacheable)

    def get_urls(self) -> list[URLPattern]:
        own = path("r/<path:content_type_id>/<path:object_id>/", self.admin_view(self.on_site), name="view_on_site")
        return [own, *(one for one in super().get_urls() if getattr(one, "name", "") != own.name)]

    def on_site(self, request: HttpRequest, content_type_id: str, object_id: str) -> HttpResponse:
        """The page of an object for who may see it here: Django's own asks no more than that somebody is staff."""
        table = ContentType.objects.filter(pk=content_type_id).first() if content_type_id.isdecimal() else None
        desk = self._registry.get(table.model_class()) if table else None
        found = desk.get_object(request, object_id) if desk and desk.view_on_site and desk.has_view_permission(request) else None
        if found is None or not hasattr(found, "get_absolute_url"):
            raise Http404("There is no such page.")
        return HttpResponseRedirect(found.get_absolute_url())


def with_any_right(view: Callable) -> Callable:
    """`view`; where it is a table's, only for who has some right to that table, before anything is looked up in it.

    Django's history and others would tell everyone of the staff which ids there are.
    """
    desk = getattr(view, "__self__", None)
    if not isinstance(desk, ModelAdmin):
        return view

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not any(desk.get_model_perms(request).values()):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
