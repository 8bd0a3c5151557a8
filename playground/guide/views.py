"""The guide's own page, on which the gateway is asked; htmx takes its inside for the start page."""

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from playground.guide import steps
from playground.guide.checking import Check, check


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_member_required
@permission_required(steps.RIGHT, raise_exception=True)
async def guide(request: HttpRequest) -> HttpResponse:
    """The guide with a check of the gateway from the last minute; a POST asks anew."""
    found = await check(anew=request.method == "POST") if settings.GATEWAY_URL else None
    return await sync_to_async(shown)(request, found)


def shown(request: HttpRequest, found: Check | None) -> HttpResponse:
    context = steps.told(found)
    if request.htmx.request_type == "partial":
        return render(request, "admin/guide_answer.html", context | {"pressed": request.method == "POST"})
    return render(request, "admin/guide_page.html", admin.site.each_context(request) | context | {"title": "Set up this site"})
