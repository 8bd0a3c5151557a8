"""Parts of a file (RFC 9110, section 14): without them browsers cannot move in a sound or video, and some play none."""

import re
from collections.abc import Mapping

from django.http import HttpResponse

ONE_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")


def asked(header: str, length: int) -> tuple[int, int] | None:
    """First byte and the one after the last that a Range header asks for.

    None means the whole file: without a header, for several ranges, or for one that is not understood. A first byte at or
    after `length` cannot be had.
    """
    match = ONE_RANGE.fullmatch(header.replace(" ", ""))
    if not match or not any(match.groups()):
        return None
    first, last = match.groups()
    if not first:
        return (max(0, length - int(last)), length) if int(last) else (length, length)
    end = min(int(last) + 1, length) if last else length
    return None if last and int(last) < int(first) else (int(first), end)


def answer(content: bytes, kind: str, header: str, headers: Mapping[str, str]) -> HttpResponse:
    """The file, or the part of it that is asked for: 200, 206, or 416 where there is no such part."""
    length, headers = len(content), {**headers, "Accept-Ranges": "bytes"}
    wanted = asked(header, length)
    if wanted is None:
        return HttpResponse(content, kind, headers=headers)
    start, end = wanted
    if start >= length:
        return HttpResponse(b"", kind, 416, headers=headers | {"Content-Range": f"bytes */{length}"})
    place = f"bytes {start}-{end - 1}/{length}"
    return HttpResponse(content[start:end], kind, 206, headers=headers | {"Content-Range": place})
