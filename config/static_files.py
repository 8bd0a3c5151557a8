"""Static files, answered before Django: WhiteNoise's table of compressed files behind a small ASGI adaptor."""

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from whitenoise import WhiteNoise

from catalog.operation import seen

HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")


class Files(WhiteNoise):
    FOREVER = 365 * 24 * 3600  # seconds; of `immutable` files, whose names change with what they hold


class StaticFiles:
    """An ASGI application: files under `STATIC_URL` from `STATIC_ROOT`, everything else from `inner`."""

    def __init__(self, inner: Any):
        self.inner = inner
        root = Path(settings.STATIC_ROOT)
        options = {"immutable_file_test": is_hashed, "allow_all_origins": False}
        table = Files(None, root, settings.STATIC_URL, **options) if root.is_dir() else None
        self.files = table.files if table else {}

    async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
        file = self.files.get(scope["path"]) if scope["type"] == "http" else None
        if file is None:
            return await self.inner(scope, receive, send)
        seen.of(scope).route = "static"
        answer = file.get_response(scope["method"], environ(scope))
        headers = [(name.lower().encode(), value.encode()) for name, value in answer.headers]
        await send({"type": "http.response.start", "status": int(answer.status), "headers": headers})
        # Files are small and in the page cache of the operating system: reading one is cheaper than a thread hop.
        with answer.file or open("/dev/null", "rb") as body:
            await send({"type": "http.response.body", "body": body.read()})


def is_hashed(path: str, url: str) -> bool:
    return HASHED.search(url) is not None


def environ(scope: dict) -> dict[str, str]:
    """The request headers under the names that WhiteNoise, a WSGI library, looks for."""
    return {f"HTTP_{name.decode().upper().replace('-', '_')}": value.decode("latin-1") for name, value in scope["headers"]}
