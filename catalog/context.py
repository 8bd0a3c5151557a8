"""What every template may say of the site itself."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

SITE = {
    "SITE_NAME": settings.SITE_NAME, "SITE_LOGO": settings.SITE_LOGO,
    "SITE_ACCENT": settings.SITE_ACCENT, "SITE_URL": settings.SITE_URL,
    "CONTACT_URL": settings.CONTACT_URL, "TERMS_URL": settings.TERMS_URL, "GET_KEY_URL": settings.GET_KEY_URL,
    "PUBLIC_GATEWAY_URL": settings.PUBLIC_GATEWAY_URL, "KEY_VARIABLE": settings.KEY_VARIABLE,
    "KEY_PLACEHOLDER": settings.KEY_PLACEHOLDER, "SANDBOX": not settings.GATEWAY_URL,
    "VISITOR_KEYS": settings.VISITOR_KEYS,
}  # fmt: skip


def site(request: HttpRequest) -> dict[str, Any]:
    """The operator's face and the addresses to print. Nothing about the visitor: pages are the same for everyone."""
    return SITE
