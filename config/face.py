"""The operator's own face: an accent colour and a logo, which the strict CSP lets in as files only."""

import mimetypes
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from config import accent


@require_safe
@cache_control(public=True, max_age=300)
def stylesheet(request: HttpRequest) -> HttpResponse:
    if not settings.SITE_ACCENT:
        raise Http404("This site has no colours of its own.")
    return HttpResponse(accent.stylesheet(settings.SITE_ACCENT), content_type="text/css; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=300)
def logo(request: HttpRequest) -> HttpResponse:
    if not settings.SITE_LOGO:
        raise Http404("This site has no logo of its own.")
    kind = mimetypes.guess_type(settings.SITE_LOGO)[0] or ""
    picture = Path(settings.SITE_LOGO).read_bytes()
    response = HttpResponse(picture, content_type=kind if kind.startswith("image/") else "image/png")
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"  # as a picture in a page it keeps its styles
    return response
