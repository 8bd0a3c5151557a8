"""The list of models, narrowed by its query string."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.vary import vary_on_headers

from catalog import snapshot
from catalog.pages.browse import listing
from catalog.pages.chart import asked_chart, charts, with_chart
from catalog.search.parsing import parse
from catalog.views.page import in_memory, page


@page
@in_memory
@vary_on_headers("HX-Request-Type")
async def browse(request: HttpRequest) -> HttpResponse:
    now = await snapshot.current()
    query, errors = parse(request.GET, now.index)
    part = "#results" if request.htmx.request_type == "partial" else ""
    charted, wrong = asked_chart(request.GET)
    errors += wrong
    context = listing(now, query, errors) | charts(now, query, charted)
    response = render(request, f"catalog/browse.html{part}", context, status=400 if errors else 200)
    if part:
        response["HX-Push-Url"] = f"{reverse('browse')}?{with_chart(query, charted) if charted else query}".rstrip("?")
    return response
