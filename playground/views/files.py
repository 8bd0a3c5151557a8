"""How a file that came out of a run is handed out, whoever may have it."""

from pathlib import Path

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from playground import ranges
from playground.media import UNKNOWN, extension

CONTENT_POLICY = "default-src 'none'; sandbox"


async def file_answer(request: HttpRequest, file: Path, kind: str, name: str) -> HttpResponse:
    """The file, or the part of it that is asked for, under the type that its bytes show; anything else is a download."""
    headers = {
        "Content-Security-Policy": CONTENT_POLICY,
        "Content-Disposition": content_disposition_header(kind == UNKNOWN, f"{name}.{extension(kind)}"),
    }
    # Read whole: a FileResponse is no less under ASGI, where its synchronous reading is gathered first, with a warning.
    content = await sync_to_async(file.read_bytes)()
    return ranges.answer(content, kind, request.headers.get("Range", ""), headers)
