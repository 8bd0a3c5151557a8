"""The short way to pages that are made of the catalog in memory alone, which need nothing of what Django does around a view.

A view takes it by `@in_memory` (`catalog/views/page.py`). It may ask neither the database nor who asks: there is no session, no
account and no CSRF token. What is not such a page, or does not come out as one, is Django's: so errors are worded in one place.
"""

import functools
import io
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponseBase
from django.urls import ResolverMatch, resolve
from django_htmx.middleware import HtmxDetails

from catalog import snapshot
from catalog.operation import seen
from catalog.pagecache import ours

BODY = {b"content-type", b"content-length", b"transfer-encoding"}  # headers of a request that brings something to read


class Lane:
    """An ASGI application around `inner`."""

    def __init__(self, inner: Any):
        self.inner = inner

    async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
        response = await page(scope) if plain(scope) else None
        if response is None:
            return await self.inner(scope, receive, send)
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.items()]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": response.content})


def plain(scope: dict) -> bool:
    """Whether a page may be answered from here: asked of this site without a body, at its root, of a catalog that is watched."""
    asked = scope["type"] == "http" and scope["method"] == "GET" and not scope.get("root_path")
    return asked and snapshot.watched and ours(scope["headers"]) and BODY.isdisjoint(name for name, _ in scope["headers"])


async def page(scope: dict) -> HttpResponseBase | None:
    """The finished page, or None where Django has to answer. A page is only read, so that it may be asked for twice."""
    try:
        match = found(scope["path"])
        if not getattr(match.func, "in_memory", False):
            return None
        request = ASGIRequest(scope, io.BytesIO())
        request.resolver_match, request.htmx = match, HtmxDetails(request)
        response = await match.func(request, *match.args, **match.kwargs)
    except Exception:  # whatever it is, Django meets it again and tells it
        return None
    seen.of(scope).route = match.view_name
    response.headers["Content-Length"] = str(len(response.content))
    return response if response.status_code == 200 else None


@functools.lru_cache(maxsize=1000)
def found(path: str) -> ResolverMatch:
    """The view of an address. Raises Resolver404."""
    return resolve(path)
