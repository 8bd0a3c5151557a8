"""The built-in gateway: answers in the registry's own words, calls no model, and says so in every answer.

It is reached in process, as the transport of the client, and over HTTP at /sandbox/v1 (`playground.sandbox_views`).
"""

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote

import httpx
from django.conf import settings

from catalog import snapshot
from catalog.endpoints import BY_PATH, ENDPOINTS
from catalog.endpoints.answers import Media, Refused
from catalog.errors import BY_STATUS
from catalog.export import item
from gateway.sse import encode

MARK = ("x-modelry-sandbox", "1")
RETRY_AFTER = 2  # seconds that a tried 429 or 503 asks for
Headers = list[tuple[str, str]]

# How often a stream was started, went to its end, or lost its listener: tests and /metrics read it.
streams: Counter[str] = Counter()


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, headers, and the body: whole, or piece by piece."""

    status: int
    headers: Headers
    body: bytes | AsyncIterator[bytes]


async def answer(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """What the sandbox says to a request; `path` is relative to the base URL, with its query, `headers` in lower case."""
    if not headers.get("authorization", "").removeprefix("Bearer").strip():
        return failed(401, "No API key: send any word as “Authorization: Bearer …”.")
    if wanted := headers.get("x-sandbox-error"):
        return tried(wanted)
    where, _, query = path.partition("?")
    if method == "GET":
        return await listing(unquote(where), query)
    key = BY_PATH.get(where)
    if key is None or method != "POST":
        return failed(404, f"The sandbox has no {method} {where}.")
    return await called(key, body)


def tried(wanted: str) -> Answer:
    """The error that the header `x-sandbox-error` asks for."""
    error = BY_STATUS.get(int(wanted)) if wanted.isascii() and wanted.isdecimal() else None
    if error is None:
        return failed(400, f"x-sandbox-error must be one of {', '.join(map(str, BY_STATUS))}, not {wanted[:40]}.")
    wait = [("retry-after", str(RETRY_AFTER))] if error.status in (429, 503) else []
    return failed(error.status, f"{error.meaning}. You asked the sandbox for this error.", headers=wait)


async def listing(where: str, query: str) -> Answer:
    now = await snapshot.current()
    if where == "/models":
        wanted = parse_qs(query).get("modality")
        cards = [card for card in now.cards if not wanted or card.modality in wanted]
        return as_json(200, {"object": "list", "data": [item(now, card) for card in cards]})
    card = now.find(where.removeprefix("/models/")) if where.startswith("/models/") else None
    return as_json(200, item(now, card)) if card else failed(404, f"The sandbox has nothing at {where[:200]}.")


async def called(key: str, body: bytes) -> Answer:
    try:
        request = json.loads(body)
    except (ValueError, RecursionError):
        return failed(400, "The body is not JSON.")
    if not isinstance(request, dict):
        return failed(400, "The body must be a JSON object.")
    card = (await snapshot.current()).find(str(request.get("model", "")))
    if card is None:
        return failed(404, f"No model is called “{str(request.get('model'))[:200]}”. GET /models lists them.", "model")
    if key not in card.endpoints:
        return failed(404, f"{card.slug} does not answer {ENDPOINTS[key].PATH}. It answers {', '.join(card.endpoints)}.", "model")
    if not hasattr(ENDPOINTS[key], "reply"):
        return failed(404, f"The sandbox cannot answer {ENDPOINTS[key].PATH} yet.")
    return replied(key, request)


def replied(key: str, request: dict[str, Any]) -> Answer:
    try:
        reply = ENDPOINTS[key].reply(request)
    except Refused as refusal:
        return failed(400, str(refusal), refusal.param)
    if isinstance(reply, Media):
        note = [("x-modelry-sandbox-note", reply.note)] if reply.note else []
        return Answer(200, [("content-type", reply.content_type), *marks(request), *note], reply.content)
    if isinstance(reply, dict):
        return as_json(200, reply, marks(request))
    return Answer(200, [("content-type", "text/event-stream"), *marks(request)], paced(reply))


async def paced(events: Iterator[dict[str, Any]]) -> AsyncIterator[bytes]:
    """The events one by one at a pace that can be watched, then the closing mark."""
    streams["started"] += 1
    try:
        for event in events:
            yield encode(json.dumps(event, ensure_ascii=False, separators=(",", ":")))
            await pace()
        yield encode("[DONE]")
        streams["finished"] += 1
    except (asyncio.CancelledError, GeneratorExit):
        streams["hung_up"] += 1
        raise


async def pace() -> None:
    """The pause between two events."""
    await asyncio.sleep(settings.SANDBOX_PACE_MS / 1000)


def marks(request: Any) -> Headers:
    """The mark of the sandbox and a request id that is the same for the same request."""
    digest = hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()
    return [MARK, ("x-request-id", f"req_{digest[:12]}")]


def as_json(status: int, body: Any, headers: Headers | None = None) -> Answer:
    content = json.dumps(body, ensure_ascii=False).encode()
    return Answer(status, [("content-type", "application/json"), *(headers or [MARK])], content)


def failed(status: int, message: str, param: str | None = None, headers: Headers | None = None) -> Answer:
    """An error in OpenAI's envelope, its type as the table of errors names it."""
    kind = BY_STATUS[status].type if status in BY_STATUS else "invalid_request_error"
    error = {"message": message, "type": kind, "param": param, "code": status}
    return as_json(status, {"error": error}, [MARK, *(headers or [])])


class SandboxTransport(httpx.AsyncBaseTransport):
    """Plugs the sandbox in where the network would be; `base_path` is what the client's address puts before a path."""

    def __init__(self, base_path: str):
        self.base_path = base_path

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        path = request.url.raw_path.decode().removeprefix(self.base_path)
        headers = {name.lower(): value for name, value in request.headers.items()}
        given = await answer(request.method, path, headers, body)
        pieces = {"content": given.body} if isinstance(given.body, bytes) else {"stream": Pieces(given.body)}
        return httpx.Response(given.status, headers=given.headers, request=request, **pieces)


class Pieces(httpx.AsyncByteStream):
    """An answer's pieces for httpx; closing it is the client hanging up."""

    def __init__(self, pieces: AsyncIterator[bytes]):
        self.pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self.pieces:
            yield piece

    async def aclose(self) -> None:
        await self.pieces.aclose()
