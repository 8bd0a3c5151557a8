"""The built-in gateway: answers in the registry's own words, calls no model, and says so in every answer.

It is reached in process, as the transport of the client, and over HTTP at /sandbox/v1 (`playground.sandbox.views`).
"""

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote

import httpx
from django.conf import settings
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from catalog import snapshot
from catalog.endpoints import BY_PATH, ENDPOINTS, understood
from catalog.endpoints.answers import Media, Refused
from catalog.endpoints.uploads import Upload
from catalog.errors import BY_STATUS, TRIED
from catalog.programs.export import item
from gateway.sse import encode
from playground.sandbox import jobs, webhooks
from playground.workbench.forms import finite

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
    where, _, query = path.partition("?")
    if method == "GET" and where.startswith("/files/jobs/") and where.endswith("/public"):
        return await job_file(unquote(where), query, "")
    key = (headers.get("authorization", "").removeprefix("Bearer") or headers.get("x-api-key", "")).strip()
    if not key:
        return failed(401, "No API key: send any word as “Authorization: Bearer …”.")
    if wanted := headers.get("x-sandbox-error"):
        return tried(wanted)
    if where.startswith("/jobs/"):
        return await of_job(method, unquote(where).removeprefix("/jobs/"))
    if method == "GET" and where.startswith("/files/jobs/"):
        return await job_file(unquote(where), query, key)
    if keeper := SECRETS.get((method, where)):
        return as_json(200, {"object": "webhook_secret", "secret": await keeper(key)})
    if method == "GET":
        return await listing(unquote(where), query)
    endpoint = BY_PATH.get(where)
    if endpoint is None or method != "POST":
        return failed(404, f"The sandbox has no {method} {where}.")
    return await called(endpoint, headers, body, key)


def tried(wanted: str) -> Answer:
    """The error that the header `x-sandbox-error` asks for."""
    if wanted not in map(str, TRIED):
        return failed(400, f"x-sandbox-error must be one of {', '.join(map(str, TRIED))}, not {wanted[:40]}.")
    error = BY_STATUS[int(wanted)]
    wait = [("retry-after", str(RETRY_AFTER))] if error.status in (429, 503) else []
    return failed(error.status, f"{error.meaning}. You asked the sandbox for this error.", headers=wait)


async def listing(where: str, query: str) -> Answer:
    now = await snapshot.current()
    if where == "/models":
        wanted = {name: set(values) for name, values in parse_qs(query).items() if name in ("modality", "provider")}
        cards = [card for card in now.cards if all(getattr(card, name) in values for name, values in wanted.items())]
        return as_json(200, {"object": "list", "data": [item(now, card) for card in cards]})
    card = now.find(where.removeprefix("/models/")) if where.startswith("/models/") else None
    return as_json(200, item(now, card)) if card else failed(404, f"The sandbox has nothing at {where[:200]}.")


# Whose webhooks are signed with what; both answer the secret that counts from now on.
SECRETS = {("GET", "/webhook-secret"): webhooks.secret, ("POST", "/webhook-secret/rotate"): webhooks.rotate}


async def of_job(method: str, job_id: str) -> Answer:
    """A job by its id, or its cancellation."""
    act = {"GET": jobs.poll, "DELETE": jobs.cancel}.get(method)
    job = await act(job_id) if act else None
    return as_json(200, job) if job else failed(404, "There is no such job.")


async def job_file(where: str, query: str, key: str) -> Answer:
    """A job's file; with `/signed` behind it an address for it, with `/public` the file behind such an address."""
    job_id, _, rest = where.removeprefix("/files/jobs/").partition("/")
    name, _, manner = rest.partition("/")
    asked = dict(parse_qsl(query))
    try:
        if manner == "signed":
            address = await jobs.signed(job_id, name, asked.get("expires_in", ""), key)
            return as_json(200, address) if address else failed(404, "There is no such file.")
        found = await jobs.public(job_id, name, asked) if manner == "public" else None
    except Refused as refusal:
        return failed(400, str(refusal), refusal.param)
    found = found or (await jobs.result(job_id, name) if not manner else None)
    return Answer(200, [("content-type", found[1]), MARK], found[0]) if found else failed(404, "There is no such file.")


