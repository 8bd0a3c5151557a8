"""How a model is called, endpoint by endpoint, as the model page, the API and the OpenAPI document show it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from catalog.calling.shapes import Shape
from catalog.calling.snippets import snippets
from catalog.cards import Card
from catalog.endpoints import ENDPOINTS, can_run, example, form, quickstart, understood
from catalog.endpoints.answers import Media
from catalog.endpoints.parameters import FILES, Parameter, object_schema
from catalog.endpoints.uploads import filled
from gateway.sse import encode

STREAMED_EVENTS = 4  # how many events of a stream an example shows before its last two


@dataclass(frozen=True, slots=True)
class Documented:
    """One endpoint of one model. What is None is not documented yet; `listed` means listed by a gateway, not verified."""

    key: str
    label: str
    summary: str
    method: str
    path: str
    url: str
    listed: bool
    can_run: bool
    content_type: str | None = None
    request: dict[str, Any] | None = None
    response: Any = None
    response_type: str | None = None
    streaming: str | None = None
    parameters: tuple[tuple[Parameter, str], ...] = ()
    schema: dict[str, Any] | None = None
    snippets: dict[str, str] | None = None

    @property
    def has_sdk(self) -> bool:
        """Whether OpenAI's SDKs have a method for it."""
        return hasattr(ENDPOINTS[self.key], "SDK")

    @property
    def quirks(self) -> list[str]:
        """What this model does differently, in sentences."""
        found = [f"{p.name} is not sent: {reason}." for p, reason in self.parameters if reason]
        found += [f"{p.name}: no source names one, so {p.stand_in} stands for it." for p, _ in self.parameters if p.stand_in]
        return found + (["Listed by the gateway, not verified."] if self.listed else [])

    @property
    def samples(self) -> list[str]:
        """The names of the sample files that the example and the snippets send."""
        return [p.sample for p, refused in self.parameters if p.sample and p.kind in FILES and not refused]


def base_path() -> str:
    """The path of the public gateway address: `/v1`, `/sandbox/v1`."""
    return urlsplit(settings.PUBLIC_GATEWAY_URL).path


def documented(card: Card) -> list[Documented]:
    """Every endpoint of a model, native first."""
    return [endpoint(card, key) for key in card.endpoints]


def endpoint(card: Card | Shape, key: str) -> Documented:
    found = outline(card, key)
    return replace(found, **examples(card, key)) if found.can_run else found


def outline(card: Card | Shape, key: str) -> Documented:
    """An endpoint of a model without examples, schema and code, which take a millisecond."""
    module = ENDPOINTS[key]
    return Documented(
        key, module.LABEL, module.SUMMARY, "POST", base_path() + module.PATH, settings.PUBLIC_GATEWAY_URL + module.PATH,
        card.is_unsure_of(key), can_run(key),
    )  # fmt: skip


def examples(card: Card | Shape, key: str) -> dict[str, Any]:
    module = ENDPOINTS[key]
    parameters = tuple(form(key, card))
    request = example(key, card)
    read = understood(key, card, request)
    response, response_type = answer(key, json.dumps(read))
    streams = hasattr(module, "delta")
    return {
        "content_type": getattr(module, "REQUEST_TYPE", "application/json"),
        "request": request, "response": response, "response_type": response_type,
        "streaming": streamed(key, json.dumps(read | {"stream": True})) if streams else None,
        "parameters": parameters, "schema": object_schema([p for p, refused in parameters if not refused]),
        "snippets": snippets(key, quickstart(key, card)),
    }  # fmt: skip


@lru_cache(maxsize=4096)
def answer(key: str, request: str) -> tuple[Any, str]:
    """What the sandbox answers to a request body: JSON, or for media a line that says what comes; and its type."""
    reply = ENDPOINTS[key].reply(filled(json.loads(request)))
    if isinstance(reply, Media):
        return f"({len(reply.content):,} bytes of {reply.content_type})", reply.content_type
    if hasattr(ENDPOINTS[key], "JOB"):
        # Its id and moment are new each time; the documented ones stand still.
        return reply | {"id": "job_abc123", "created_at": 1776947082, "updated_at": 1776947082}, "application/json"
    return reply, "application/json"


@lru_cache(maxsize=4096)
def streamed(key: str, request: str) -> str:
    """The sandbox's events for a request body, as they stand on the wire, the middle ones left out."""
    events: Iterator[dict] = ENDPOINTS[key].reply(json.loads(request))
    named = hasattr(ENDPOINTS[key], "NAMED_EVENTS")
    lines = [encode(json.dumps(e, ensure_ascii=False, separators=(",", ":")), e["type"] if named else None) for e in events]
    lines = [line.decode().strip() for line in lines]
    if len(lines) > STREAMED_EVENTS + 1:
        lines = [*lines[:STREAMED_EVENTS], f": {len(lines) - STREAMED_EVENTS - 1} more events", lines[-1]]
    return "\n\n".join(lines if named else [*lines, "data: [DONE]"])
