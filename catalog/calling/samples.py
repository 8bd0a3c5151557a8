"""The sample files that examples send, for those who try the printed code."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from catalog.endpoints.uploads import sample

DAY = 24 * 60 * 60  # seconds


@require_safe
@cache_control(public=True, max_age=DAY)
async def sample_file(request: HttpRequest, name: str) -> HttpResponse:
    try:
        found = sample(name)
    except KeyError:
        raise Http404(f"No sample file is called {name}.") from None
    return HttpResponse(found.content, content_type=found.content_type)
