"""Pages that hold what others sent: JSON can name lone surrogates, for which UTF-8 has no bytes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


def render(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Django's `render`, with a question mark for what cannot be written."""
    return HttpResponse(render_to_string(template, context, request).encode(errors="replace"), status=status)
