"""Whether the process lives, and whether it can answer."""

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog import snapshot
from playground.running import draining


@require_safe
async def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
async def readyz(request: HttpRequest) -> HttpResponse:
    """200 once the catalog can be read and holds a model; 503 with the reason until then."""
    if draining.begun():
        return HttpResponse("draining: this process is about to end.\n", "text/plain; charset=utf-8", 503)
    try:
        now = await snapshot.current()
    except DatabaseError:
        return HttpResponse("The database does not answer.\n", "text/plain; charset=utf-8", 503)
    if not now.cards:
        return HttpResponse("The catalog is empty: run manage.py load_catalog.\n", "text/plain; charset=utf-8", 503)
    return HttpResponse(f"ready: {len(now.cards)} models\n", content_type="text/plain; charset=utf-8")
