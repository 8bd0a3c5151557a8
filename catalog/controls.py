"""Characters that are no text: those that end a line, cannot be seen, or turn what stands beside them."""

import re

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

# C0 and C1 but tab and line ends, Unicode's own line ends, halves of pairs, and what XML cannot hold.
CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff"
# Embeddings, overrides and isolates: they change the order in which all that follows on a line is shown.
TURNING = "\u202a-\u202e\u2066-\u2069"
# Without width. Joiners (U+200C, U+200D) are none of them: Persian and emoji need them.
UNSEEN = "\u200b\u200e\u200f\u2060\ufeff"

IN_TEXT = re.compile(f"[{CONTROLS}{TURNING}{UNSEEN}]")  # what no name and no description may hold
SHOWN = re.compile(f"[{CONTROLS}{TURNING}]")  # what a page shows by its number
IN_LINE = re.compile(f"[{CONTROLS}{TURNING}\t\n\r]")  # what a line is made without


def named(text: str) -> str:
    """The first of them in a text as `U+202E`, or blank."""
    found = IN_TEXT.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def shown(text: object) -> SafeString:
    """A text as HTML in which each of them is seen and turns nothing: it stays where it was, in an isolate of its own.

    What an isolate opens ends with it (Unicode's UAX #9, X6a), so that the text can still be copied as it came.
    """
    return mark_safe(SHOWN.sub(isolated, conditional_escape("" if text is None else text)))  # escaped, and only our marks put in  # nosec B308


def isolated(found: re.Match[str]) -> str:
    return f'<bdi class="ctl" data-code="U+{ord(found[0]):04X}">{found[0]}</bdi>'
