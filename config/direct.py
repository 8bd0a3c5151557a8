"""Django's middleware without the turn of a thread that it gives each of its methods under ASGI: a turn costs more than most do.

What may ask the database keeps its turn: saving a session, the messages of one, and the page for a form without a token.
"""

from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.middleware.common import CommonMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.deprecation import MiddlewareMixin


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
    pass


class Authentication(Direct, AuthenticationMiddleware):
    pass


class Messages(Direct, MessageMiddleware):
    def asks(self, request: HttpRequest) -> bool:
        return request._messages.used or request._messages.added_new
