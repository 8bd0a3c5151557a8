"""A template rendered once, with gaps for what differs from page to page. It knows nothing of what fills them.

A template must not branch on what a gap holds: it sees the gap itself. What it branches on is given as it is, and each of those
cases is a mould of its own, kept for as long as all that was rendered into it stays true (`Snapshot.kept`).
"""

import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

MARK = f"gap-{secrets.token_hex(8)}-"  # nothing that anybody wrote has it
GAP = re.compile(rf"{MARK}(\w+)-")


class Mould:
    """The pieces of a page between its gaps, in UTF-8.

    `path` is the address of the page, for what templates say of `request`, or `gap(…)`; without one there is no request.
    """

    def __init__(self, template: str, context: Mapping[str, Any], gaps: Iterable[str], path: str = ""):
        marks = {name: gap(name) for name in gaps}
        html = render_to_string(template, {**context, **marks}, at(path) if path else None)
        parts = GAP.split(html)
        self.pieces = [part.encode() for part in parts]
        self.names = parts[1::2]

    def filled(self, texts: Mapping[str, bytes]) -> bytes:
        """The page with finished HTML in its gaps."""
        pieces = self.pieces.copy()
        pieces[1::2] = [texts[name] for name in self.names]
        return b"".join(pieces)


def gap(name: str) -> SafeString:
    """What stands for a gap while a template is rendered: letters, digits and hyphens, which no escaping changes."""
    return mark_safe(f"{MARK}{name}-")  # nosec B308


def at(path: str) -> HttpRequest:
    """A request of nobody, so that nothing of a visitor gets into what is kept."""
    request = HttpRequest()
    request.path = request.path_info = path
    return request
