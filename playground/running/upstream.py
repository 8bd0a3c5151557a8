"""The gateway that runs go to: the configured one, or the sandbox in its place. One client an event loop."""

import asyncio
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from django.conf import settings

from gateway.client import Gateway
from gateway.exchange import Headers
from gateway.masking import MASK
from playground.sandbox.transport import SandboxTransport

_gateways: WeakKeyDictionary[asyncio.AbstractEventLoop, Gateway] = WeakKeyDictionary()


def gateway(key: str = "") -> Gateway:
    """The gateway of the running loop: setting a client up costs more than a call through it. `key` takes its own key's place."""
    loop = asyncio.get_running_loop()
    if loop not in _gateways:
        _gateways[loop] = connect()
    return _gateways[loop].under(key) if key else _gateways[loop]


def connect() -> Gateway:
    if settings.GATEWAY_URL:
        return Gateway(settings.GATEWAY_URL, settings.GATEWAY_KEY)
    base = f"{settings.SITE_URL}/sandbox/v1"
    return Gateway(base, "sandbox", transport=SandboxTransport(urlsplit(base).path))


def public(path: str) -> str:
    """The address of a call as visitors see it: the one that the site itself calls may be of a private network."""
    return settings.PUBLIC_GATEWAY_URL + path


def without_host(headers: Headers) -> Headers:
    """Request headers as visitors see them: without the host, where that is not the one they know."""
    hidden = settings.GATEWAY_URL not in ("", settings.PUBLIC_GATEWAY_URL)
    return [(name, MASK if name.lower() == "host" and hidden else value) for name, value in headers]


def is_sandbox() -> bool:
    return not settings.GATEWAY_URL


async def close() -> None:
    """Closes the running loop's client, at shutdown."""
    if found := _gateways.pop(asyncio.get_running_loop(), None):
        await found.aclose()