async def called(key: str, headers: Mapping[str, str], body: bytes, bearer: str) -> Answer:
    kind = headers.get("content-type", "")
    try:
        multipart = kind.startswith("multipart/form-data")
        request = parts(kind, body) if multipart else json.loads(body, parse_float=finite, parse_constant=finite)
    except (ValueError, RecursionError):
        return failed(400, "The body is not JSON.")
    if not isinstance(request, dict):
        return failed(400, "The body must be a JSON object.")
    now = await snapshot.current()
    if hasattr(ENDPOINTS[key], "JOB") and request.get("model") is None:
        # The gateway's own description lets a job leave its model out: then any that makes such things does.
        request["model"] = next((card.slug for card in now.cards if card.endpoints[:1] == (key,)), None)
    card = now.find(str(request.get("model", "")))
    if card is None:
        return failed(404, f"No model is called “{str(request.get('model'))[:200]}”. GET /models lists them.", "model")
    if key not in card.endpoints:
        return failed(404, f"{card.slug} does not answer {ENDPOINTS[key].PATH}. It answers {', '.join(card.endpoints)}.", "model")
    if not hasattr(ENDPOINTS[key], "reply"):
        return failed(404, f"The sandbox cannot answer {ENDPOINTS[key].PATH} yet.")
    return await replied(key, request, understood(key, card, request), bearer)


def parts(kind: str, body: bytes) -> dict[str, Any]:
    """The fields of a multipart form, its files as uploads. Raises ValueError where it is none."""
    meta = {"CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(body))}
    try:
        fields, files = MultiPartParser(meta, BytesIO(body), [MemoryFileUploadHandler(), TemporaryFileUploadHandler()]).parse()
    except MultiPartParserError as error:
        raise ValueError(str(error)) from error
    uploads = {name: Upload(file.name or name, file.content_type or "", file.read()) for name, file in files.items()}
    return dict(fields.items()) | uploads


async def replied(key: str, request: dict[str, Any], read: dict[str, Any], bearer: str) -> Answer:
    """The endpoint's answer to what was `read` from a request."""
    module = ENDPOINTS[key]
    try:
        if hook := hasattr(module, "JOB") and request.get("webhook_url"):
            await webhooks.check(hook)
        # A voice is another program, and the loop must not wait for it.
        slow = module.RESPONSE_TYPE.startswith("audio/")
        reply = await asyncio.to_thread(module.reply, read) if slow else module.reply(read)
    except Refused as refusal:
        return failed(400, str(refusal), refusal.param)
    if isinstance(reply, Media):
        return Answer(200, [("content-type", reply.content_type), *marks(request), *remarks(reply)], reply.content)
    if isinstance(reply, dict):
        if hook:
            webhooks.begin(reply["id"], hook, bearer)
        return as_json(202 if hasattr(module, "JOB") else 200, reply, marks(request))
    named = hasattr(module, "NAMED_EVENTS")
    return Answer(200, [("content-type", "text/event-stream"), *marks(request)], paced(reply, named))


def remarks(media: Media) -> Headers:
    """Where a file differs from what was asked for, and what spoke it."""
    found = {"x-modelry-sandbox-note": media.note, "x-modelry-sandbox-voice": media.voice}
    return [(name, value) for name, value in found.items() if value]


async def paced(events: Iterator[dict[str, Any]], named: bool = False) -> AsyncIterator[bytes]:
    """The events one by one at a pace that can be watched; `named` ones carry their type, others end with OpenAI's mark."""
    streams["started"] += 1
    try:
        for event in events:
            yield encode(json.dumps(event, ensure_ascii=False, separators=(",", ":")), event["type"] if named else None)
            await pace()
        if not named:
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
    digest = hashlib.sha256(repr(sorted(request.items())).encode()).hexdigest()
    return [MARK, ("x-request-id", f"req_{digest[:12]}")]


def as_json(status: int, body: Any, headers: Headers | None = None) -> Answer:
    # UTF-8 has no lone surrogates, of which a request may be full; JSON writes each as \ud800.
    content = json.dumps(body, ensure_ascii=False).encode(errors="backslashreplace")
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
