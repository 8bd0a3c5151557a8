"""The playground's one address: the form of one model, or of several side by side."""

from django.http import HttpRequest, HttpResponse

from catalog.pages.compare import named
from playground.views import columns, workbench


async def playground(request: HttpRequest) -> HttpResponse:
    if request.method != "POST" and "group" in request.GET:
        return await columns.repeated(request)
    if request.method != "POST" and len(named(request.GET)) > 1:
        return await columns.asked(request)
    return await workbench.page(request)
