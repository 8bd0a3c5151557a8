"""What all pages of the catalog have in common."""

from collections.abc import Callable

from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


def page(view: Callable) -> Callable:
    """Read only and the same for everyone: `catalog.pagecache` may keep it, a browser asks whether it is still so."""
    return require_safe(cache_control(public=True, max_age=0)(view))


def in_memory(view: Callable) -> Callable:
    """Marks a page that asks neither the database nor who asks, so that `config.lane` may answer it without Django's handler."""
    view.in_memory = True
    return view
