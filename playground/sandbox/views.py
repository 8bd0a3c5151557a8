"""The sandbox over HTTP: an OpenAI base URL that any SDK can be pointed at."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.csrf import csrf_exempt

from playground.bounds import room
from playground.sandbox import transport


@csrf_exempt
@room.bounded(room.sandbox)
async def serve(request: HttpRequest, path: str) -> HttpResponseBase:
    """Anything under /sandbox/v1. No cookie counts here, so no CSRF token is due."""
    query = request.META.get("QUERY_STRING", "")
    headers = {name.lower(): value for name, value in request.headers.items()}
    given = await transport.answer(request.method or "GET", f"/{path}{'?' + query if query else ''}", headers, request.body)
    kind = HttpResponse if isinstance(given.body, bytes) else StreamingHttpResponse
    response = kind(given.body, status=given.status)
    for name, value in given.headers:
        response[name] = value
    return response
