"""Signs in whom a reverse proxy names in a header (TRUSTED_USER_HEADER), with an account that has no rights.

Whoever reaches the site past the proxy can name anyone, which is why staff never comes this way. SECURITY.md says more.
"""

import re
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import RemoteUserBackend
from django.contrib.auth.middleware import RemoteUserMiddleware
from django.http import HttpRequest

NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._@+-]{0,148}[A-Za-z0-9])?")
# Where pages differ from one visitor to the next. All others are kept for everyone, and must not carry a cookie.
PERSONAL = ("/playground", "/accounts/", "/admin", "/r/")
FOR_EVERYONE = ("/playground/models",)


class TrustedHeader(RemoteUserMiddleware):
    """Without the header, whom it signed in is signed out; who signed in with a password is left alone."""

    def __init__(self, get_response: Any):
        super().__init__(get_response)
        self.header = "HTTP_" + settings.TRUSTED_USER_HEADER.upper().replace("-", "_")

    def process_request(self, request: HttpRequest) -> None:
        if is_personal(request.path):
            super().process_request(request)

    async def aprocess_request(self, request: HttpRequest) -> None:
        if is_personal(request.path):
            await super().aprocess_request(request)


def is_personal(path: str) -> bool:
    return path.startswith(PERSONAL) and path not in FOR_EVERYONE


class TrustedHeaderBackend(RemoteUserBackend):
    """Makes an account at the first sight of a name. Asked again at each request whether its user may still be signed in."""

    def authenticate(self, request: HttpRequest | None, remote_user: str) -> Any:
        return super().authenticate(request, remote_user) if NAME.fullmatch(remote_user) else None

    async def aauthenticate(self, request: HttpRequest | None, remote_user: str) -> Any:
        return await super().aauthenticate(request, remote_user) if NAME.fullmatch(remote_user) else None

    def configure_user(self, request: HttpRequest | None, user: Any, created: bool = True) -> Any:
        if created:
            user.set_unusable_password()
            user.save()
        return user

    def user_can_authenticate(self, user: Any) -> bool:
        return super().user_can_authenticate(user) and not (user.is_staff or user.is_superuser)
