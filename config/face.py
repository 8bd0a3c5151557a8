"""The operator's own face: an accent colour and a logo, which the strict CSP lets in as files only."""

import mimetypes
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

# Whatever colour is chosen, its lightness is held where the design's text keeps its contrast in light and in dark.
ACCENT = """@layer tokens {{ :root {{
  --accent: light-dark(oklch(from {0} min(l, .468) c h), oklch(from {0} max(l, .775) min(c, .12) h));
  --accent-hi: light-dark(oklch(from {0} min(l, .4) c h), oklch(from {0} max(l, .84) min(c, .09) h));
  --wash: light-dark(oklch(from {0} .955 .02 h), oklch(from {0} .275 .05 h));
}} }}
"""


@require_safe
@cache_control(public=True, max_age=300)
def stylesheet(request: HttpRequest) -> HttpResponse:
    if not settings.SITE_ACCENT:
        raise Http404("This site has no colours of its own.")
    return HttpResponse(ACCENT.format(settings.SITE_ACCENT), content_type="text/css; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=300)
def logo(request: HttpRequest) -> HttpResponse:
    if not settings.SITE_LOGO:
        raise Http404("This site has no logo of its own.")
    kind = mimetypes.guess_type(settings.SITE_LOGO)[0] or ""
    picture = Path(settings.SITE_LOGO).read_bytes()
    response = HttpResponse(picture, content_type=kind if kind.startswith("image/") else "image/png")
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
