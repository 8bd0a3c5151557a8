"""What is answered when a view fails: plain words where the database is away or a disk is full, else that it was logged."""

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views import defaults

from catalog import outage
from catalog.outage import Outage

RETRY_AFTER = 10  # seconds


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500."""
    found = outage.noted(sys.exc_info()[1])
    return unavailable(request, found) if found else defaults.server_error(request)


def unavailable(request: HttpRequest, found: Outage) -> HttpResponse:
    """In the manner that was asked for: JSON for scripts, a note for the playground's stream, else a page."""
    accepted = request.headers.get("Accept", "")
    told = {"status": found.status, "type": found.type, "message": found.message, "retry_after": RETRY_AFTER}
    if "application/json" in accepted or request.path.startswith(("/api/", "/sandbox/")) or request.path.endswith(".json"):
        return JsonResponse({"error": told}, status=found.status, headers={"Retry-After": RETRY_AFTER})
    template = "playground/refused.html" if "text/event-stream" in accepted else "unavailable.html"
    response = render(request, template, {"outage": found, "refusal": told}, status=found.status)
    response["Retry-After"] = RETRY_AFTER
    return response
