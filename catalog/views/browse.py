"""The list of models, narrowed by its query string."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.vary import vary_on_headers

from catalog import snapshot
from catalog.pages import results
from catalog.pages.chart import asked_chart, with_chart
from catalog.search.parsing import parse
from catalog.views.page import in_memory, page


@page
@in_memory
@vary_on_headers("HX-Request-Type")
async def browse(request: HttpRequest) -> HttpResponse:
    now = await snapshot.current()
    query, errors = parse(request.GET, now.index)
    charted, wrong = asked_chart(request.GET)
    errors += wrong
    part = request.htmx.request_type == "partial"
    made = results.results if part else results.page
    response = HttpResponse(made(now, query, errors, charted), status=400 if errors else 200)
    if part:
        response["HX-Push-Url"] = f"{reverse('browse')}?{with_chart(query, charted) if charted else query}".rstrip("?")
    return response
