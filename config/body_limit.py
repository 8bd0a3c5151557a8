"""Bodies larger than anything that is taken here end before they are read: Django would write them to disk first."""

from typing import Any

from django.conf import settings

MEGABYTE = 1024 * 1024
FILES = 3  # of the largest size, in one form
MOST = FILES * settings.MAX_FILE_MB * MEGABYTE + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
TOLD = f"The request is larger than the {MOST // MEGABYTE} MB that are taken. Go back and choose smaller files.\n".encode()


class BodyLimit:
    """An ASGI application: 413 for a body that says it is too large, or turns out to be; everything else from `inner`."""

    def __init__(self, inner: Any):
        self.inner = inner

    async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and said(scope) > MOST:
            return await refuse(send)
        await self.inner(scope, Counted(receive, send) if scope["type"] == "http" else receive, send)


class Counted:
    """`receive`, which answers for itself and hangs up once too much has come."""

    def __init__(self, receive: Any, send: Any):
        self.receive, self.send, self.bytes = receive, send, 0

    async def __call__(self) -> dict:
        message = await self.receive()
        self.bytes += len(message.get("body", b""))
        if self.bytes <= MOST:
            return message
        await refuse(self.send)
        return {"type": "http.disconnect"}


def said(scope: dict) -> int:
    length = dict(scope["headers"]).get(b"content-length", b"")
    return int(length) if length.isdigit() else 0


async def refuse(send: Any) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": TOLD})
