"""How a file that came out of a run is handed out, whoever may have it."""

from asgiref.sync import sync_to_async
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from playground import ranges
from playground.kept import Kept
from playground.media import UNKNOWN, extension

CONTENT_POLICY = "default-src 'none'; sandbox"


async def file_answer(request: HttpRequest, file: Kept, kind: str, name: str) -> HttpResponseBase:
    """The file, or the part of it that is asked for, under the type that its bytes show; anything else is a download."""
    headers = {
        "Content-Security-Policy": CONTENT_POLICY,
        "Content-Disposition": content_disposition_header(kind == UNKNOWN, f"{name}.{extension(kind)}"),
    }
    return await sync_to_async(ranges.answer)(file, kind, request.headers.get("Range", ""), headers)
