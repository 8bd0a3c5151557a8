"""What all pages of the catalog have in common."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe


def public(seconds: int) -> str:
    """The same for everyone, kept by the page cache; a browser asks each time whether it still has the latest.

    `seconds`: for how long a CDN may answer by itself; 0 where no operator says so, since an edit shows at once elsewhere. For as
    long again it may give what it has while it asks for the new page, so that no visitor waits. `must-revalidate` would forbid
    that, and without `max-age=0` browsers would ask nobody.
    """
    shared = f"s-maxage={seconds}, stale-while-revalidate={seconds}" if seconds else "must-revalidate"
    return f"public, max-age=0, {shared}"


PUBLIC = public(settings.CDN_SECONDS)


def page(view: Callable[..., Awaitable[HttpResponseBase]]) -> Callable:
    """Read only and public."""

    @require_safe
    @wraps(view)
    async def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = await view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", PUBLIC)
        return response

    return shown


def in_memory(view: Callable) -> Callable:
    """Marks a page that asks neither the database nor who asks, so that `config.lane` may answer it without Django's handler."""
    view.in_memory = True
    return view
