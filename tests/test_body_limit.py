"""A body beyond what is taken is refused before it is read, whether it says its size or not."""

import asyncio
import socket
from urllib.parse import urlsplit

import pytest

from config import body_limit

CHUNK = b"x" * 1024 * 1024


def status(site: str, length: int, body: bytes = b"") -> str:
    """The status that a form of these bytes is answered with, which says that it has `length` of them."""
    url = urlsplit(site)
    lines = ["POST /playground/run HTTP/1.1", f"Host: {url.netloc}", "Content-Type: multipart/form-data; boundary=x"]
    with socket.create_connection((url.hostname, url.port), timeout=20) as wire:
        wire.sendall("\r\n".join([*lines, f"Content-Length: {length}", "", ""]).encode() + body)
        return wire.recv(4096).split()[1].decode()


def test_a_large_body_is_refused_by_what_it_says(site):
    assert status(site, body_limit.MOST + 1) == "413"


def test_a_small_body_is_read(site):
    assert status(site, 2, b"ab") in ("400", "403")


WHOLE = body_limit.MOST // len(CHUNK)


@pytest.mark.parametrize(("chunks", "answered"), [(WHOLE, [200]), (WHOLE + 1, [413])])
def test_a_body_is_counted_as_it_comes(chunks, answered):
    async def inner(scope, receive, send):
        while (message := await receive())["type"] == "http.request":
            if not message["more_body"]:
                return await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive():
        nonlocal chunks
        chunks -= 1
        return {"type": "http.request", "body": CHUNK, "more_body": chunks > 0}

    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(body_limit.BodyLimit(inner)({"type": "http", "headers": []}, receive, send))
    assert [message["status"] for message in sent if "status" in message] == answered
