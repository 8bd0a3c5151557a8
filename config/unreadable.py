"""Requests that cannot be read: forms that are cut off or not in UTF-8, too many fields, another host."""

import codecs
from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import sync_and_async_middleware

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's own looks for a token against forgery, and so reads once more the form that could not be read: a 500."""
    return render(request, "400.html", {"most_fields": f"{settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:,}"}, status=400)


@sync_and_async_middleware
def utf8_only(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Refuses forms in another encoding: some of those that Python knows cannot replace what they cannot read."""

    def refusal(request: HttpRequest) -> HttpResponse | None:
        if request.encoding is None or request.content_type not in FORMS:
            return None
        if codecs.lookup(request.encoding).name != "utf-8":
            return bad_request(request)
        request.encoding = "utf-8"  # Django knows it by this name only
        return None

    def answer(request: HttpRequest) -> HttpResponse:
        return refusal(request) or get_response(request)

    async def answer_async(request: HttpRequest) -> HttpResponse:
        return refusal(request) or await get_response(request)

    return answer_async if iscoroutinefunction(get_response) else answer
