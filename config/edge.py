"""The outermost of the applications: gives each request its id, and at its end counts it and writes its line into the log.

What is logged and counted is the name of the route, never the address: that may hold a prompt or a share's token.
"""

import functools
import re
import secrets
import sys
import time
from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.core.signals import got_request_exception
from django.http import HttpRequest
from django.utils.decorators import sync_and_async_middleware
from prometheus_client import Counter, Histogram

from catalog.operation import failures, seen
from catalog.operation.seen import Seen
from config import access
from gateway.request_id import request_id

lines = access.Lines(access.FORMS[settings.LOG_FORMAT], sys.stderr)
METHODS = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH")
VALID = re.compile(rb"[A-Za-z0-9._-]{8,64}")  # what a proxy may call a request
REQUEST_ID = b"x-request-id"
HURT = (413, 503)  # beside what limits refuse by name: statuses that somebody should know of

REQUESTS = Counter("modelry_requests", "Requests by route, method and class of status.", ["route", "method", "status"])
SECONDS = Histogram(
    "modelry_request_seconds", "Until the last byte; of a streamed run until its end.", ["route"],
    buckets=(0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60),
)  # fmt: skip


class Edge:
    """An ASGI application around `inner`."""

    def __init__(self, inner: Any):
        self.inner = inner

    async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return await self.inner(scope, receive, send)
        known, begun = Seen(), time.perf_counter()
        method = scope["method"] if scope["method"] in METHODS else "other"

        def ended(answer: Answer) -> None:
            end(known.route, method, answer.status, answer.id.decode(), time.perf_counter() - begun, answer.bytes)

        answer = Answer(send, id_of(scope["headers"]), ended)
        request_id.set(answer.id.decode())
        try:
            await self.inner({**scope, seen.KEY: known}, receive, answer)
        except Exception as fault:
            known.fault = known.fault or type(fault).__name__
            raise
        finally:
            answer.end()
            tell(known, answer.status)


class Answer:
    """`send`, which adds the id and keeps what the log tells. `status` is 0 where the visitor left before there was one.

    `ended` is called once: behind the last byte, whatever the application still has to tidy up, or where there will be none.
    """

    __slots__ = ("bytes", "ended", "id", "send", "status")

    def __init__(self, send: Any, id: bytes, ended: Callable):
        self.send, self.id, self.status, self.bytes = send, id, 0, 0
        self.ended: Callable | None = ended

    async def __call__(self, message: dict) -> None:
        if message["type"] == "http.response.start":
            self.status, headers = message["status"], message["headers"]
            # The sandbox's answers have an id of their own, as a gateway's have.
            if not any(name == REQUEST_ID for name, _ in headers):
                message = {**message, "headers": [*headers, (REQUEST_ID, self.id)]}
            return await self.send(message)
        self.bytes += len(message.get("body", b""))
        await self.send(message)
        if not message.get("more_body"):
            self.end()

    def end(self) -> None:
        ended, self.ended = self.ended, None
        if ended:
            ended(self)


def id_of(headers: list[tuple[bytes, bytes]]) -> bytes:
    """The id that a proxy of one's own gave, if it is one; else a new one."""
    told = next((value for name, value in headers if name == REQUEST_ID), b"") if settings.TRUST_PROXY else b""
    return told if VALID.fullmatch(told) else secrets.token_hex(8).encode()


def end(route: str, method: str, status: int, id: str, seconds: float, sent: int) -> None:
    """Counts a request and writes its line. `sent`: bytes of its body."""
    count, observe = of(route, method, status // 100)
    count()
    observe(seconds)
    if settings.ACCESS_LOG:
        lines.add(id, method, route, status, seconds, sent)


def tell(known: Seen, status: int) -> None:
    """Notes what somebody should know of."""
    if known.fault or status >= 500 or status in HURT:
        kind = "limit" if status in HURT and not known.fault else "site"
        failures.note(kind, known.fault or f"http_{status}", known.route, status=status)


@functools.cache
def of(route: str, method: str, hundreds: int) -> tuple[Callable, Callable]:
    """How a request is counted. Routes are those of the URLconf, so there are not many."""
    status = f"{hundreds}xx" if hundreds else "none"
    return REQUESTS.labels(route, method, status).inc, SECONDS.labels(route).observe


@sync_and_async_middleware
def named(get_response: Callable) -> Callable:
    """Django's part: tells which route it was."""

    def tell(request: HttpRequest) -> None:
        match = request.resolver_match
        seen.of(getattr(request, "scope", {})).route = match.view_name if match else "unmatched"

    async def later(request: HttpRequest) -> Any:
        response = await get_response(request)
        tell(request)
        return response

    def now(request: HttpRequest) -> Any:
        response = get_response(request)
        tell(request)
        return response

    return later if iscoroutinefunction(get_response) else now


def fault(request: HttpRequest, **signal: Any) -> None:
    """Of an exception that Django made a page of."""
    raised = sys.exception()
    seen.of(getattr(request, "scope", {})).fault = type(raised).__name__ if raised else "Exception"


got_request_exception.connect(fault)
