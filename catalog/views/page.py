"""What all pages of the catalog have in common."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


def shared(seconds: int) -> dict[str, Any]:
    """For how long a CDN may answer by itself; none where no operator says so, since an edit shows at once elsewhere.

    For as long again it may give what it has while it asks for the new page, so that no visitor waits. `must-revalidate` would
    forbid that, and without `max-age=0` browsers would ask nobody.
    """
    return {"s_maxage": seconds, "stale_while_revalidate": seconds} if seconds else {"must_revalidate": True}


# The same for everyone, kept by the page cache; a browser asks each time whether it still has the latest.
public = cache_control(public=True, max_age=0, **shared(settings.CDN_SECONDS))


def page(view: Callable) -> Callable:
    """Read only and the same for everyone: `catalog.pagecache` may keep it, a browser asks whether it is still so."""
    return require_safe(cache_control(public=True, max_age=0)(view))


def in_memory(view: Callable) -> Callable:
    """Marks a page that asks neither the database nor who asks, so that `config.lane` may answer it without Django's handler."""
    view.in_memory = True
    return view
