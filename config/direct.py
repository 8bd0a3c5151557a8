"""Django's middleware without the turn of a thread that it gives each of its methods under ASGI: a turn costs more than most do.

What may ask the database keeps its turn: saving a session, the messages of one, and the page for a form without a token.
"""

from collections.abc import Callable
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.middleware.common import CommonMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.deprecation import MiddlewareMixin

SMALL = 64 * 1024  # bytes of a form


class Direct(MiddlewareMixin):
    async def __acall__(self, request: HttpRequest) -> Any:
        response = self.process_request(request) or await self.get_response(request)
        if not hasattr(self, "process_response"):
            return response
        if self.asks(request):
            return await sync_to_async(self.process_response)(request, response)
        return self.process_response(request, response)

    def asks(self, request: HttpRequest) -> bool:
        """Whether `process_response` may ask the database."""
        return False


class Session(Direct, SessionMiddleware):
    def asks(self, request: HttpRequest) -> bool:
        return request.session.modified


class Common(Direct, CommonMiddleware):
    pass


class Csrf(Direct, CsrfViewMiddleware):
    """The check of a small form is made at once; a large one takes a while to be read, and who is refused gets a page."""

    def __init__(self, get_response: Callable):
        super().__init__(get_response)
        if self.async_mode:
            self.process_view, self._reject = self.checked, reject

    async def checked(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        check = super().process_view
        try:
            return check(request, *view) if is_small(request) else await sync_to_async(check)(request, *view)
        except Rejected as rejected:
            return await sync_to_async(super()._reject)(request, str(rejected))


class Rejected(Exception):
    """Why a form was refused."""


def reject(request: HttpRequest, reason: str) -> HttpResponse:
    raise Rejected(reason)


def is_small(request: HttpRequest) -> bool:
    told = request.META.get("CONTENT_LENGTH") or "0"
    return request.method in ("GET", "HEAD") or told.isdecimal() and 0 < int(told) <= SMALL


class Authentication(Direct, AuthenticationMiddleware):
    pass


class Messages(Direct, MessageMiddleware):
    def asks(self, request: HttpRequest) -> bool:
        return request._messages.used or request._messages.added_new
