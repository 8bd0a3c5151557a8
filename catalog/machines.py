"""The catalog for programs. Every answer comes from the snapshot and has an ETag; what is wrong is said in OpenAI's envelope."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from catalog import crawlers, export, markdown, snapshot
from catalog.endpoints import ENDPOINTS
from catalog.openapi import document
from catalog.schema import Documented, base_path, documented
from catalog.search.query import Query, parse
from catalog.snapshot import Card, Snapshot
from catalog.vocabulary import CAPABILITIES

JSON = "application/json"
MARKDOWN = "text/markdown; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
DEFAULT_LIMIT, MAX_LIMIT = 100, 1000

Listing = Callable[[HttpRequest, Snapshot, Query], HttpResponse]


def answer(request: HttpRequest, body: str, content_type: str) -> HttpResponse:
    """200 with `body` and an ETag made of it, or 304 where the client has it. JSON may be read from any origin."""
    content = body.encode("utf-8", "replace")
    found = HttpResponse(content, content_type=content_type, headers={"Cache-Control": "public, max-age=60"})
    # Weak, because a proxy or our own page cache may send it compressed.
    found["ETag"] = f'W/"{hashlib.blake2b(content, digest_size=16).hexdigest()}"'
    response = get_conditional_response(request, etag=found["ETag"], response=found)
    return open_to_all(response) if content_type == JSON else response


def open_to_all(response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag"
    return response


def json_answer(request: HttpRequest, value: Any) -> HttpResponse:
    return answer(request, json.dumps(value, ensure_ascii=False, separators=(",", ":")), JSON)


def refused(message: str, param: str, code: str, status: int = 400) -> HttpResponse:
    """What is wrong, with which field, and the way out."""
    error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
    return open_to_all(HttpResponse(json.dumps({"error": error}, ensure_ascii=False), content_type=JSON, status=status))


def unknown(slug: str) -> HttpResponse:
    message = f"No model is called {slug}. {reverse('api_models')} lists the models; ?q= searches them."
    return refused(message, "model", "model_not_found", 404)


def filtered(view: Listing) -> Callable[[HttpRequest], Any]:
    """Gives `view` the snapshot and the query that browse would see, or answers 400 with what is wrong in it."""

    @require_safe
    @wraps(view)
    async def checked(request: HttpRequest) -> HttpResponse:
        now = await snapshot.current()
        query, errors = parse(request.GET, now.index)
        if errors:
            way_out = f"{reverse('models_json')} lists the known values under facets."
            return refused(" ".join([*errors, way_out]), errors[0].split()[0], "invalid_query")
        return view(request, now, query)

    return checked


def everything(now: Snapshot, query: Query) -> tuple[Card, ...]:
    """All that the query finds, in its order, not a page of it."""
    return now.index.search(query.at(1), max(1, len(now.cards))).cards


@filtered
def models_json(request: HttpRequest, now: Snapshot, query: Query) -> HttpResponse:
    found = now.index.search(query)
    return json_answer(request, {
        "object": "list", "data": [export.item(now, card) for card in found.cards],
        "total": found.total, "page": found.query.page, "pages": found.pages,
        "facets": {key: {c.value: c.total for c in counts if c.total} for key, counts in found.facets.items()},
    })  # fmt: skip


@filtered
def models_csv(request: HttpRequest, now: Snapshot, query: Query) -> HttpResponse:
    return answer(request, export.table(everything(now, query)), "text/csv; charset=utf-8; header=present")


@filtered
def models_md(request: HttpRequest, now: Snapshot, query: Query) -> HttpResponse:
    whole = query.at(1)
    return answer(request, markdown.listing(whole, list(everything(now, whole))), MARKDOWN)


@filtered
def models_atom(request: HttpRequest, now: Snapshot, query: Query) -> HttpResponse:
    whole = replace(query, page=1, sort="")
    return answer(request, export.feed(now, whole, everything(now, whole)), "application/atom+xml; charset=utf-8")


@require_safe
async def model_json(request: HttpRequest, slug: str) -> HttpResponse:
    now = await snapshot.current()
    card = now.by_slug.get(slug)
    return json_answer(request, export.full(now, card)) if card else moved(now, slug, "model_json")


@require_safe
async def model_md(request: HttpRequest, slug: str) -> HttpResponse:
    now = await snapshot.current()
    card = now.by_slug.get(slug)
    return answer(request, markdown.page(card), MARKDOWN) if card else moved(now, slug, "model_md")


def moved(now: Snapshot, slug: str, view: str) -> HttpResponse:
    """A permanent redirect for an alias or upstream id, 404 for a name that nobody has."""
    card = now.find(slug)
    return open_to_all(HttpResponsePermanentRedirect(reverse(view, args=[card.slug]))) if card else unknown(slug)


@filtered
def api_models(request: HttpRequest, now: Snapshot, query: Query) -> HttpResponse:
    """In the order of ids, so that a page stays where it is; browse's `sort` and `page` change nothing."""
    limit, after = request.GET.get("limit") or str(DEFAULT_LIMIT), request.GET.get("after", "")
    if not re.fullmatch("[1-9][0-9]{0,3}", limit) or int(limit) > MAX_LIMIT:
        told = f"limit must be a whole number from 1 to {MAX_LIMIT}; leave it out for {DEFAULT_LIMIT}, and page with after."
        return refused(told, "limit", "invalid_limit")
    if after and after not in now.by_slug:
        told = f"after must be the id of a listed model; {after[:200]} is none. Leave it out to start from the first."
        return refused(told, "after", "invalid_after")
    found = sorted(everything(now, query), key=lambda card: card.slug)
    left = [card for card in found if card.slug > after]
    data = [export.item(now, card) for card in left[: int(limit)]]
    return json_answer(request, {"object": "list", "data": data, "has_more": len(left) > len(data), "total": len(found)})


