"""Requests that cannot be read: what is said of them, and the length of a body that does not tell it."""

import os
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string

MEGABYTE = 1024 * 1024


class Measured(ASGIRequest):
    """A request whose body has a length, also where it came in chunks: Django takes a form without one for empty."""

    def __init__(self, scope: dict[str, Any], body_file: IO[bytes]):
        if not any(name == b"content-length" for name, _ in scope["headers"]):
            length = body_file.seek(0, os.SEEK_END)
            body_file.seek(0)
            scope = scope | {"headers": [*scope["headers"], (b"content-length", str(length).encode())]}
        super().__init__(scope, body_file)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Why nothing was done, without a look at the form: reading that is what failed."""
    status = 413 if isinstance(exception, RequestDataTooBig) else 400
    message = told(exception)
    if request.path.startswith("/sandbox/") or "application/json" in request.headers.get("Accept", ""):
        error = {"status": status, "type": "invalid_request_error", "message": message, "retry_after": None}
        return JsonResponse({"error": error}, status=status)
    return HttpResponse(render_to_string("400.html", {"told": message}), status=status)


def told(exception: Exception) -> str:
    most, fields = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // MEGABYTE, settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    sentences = {
        TooManyFieldsSent: f"The form or address has more than {fields:,} fields. Send fewer at once.",
        TooManyFilesSent: f"The form has more than {settings.DATA_UPLOAD_MAX_NUMBER_FILES:,} files. Send fewer at once.",
        RequestDataTooBig: f"The request has more than {most} MB beside its files. Shorten its texts, or send them in parts.",
        MultiPartParserError: "The form was cut off or is not a form: its parts could not be told apart. Send it again.",
    }
    usual = "The request could not be read: its address, headers or form are not as HTTP wants them."
    return sentences.get(type(exception), usual)
