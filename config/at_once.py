"""Kept pages as the bytes of a whole HTTP/1.1 answer, for a connection that writes them without asking the application.

That leaves out a task, five applications around the page and what the server checks of their answers: most of what a kept page
costs. Who asks for anything unusual is left to the application, and so is what is not kept; its answers are the same.
"""

import functools
import http
import re
import time

from django.conf import settings

from catalog.pagecache import Answer, PageCache, ours
from config import edge, headers

USUAL = re.compile(rb"(/[^?#%\x80-\xff]*)(?:\?([^#\x80-\xff]*))?")  # an address whose path needs no decoding
WITH_BODY = (b"content-length", b"transfer-encoding", b"expect", b"upgrade")

Pairs = list[tuple[bytes, bytes]]


class AtOnce:
    """Looks into `cache`."""

    def __init__(self, cache: PageCache):
        self.cache = cache

    def __call__(self, url: bytes, sent: Pairs, standing: Pairs) -> bytes | None:
        """The answer to a GET with the headers `sent`, beginning with the server's `standing` headers; None where the
        application has to be asked. Counts the request and writes its line.
        """
        begun = time.perf_counter()
        asked, parts = dict(sent), USUAL.fullmatch(url)
        if not (parts and ours(sent) and asked.keys().isdisjoint(WITH_BODY)):
            return None
        if settings.SECURE and headers.told_plain({"headers": sent}):
            return None
        path = parts[1].decode()
        found = self.cache.at_hand(path, parts[2] or b"", asked)
        if not found:
            return None
        entry, answer = found
        id = edge.id_of(sent)
        edge.end(entry.route, "GET", answer.status, id.decode(), time.perf_counter() - begun, len(answer.body))
        return b"".join((STATUS[answer.status], lines(standing), *head(path, answer), id, b"\r\n\r\n", answer.body))


STATUS = {status: f"HTTP/1.1 {status} {http.HTTPStatus(status).phrase}\r\n".encode() for status in (200, 304)}


def head(path: str, answer: Answer) -> list[bytes]:
    """The headers of a page, up to the value of the last, in two parts: what is the same for all pages is kept once."""
    if not answer.head:
        given = answer.headers
        guards = headers.complete({"path": path, "headers": []}, given)[len(given):]
        answer.head.extend((lines(given), closed(tuple(guards))))
    return answer.head


@functools.cache
def closed(guards: tuple[tuple[bytes, bytes], ...]) -> bytes:
    return lines(list(guards)) + edge.REQUEST_ID + b": "


def lines(pairs: Pairs) -> bytes:
    return b"".join(b"%s: %s\r\n" % pair for pair in pairs)
