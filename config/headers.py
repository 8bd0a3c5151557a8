"""What every answer of the site tells a browser it may do, whoever made the answer, and the way from http to https.

Outermost, because static files, kept pages and refused bodies leave before Django. An answer's own header stays.
"""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

# Pictures of data: a chosen file before it is sent, and the page's icon. Workers would fall back to scripts; what has no rule
# of its own (frames, fonts, objects, manifests) falls back to none.
POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; "
    b"worker-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# No script may make HTML of a text, but by the policy of static/js/browse.js. The admin's own (jQuery) do.
TRUSTED = b"; require-trusted-types-for 'script'; trusted-types modelry"
# What browsers can do and no page here needs. Clipboard, full screen and picture in picture stay the site's own.
DENIED = (
    "accelerometer autoplay bluetooth browsing-topics camera display-capture encrypted-media gamepad geolocation gyroscope hid "
    "idle-detection keyboard-map local-fonts magnetometer microphone midi otp-credentials payment publickey-credentials-create "
    "publickey-credentials-get screen-wake-lock serial storage-access usb window-management xr-spatial-tracking"
).split()
OWN = ("clipboard-write", "fullscreen", "picture-in-picture")
PERMISSIONS = b"permissions-policy"
HEADERS = {
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    PERMISSIONS: ", ".join([*(f"{name}=()" for name in DENIED), *(f"{name}=(self)" for name in OWN)]).encode(),
    b"referrer-policy": b"same-origin",
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
}
# What becomes a part of a page and never one itself: what a page may do is the page's to say, in 800 bytes.
PARTS = (b"text/css", b"text/javascript")
# Without subdomains and preload: both speak for hosts that are not this site's.
HSTS = (b"strict-transport-security", b"max-age=31536000")
# What a load balancer asks on the machine's own network.
PLAIN = ("/healthz", "/readyz", "/metrics")
CSP = b"content-security-policy"
ANY_ORIGIN = (b"access-control-allow-origin", b"*")


class Headers:
    """An ASGI application around `inner`."""

    def __init__(self, inner: Any):
        self.inner = inner

    async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return await self.inner(scope, receive, send)

        async def guarded(message: dict) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": complete(scope, message.get("headers", ()))}
            await send(message)

        await (redirect(scope, guarded) if to_https(scope) else self.inner(scope, receive, guarded))


def complete(scope: dict, given: Any) -> list[tuple[bytes, bytes]]:
    """The headers of an answer, with those that it lacks."""
    found = [(bytes(name).lower(), bytes(value)) for name, value in given]
    due = HEADERS | {CSP: policy(scope["path"])}
    if ANY_ORIGIN in found:
        due[b"cross-origin-resource-policy"] = b"cross-origin"
    if settings.SECURE and not told_plain(scope):
        due |= [HSTS]
    if any(name == b"content-type" and value.startswith(PARTS) for name, value in found):
        del due[PERMISSIONS]
    here = {name for name, _ in found}
    return [*found, *((name, value) for name, value in due.items() if name not in here)]


def policy(path: str) -> bytes:
    return POLICY if path == "/admin" or path.startswith("/admin/") else POLICY + TRUSTED


def told_plain(scope: dict) -> bool:
    """Whether the proxy says that the visitor came over http. Where it says nothing that is unknown."""
    words = [value for name, value in scope["headers"] if name == b"x-forwarded-proto"] if settings.TRUST_PROXY else []
    return bool(words) and {word.strip().lower() for word in b",".join(words).split(b",")} == {b"http"}


def to_https(scope: dict) -> bool:
    """Whether the visitor is to come again over https.

    Browsers send Sec-Fetch-Mode over https alone: with it, a proxy that says http is wrong, and a redirect would never end.
    """
    over_tls = scope.get("scheme") == "https" or any(name == b"sec-fetch-mode" for name, _ in scope["headers"])
    return settings.SECURE and told_plain(scope) and not over_tls and scope["path"] not in PLAIN


async def redirect(scope: dict, send: Any) -> None:
    """To the site's own host, whatever host was asked for, with the same method and body."""
    query = b"?" + scope["query_string"] if scope["query_string"] else b""
    place = f"https://{urlsplit(settings.SITE_URL).netloc}".encode() + scope.get("raw_path", b"/") + query
    headers = [(b"location", place), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 308, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
