"""How often passwords may be tried: from one network address, and of one account by browsers that it does not know.

A stranger who tries an account from many addresses is slowed, yet does not lock its owner out: a browser in which somebody
signed in before has attempts of its own (OWASP's device cookies), and a letter about a lost password makes another one known.
"""

import hmac
import logging
import secrets
import unicodedata
from hashlib import sha256
from math import ceil
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase
from prometheus_client import Counter

from catalog.operation import failures
from playground.bounds import buckets
from playground.bounds.buckets import Share
from playground.visitors import address

SIGN_INS = Counter("modelry_sign_ins_refused", "Sign-ins that failed, or were held back before they were tried.", ["outcome"])
log = logging.getLogger(__name__)
HOUR = 3600  # seconds
LETTERS = 5  # an hour to one mail address
KNOWN_FOR = 180 * 24 * HOUR  # seconds for which a browser is known
SALT = "modelry: a browser that signed in"


def wait(request: HttpRequest, name: str) -> int:
    """Counts one attempt at the account `name`, which may be none. Seconds after which the next one is allowed, 0 if this is."""
    at_account = Share(of_browser(request, name), settings.SIGN_INS_PER_MINUTE, HOUR)
    seconds = ceil(buckets.take([of_address(request), at_account]))
    if seconds:
        log.warning("Sign-in held back for %s s: %s", seconds, who(request, name))
        count("held_back", 429)
    return seconds


def wait_for_letter(request: HttpRequest, email: str) -> int:
    """Counts a letter that is asked for. Seconds after which the next one may be, 0 if this one may."""
    return ceil(buckets.take([of_address(request), Share(digest("letters", email), LETTERS, HOUR)]))


def of_address(request: HttpRequest) -> Share:
    return Share(digest("attempts from", address(request)), settings.SIGN_INS_PER_MINUTE)


def of_browser(request: HttpRequest, name: str) -> str:
    """Whose attempts these are: those of a browser that is known to the account, else of all that are not, together."""
    return digest("attempts at", name, request.get_signed_cookie(cookie(name), "", SALT, KNOWN_FOR))


def remember(request: HttpRequest, response: HttpResponseBase, name: str) -> None:
    """Makes this browser known to the account that it has just proved to have."""
    known = request.get_signed_cookie(cookie(name), "", SALT, KNOWN_FOR) or secrets.token_urlsafe(12)
    flags = {"secure": settings.SECURE, "httponly": True, "samesite": "Lax"}
    response.set_signed_cookie(cookie(name), known, SALT, max_age=KNOWN_FOR, **flags)


def cookie(name: str) -> str:
    return f"known_{digest('account', name)[:12]}"


def digest(*parts: str) -> str:
    """Of names as people type them; nobody reads them from it."""
    told = "\n".join(unicodedata.normalize("NFKC", part).casefold() for part in parts)
    return hmac.new(settings.SECRET_KEY.encode(), told.encode("utf-8", "replace"), sha256).hexdigest()


def who(request: HttpRequest | None, name: str) -> str:
    """For the log: the account's number, never what was typed, which may be a password in the wrong field."""
    found = get_user_model().objects.filter(username=name.replace("\0", "")).values_list("pk", flat=True).first()
    place = address(request)[:12] if request else "nowhere"
    return f"account {found or 'unknown'}, from address {place}"


@receiver(user_login_failed)
def failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    log.warning("Sign-in failed: %s", who(request, credentials.get("username") or ""))
    count("refused", 422)


def count(outcome: str, status: int) -> None:
    """For staff: how many there were, and nothing of who it was."""
    SIGN_INS.labels(outcome).inc()
    failures.note("sign_in", outcome, status=status)
