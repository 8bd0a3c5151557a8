"""Requests that cannot be read: what is said of them, and the length of a body that does not tell it."""

import codecs
import logging
import os
from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.decorators import sync_and_async_middleware

MEGABYTE = 1024 * 1024
NOT_OURS = (
    "the form came without a valid token of this site. Load a page of it, keep its cookies, and send the csrftoken cookie's "
    "value as X-CSRFToken, with a Referer or Origin of this site."
)
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")

FORM_ONLY = "This address takes what a form's button sends, and has no page of its own."


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
    if request.path.startswith("/sandbox/") or wants_json(request):
        return as_json(status, "invalid_request_error", message)
    return HttpResponse(render_to_string("400.html", {"told": message, "SITE_NAME": settings.SITE_NAME}), status=status)


def wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def as_json(status: int, kind: str, message: str) -> JsonResponse:
    return JsonResponse({"error": {"status": status, "type": kind, "message": message, "retry_after": None}}, status=status)


def no_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW. Its `reason` is for who makes the site."""
    if wants_json(request):
        return as_json(403, "csrf_failed", f"Nothing was done: {NOT_OURS}")
    return render(request, "403_csrf.html", status=403)


def told(exception: Exception) -> str:
    most, fields = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // MEGABYTE, settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    sentences = {
        TooManyFieldsSent: f"The form or address has more than {fields:,} fields. Send fewer at once.",
        TooManyFilesSent: f"The form has more than {settings.DATA_UPLOAD_MAX_NUMBER_FILES:,} files. Send fewer at once.",
        RequestDataTooBig: f"The request has more than {most} MB beside its files. Shorten its texts, or send them in parts.",
        MultiPartParserError: "The form was cut off or is not a form: its parts could not be told apart. Send it again.",
        OtherCharset: "The form is not in UTF-8. Send it again as UTF-8.",
    }
    usual = "The request could not be read: its address, headers or form are not as HTTP wants them."
    return sentences.get(type(exception), usual)


class OtherCharset(BadRequest):
    """A form that is not in UTF-8."""


@sync_and_async_middleware
def utf8_only(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Refuses forms in another encoding: some of those that Python knows cannot replace what they cannot read."""

    def refusal(request: HttpRequest) -> HttpResponse | None:
        if request.encoding is None or request.content_type not in FORMS:
            return None
        if codecs.lookup(request.encoding).name != "utf-8":
            return bad_request(request, OtherCharset())
        request.encoding = "utf-8"  # Django knows it by this name only
        return None

    def answer(request: HttpRequest) -> HttpResponse:
        return refusal(request) or get_response(request)

    async def answer_async(request: HttpRequest) -> HttpResponse:
        return refusal(request) or await get_response(request)

    return answer_async if iscoroutinefunction(get_response) else answer


class OneLine(logging.Filter):
    """A request that nobody can read is one line of the log: it is the sender's fault, of which a traceback shows nothing."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], SuspiciousOperation):
            record.exc_info = None
        return True


@sync_and_async_middleware
def worded(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Gives browsers a page where an address of a form is opened as one: Django's answer to that is blank."""

    def with_words(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.status_code == 405 and not response.content and "text/html" in request.headers.get("Accept", ""):
            response.content = render_to_string("400.html", {"told": FORM_ONLY, "SITE_NAME": settings.SITE_NAME})
            response.headers["Content-Length"] = str(len(response.content))  # CommonMiddleware counted the blank one
        return response

    if not iscoroutinefunction(get_response):
        return lambda request: with_words(request, get_response(request))

    async def answer(request: HttpRequest) -> HttpResponse:
        return with_words(request, await get_response(request))

    return answer