@require_safe
async def api_model(request: HttpRequest, slug: str) -> HttpResponse:
    now = await snapshot.current()
    card = now.find(slug)
    return json_answer(request, export.item(now, card)) if card else unknown(slug)


@require_safe
async def api_schema(request: HttpRequest, slug: str) -> HttpResponse:
    card = (await snapshot.current()).find(slug)
    if card is None:
        return unknown(slug)
    return json_answer(request, {"id": card.slug, "endpoints": [called(entry) for entry in documented(card)]})


def called(entry: Documented) -> dict[str, Any]:
    """How one endpoint of a model is called. Null: not documented yet."""
    return {
        "key": entry.key, "method": entry.method, "path": entry.path, "url": entry.url, "content_type": entry.content_type,
        "request_example": entry.request, "response_example": entry.response, "streaming_example": entry.streaming,
        "parameters": entry.schema, "quirks": entry.quirks, "snippets": entry.snippets,
    }  # fmt: skip


@require_safe
async def api_capabilities(request: HttpRequest) -> HttpResponse:
    """Every capability, and every modality and endpoint that a listed model has, with how many have it."""
    now = await snapshot.current()
    able = Counter(key for card in now.cards for key in card.can)
    used = Counter(key for card in now.cards for key in card.endpoints)
    return json_answer(request, {
        "object": "list", "data": [{"id": key, "label": name, "models": able[key]} for key, name in CAPABILITIES.items()],
        "modalities": now.counts(),
        "endpoints": {
            key: {"label": module.LABEL, "path": base_path() + module.PATH, "models": used[key]}
            for key, module in ENDPOINTS.items() if used[key]
        },
    })  # fmt: skip


@require_safe
async def openapi(request: HttpRequest) -> HttpResponse:
    return json_answer(request, document(await snapshot.current()))


@require_safe
async def llms(request: HttpRequest) -> HttpResponse:
    return answer(request, crawlers.llms(await snapshot.current()), TEXT)


@require_safe
async def llms_full(request: HttpRequest) -> HttpResponse:
    return answer(request, crawlers.llms_full(await snapshot.current()), TEXT)


@require_safe
async def sitemap(request: HttpRequest) -> HttpResponse:
    return answer(request, crawlers.sitemap(await snapshot.current()), "application/xml; charset=utf-8")


@require_safe
async def robots(request: HttpRequest) -> HttpResponse:
    return answer(request, crawlers.robots(), TEXT)
