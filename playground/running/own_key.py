"""A gateway key of the visitor's own: in the session, encrypted, for a while; calls are made with it instead of the site's.

Nothing shows it again. Whoever reads the table of sessions finds a text that only SECRET_KEY opens.
"""

import base64
import re
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest

from gateway.masking import SECRET_LENGTH

if TYPE_CHECKING:
    from cryptography.fernet import Fernet  # imported where a key is: most sites take none

KEPT_HOURS = 12
LONGEST = 500  # characters
# What a bearer may be made of (RFC 6750), and the colon that some keys have: JSON writes each of these as it is, so that a key
# that a gateway echoes is found and masked.
SHAPE = re.compile(r"[A-Za-z0-9._~+/:=-]+")
PURPOSE = b"modelry: a visitor's gateway key"
PLACE = "own_key"


def is_open() -> bool:
    """Whether the operator lets visitors bring their own keys."""
    return settings.VISITOR_KEYS


class Key(str):
    """A text that no traceback and no log writes out."""

    def __repr__(self) -> str:
        return f"<key of {len(self)} characters>"


def fault(key: Key) -> str:
    """What is wrong with a key, in a sentence that does not hold it, or blank."""
    least = SECRET_LENGTH if settings.GATEWAY_URL else 1  # any word is a key to the sandbox
    if not least <= len(key) <= LONGEST:
        return f"Key (key) has {len(key)} characters; a key has {least} to {LONGEST}. Paste the whole key, and nothing else."
    if not SHAPE.fullmatch(key):
        return "Key (key) has characters that no key has: letters, digits and . _ ~ + / : = - may be in one. Paste it again."
    return ""


def keep(request: HttpRequest, key: Key) -> None:
    """Under a new id of the session: an id that someone else knew or planted opens no session with a key."""
    request.session.cycle_key()
    request.session[PLACE] = cipher().encrypt(key.encode()).decode()


def remove(request: HttpRequest) -> None:
    request.session.pop(PLACE, None)


def read(request: HttpRequest) -> Key:
    """The key, "" where there is none that can be read. Touches the session's store."""
    kept = request.session.get(PLACE) if is_open() else None
    if not kept:
        return Key()
    from cryptography.fernet import InvalidToken

    try:
        return Key(cipher().decrypt(kept.encode(), ttl=KEPT_HOURS * 3600).decode())
    except InvalidToken:  # too old, or of another SECRET_KEY
        return Key()


def forget_lost(request: HttpRequest) -> bool:
    """Removes a key that can no longer be read; whether there was one. Touches the session's store."""
    lost = is_open() and PLACE in request.session and not read(request)
    if lost:
        remove(request)
    return lost


def told(request: HttpRequest) -> dict[str, bool]:
    """What pages say of the keys that runs are made with. That one is lost is said once."""
    told = {"keys_open": is_open(), "site_key": bool(settings.GATEWAY_KEY)}
    return told | {"key_lost": forget_lost(request), "own_key": bool(read(request))}


def cipher() -> "Fernet":
    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    secret = settings.SECRET_KEY.encode()
    return Fernet(base64.urlsafe_b64encode(HKDF(SHA256(), 32, salt=None, info=PURPOSE).derive(secret)))
