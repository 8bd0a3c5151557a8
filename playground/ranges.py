"""Parts of a file (RFC 9110, section 14): without them browsers cannot move in a sound or video, and some play none."""

import re
from collections.abc import AsyncIterator, Mapping
from typing import BinaryIO

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from playground.kept import Kept

PIECE = 64 * 1024  # bytes, which a disk gives faster than a thread would
SMALL = 1024 * 1024  # bytes that are handed out whole
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


def answer(file: Kept, kind: str, header: str, headers: Mapping[str, str]) -> HttpResponseBase:
    """The file, or the part of it that is asked for: 200, 206, or 416 where there is no such part. Raises OSError."""
    length = file.size()
    wanted, headers = asked(header, length), {**headers, "Accept-Ranges": "bytes"}
    start, end = wanted or (0, length)
    if wanted and start >= length:
        return HttpResponse(b"", kind, 416, headers=headers | {"Content-Range": f"bytes */{length}"})
    place = {"Content-Range": f"bytes {start}-{end - 1}/{length}"} if wanted else {}
    headers |= {"Content-Length": str(end - start)} | place
    opened, status = file.open(), 206 if wanted else 200
    opened.seek(start)
    if end - start <= SMALL:
        with opened:
            return HttpResponse(opened.read(end - start), kind, status, headers=headers)
    return StreamingHttpResponse(pieces(opened, opened.read(PIECE), end - start), kind, status, headers=headers)


async def pieces(opened: BinaryIO, first: bytes, length: int) -> AsyncIterator[bytes]:
    """A part a piece at a time, each once a visitor has taken the one before: little of a large file waits in memory.

    `first` was read before, in a thread: storages elsewhere bring the file here with that.
    """
    with opened:
        yield first
        left = length - len(first)
        while left and (piece := opened.read(min(PIECE, left))):
            yield piece
            left -= len(piece)
