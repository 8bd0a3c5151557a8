"""The gateway's client: an address and a key. Knows how to send a Call, not what it means."""

import contextlib
import copy
import re
from collections.abc import AsyncIterator

import httpx

from gateway.call import Call
from gateway.errors import only_error
from gateway.exchange import Exchange
from gateway.masking import Mask
from gateway.transport import Separate
from gateway.wire import Limits, Wire

LIMITS = Limits()


class Gateway:
    """One gateway, for the lifetime of one event loop; close it with `aclose()`.

    base_url: an OpenAI base URL (ends in /v1). key: sent as a bearer, "" sends none; no other way does it leave this
    object. transport: an httpx transport instead of the network. Nothing is retried: a request may cost money.
    Raises ValueError for a URL or key that cannot be used.
    """

    def __init__(
        self,
        base_url: str,
        key: str = "",
        transport: httpx.AsyncBaseTransport | None = None,
        limits: Limits = LIMITS,
    ):
        self.base_url = _checked_url(base_url)
        self._key = _checked_key(key)
        self.mask = Mask(self._key)
        self._limits = limits
        self._transport = transport or Separate()

    def __repr__(self) -> str:
        return f"<Gateway {self.base_url}>"

    def under(self, key: str) -> "Gateway":
        """The same gateway by the same transport, with another key in place of its own. Raises ValueError as above."""
        other = copy.copy(self)
        other._key = _checked_key(key)
        other.mask = Mask(other._key)
        return other

    def masked(self, text: str | None) -> str | None:
        """`text` without this gateway's key."""
        return text and self.mask.text(text)

    async def send(self, call: Call) -> Exchange:
        """The whole answer of a call. Raises GatewayError, also for a 200 whose body is nothing but an error."""
        async with self.stream(call) as exchange:
            await exchange.read()
        if error := only_error(exchange):
            raise error
        return exchange

    @contextlib.asynccontextmanager
    async def stream(self, call: Call) -> AsyncIterator[Exchange]:
        """The exchange of a call once its status is known: read by `events()` if `is_event_stream`, else by `read()`.

        Leaving the block, also by cancellation, hangs up at once. Raises GatewayError.
        """
        wire = Wire(Exchange(call.method, self.base_url + call.path), self._limits, self._key, self.mask)
        try:
            await wire.open(self._transport, call)
            yield wire.exchange
        finally:
            await wire.close()

    async def aclose(self) -> None:
        """Closes all connections, also those of streams under way."""
        await self._transport.aclose()


def _checked_url(base_url: str) -> str:
    """Without a trailing slash. The messages leave the URL out: what is wrong with it may be a password in it."""
    text = base_url.strip().rstrip("/")
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        raise ValueError("The gateway's address is no URL.") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError("The gateway's address must be an http or https URL.")
    if url.userinfo or "?" in text or "#" in text:
        raise ValueError("The gateway's address must have no user, query or fragment.")
    return text


def _checked_key(key: str) -> str:
    key = key.strip()
    if not re.fullmatch(r"[!-~]*", key):
        raise ValueError("The gateway's key has characters that no header may carry.")
    return key
