"""Whether the configured gateway answers and takes the key: it is asked for its list of models, which costs nothing.

Knows what was seen, not what to do about it. One check at a time in a process, kept for a minute.
"""

import asyncio
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.crypto import salted_hmac

from catalog.sources.gateway import entries
from gateway.call import Call
from gateway.client import Gateway
from gateway.errors import FAILURES, GatewayError, json_of
from gateway.wire import Limits

CONNECT, SECONDS = 3, 5
LIMITS = Limits(connect=CONNECT, first_byte=SECONDS, idle=SECONDS, total=SECONDS)
KEPT = 60  # seconds
STATUSES = {401: "key", 403: "forbidden", 404: "no_list", 405: "no_list", 410: "no_list", 429: "busy"}
ANSWERED = ("listed", "key", "forbidden", "busy")  # the gateway itself spoke

_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


class Check(NamedTuple):
    """What came of asking. kind: `listed`, a kind of STATUSES, of GatewayError's types where no answer came, or of `kind`."""

    kind: str
    said: str = ""  # the gateway's own words, or those of the failure; never with the key
    status: int | None = None
    models: int | None = None  # how many it lists
    more: bool = False  # on further pages
    leads: str = ""  # where a redirect points
    open: bool | None = None  # whether the list comes without a key, too
    at: datetime | None = None


async def check(anew: bool = False) -> Check:
    """What is kept, unless it is older than a minute or, where it is asked for `anew`, than this question."""
    asked = timezone.now()
    async with _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
        found = await cache.aget(place())
        if found is None or (anew and found.at < asked):
            found = await ask()
            await cache.aset(place(), found, KEPT)
        return found


def kept() -> Check | None:
    """The last check, if it is not too old. Asks nothing."""
    return cache.get(place()) if settings.GATEWAY_URL else None


def place() -> str:
    """Of this address and key: the cache may be shared with other sites, or outlive a change of settings."""
    whose = salted_hmac("guide", f"{settings.GATEWAY_URL} {settings.GATEWAY_KEY}", algorithm="sha256")
    return f"gateway-check-{whose.hexdigest()}"


async def ask() -> Check:
    """With the key and, to see whether it matters, without one. A client of its own, so that every check connects anew."""
    try:
        plain = Gateway(settings.GATEWAY_URL, limits=LIMITS)
        keyed = plain.under(settings.GATEWAY_KEY)
    except ValueError as error:
        return Check("setting", str(error), at=timezone.now())
    try:
        found, *without = await asyncio.gather(*map(listed, [keyed, plain] if settings.GATEWAY_KEY else [keyed]))
    finally:
        await plain.aclose()
    is_open = {"listed": True, "key": False, "forbidden": False}.get((without or [found])[0].kind)
    return found._replace(open=is_open, at=timezone.now())


async def listed(gateway: Gateway) -> Check:
    try:
        exchange = await gateway.send(Call("/models", method="GET"))
        answer = json_of(exchange)
        count = len(entries(answer))
    except GatewayError as error:
        return Check(kind(error), error.message, error.status, leads=target(error))
    return Check("listed", status=exchange.status, models=count, more=has_more(answer))


def has_more(answer: Any) -> bool:
    return isinstance(answer, dict) and answer.get("has_more") is True


def kind(error: GatewayError) -> str:
    """By the status first: the gateway's own word for an error may be any."""
    status = error.status or 0
    if error.type == "bad_response" and error.exchange and error.exchange.content_type == "text/html":
        return "html"
    if error.type == "bad_response" and (status or error.exchange is None):  # of the wire's own the exchange is known
        return "no_json"
    if error.type in FAILURES:
        return error.type
    return STATUSES.get(status) or ("failing" if status >= 500 else "refused")


def target(error: GatewayError) -> str:
    """Where a redirect points, without what may be secret in it."""
    header = error.exchange.header("location") if error.type == "redirect_refused" and error.exchange else None
    try:
        url = urlsplit(header or "")
    except ValueError:
        return ""
    host = url.netloc.rpartition("@")[2]
    return f"{url.scheme}://{host}{url.path}" if host else url.path
