"""How programs are answered: ETag, Last-Modified and 304, readable from any origin, what is wrong in OpenAI's envelope."""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from catalog.snapshot import Snapshot

JSON = "application/json"
CSV = "text/csv; charset=utf-8; header=present"
MARKDOWN = "text/markdown; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
XML = "application/xml; charset=utf-8"
METHODS = ("GET", "HEAD", "OPTIONS")
DAY = 24 * 60 * 60  # seconds that a browser may remember what a preflight allowed


def open_data(view: Callable) -> Callable:
    """Read only, from a page of any origin: a script that sends If-None-Match asks with OPTIONS whether it may."""

    @wraps(view)
    async def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            response = preflight()
        elif request.method in METHODS:
            response = await view(request, *args, **kwargs)
        else:
            response = HttpResponseNotAllowed(METHODS)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag, Last-Modified"
        return response

    opened.for_programs = True  # so that a test can find what the OpenAPI document must say
    return opened


def preflight() -> HttpResponse:
    allowed = {"Allow": ", ".join(METHODS), "Access-Control-Allow-Methods": ", ".join(METHODS)}
    return HttpResponse(status=204, headers=allowed | {
        "Access-Control-Allow-Headers": "*, Authorization", "Access-Control-Max-Age": str(DAY),
    })  # fmt: skip


def answer(request: HttpRequest, now: Snapshot, body: str, content_type: str) -> HttpResponse:
    """200 with `body`, an ETag made of it and the moment its facts were read, or 304 where the client has it."""
    content = body.encode("utf-8", "replace")
    found = HttpResponse(content, content_type=content_type, headers={"Cache-Control": "public, max-age=60"})
    # Weak, because a proxy or our own page cache may send it compressed.
    found["ETag"] = f'W/"{hashlib.blake2b(content, digest_size=16).hexdigest()}"'
    read_at = int(now.read_at.timestamp())
    found["Last-Modified"] = http_date(read_at)
    return get_conditional_response(request, etag=found["ETag"], last_modified=read_at, response=found)


def json_answer(request: HttpRequest, now: Snapshot, value: Any) -> HttpResponse:
    return answer(request, now, json.dumps(value, ensure_ascii=False, separators=(",", ":")), JSON)


def refused(message: str, param: str, code: str, status: int = 400) -> HttpResponse:
    """What is wrong, with which field, and the way out."""
    error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
    return HttpResponse(json.dumps({"error": error}, ensure_ascii=False), content_type=JSON, status=status)


def unknown(slug: str) -> HttpResponse:
    message = f"No model is called {slug}. {reverse('api_models')} lists the models; ?q= searches them."
    return refused(message, "model", "model_not_found", 404)
