"""Markdown of an answer as HTML that is safe in a page: an allow-list, applied after it was rendered.

No picture is loaded from anywhere and no address of this site is linked; whatever HTML the text holds is shown as text.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

LARGEST = 40_000  # characters of one answer: more takes seconds
LONGEST_ADDRESS = 1_000  # characters: a text may name one address and refer to it thousands of times
MOST_MADE = 1_000_000  # characters of HTML that a page is given
TAGS = set("p br hr h3 h4 h5 h6 strong em s code pre blockquote ul ol li table thead tbody tr th td a small".split())
ATTRIBUTES: dict[str, set[str]] = {"*": set(), "a": {"href"}, "ol": {"start"}}  # nh3 has attributes of its own for all tags
SCHEMES = {"http", "https", "mailto"}
REL = "nofollow noopener noreferrer"
DEEPEST_HEADING = 6


def formatted(text: str) -> SafeString | None:
    """The first LARGEST characters of a Markdown text as HTML; None where that would be too much for a page."""
    html = MARKDOWN.render(text[:LARGEST].encode(errors="replace").decode())
    if len(html) > MOST_MADE:
        return None
    safe = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, url_relative="deny", link_rel=REL)
    return mark_safe(safe)  # nh3 leaves nothing but TAGS and ATTRIBUTES  # nosec B308


def picture(tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    """A picture as its words and its address."""
    return escape(f"{tokens[at].content} ({tokens[at].attrs.get('src', '')})")


def link_end(tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    """Where a link leads stands behind it, since its words may say anything."""
    opened = next(tokens[n] for n in range(at, -1, -1) if tokens[n].type == "link_open")
    if opened.markup == "autolink":
        return "</a>"
    return f"</a> <small>({escape(place(str(opened.attrs['href'])))})</small>"


def place(address: str) -> str:
    """The host of a web address, else its beginning."""
    try:
        return urlsplit(address).hostname or address[:60] or "no address"
    except ValueError:
        return address[:60]


def heading(tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    """Under the page's own headings."""
    level = min(int(tokens[at].tag[1:]) + 2, DEEPEST_HEADING)
    return f"<{'/' if tokens[at].nesting < 0 else ''}h{level}>"


class Reader(MarkdownIt):
    """CommonMark with tables; HTML in it is text."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False, "maxNesting": 20})
        self.enable(["table", "strikethrough"])
        rules = {"image": picture, "link_close": link_end, "heading_open": heading, "heading_close": heading}
        self.renderer.rules.update(rules)

    def validateLink(self, url: str) -> bool:
        return len(url) <= LONGEST_ADDRESS and super().validateLink(url)


MARKDOWN = Reader()
