"""The catalog for programs. Every answer comes from the snapshot and has an ETag; what is wrong is said in OpenAI's envelope."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from catalog import snapshot
from catalog.calling.schema import Documented, base_path, documented
from catalog.cards import Card
from catalog.endpoints import ENDPOINTS
from catalog.programs import crawlers, export, feeds, markdown
from catalog.programs.openapi import document
from catalog.programs.replies import ATOM, CSV, MARKDOWN, TEXT, XML, answer, json_answer, open_data, refused, unknown
from catalog.search.index import Found
from catalog.search.parsing import parse
from catalog.search.query import Query
from catalog.snapshot import Snapshot
from catalog.vocabulary import CAPABILITIES

DEFAULT_LIMIT, MAX_LIMIT = 100, 1000
SDK_HEADER = "X-Stainless-Lang"  # sent by the SDKs of OpenAI, in every language

Listing = Callable[[HttpRequest, Snapshot, Query], HttpResponse]


def filtered(view: Listing) -> Callable[[HttpRequest], Any]:
    """Gives `view` the snapshot and the query that browse would see, or answers 400 with what is wrong in it."""

    @open_data
    @wraps(view)
    async def checked(request: HttpRequest) -> HttpResponse:
        now = await snapshot.current()
        query, wrong = sought(request, now)
        return wrong or view(request, now, query)

    return checked


def sought(request: HttpRequest, now: Snapshot, usual: str = "") -> tuple[Query, HttpResponse | None]:
    """What browse would understand, and the refusal where something in it is not known."""
    query, errors = parse(request.GET, now.index, usual)
    if not errors:
        return query, None
    way_out = f"{reverse('models_json')} lists the known values under facets."
    return query, refused(" ".join([*errors, way_out]), errors[0].split()[0], "invalid_query")


def everything(now: Snapshot, query: Query) -> tuple[Card, ...]:
    """All that the query finds, in its order, not a page of it."""
    return now.index.search(query.at(1), max(1, len(now.cards))).cards


@filtered
def models_json(request: HttpRequest, now: Snapshot, query: Query) -> HttpResponse:
    """A page of the list. One past the last is empty, since a program may go on until it is."""
    found = now.index.search(query)
    cards = found.cards if query.page <= found.pages else ()
    return json_answer(request, now, {
        "object": "list", "data": [export.item(now, card) for card in cards],
        "total": found.total, "page": query.page, "pages": found.pages,
        "facets": {key: {c.value: c.total for c in counts if c.total} for key, counts in now.index.facets(found).items()}
        | where(now, found),
    })  # fmt: skip


def where(now: Snapshot, found: Found) -> dict[str, dict[str, int]]:
    """How many more or less there are elsewhere than on the gateway, once that has said what it serves."""
    return {"served": {key: count for key, count in found.narrowed.where.items() if count}} if now.synced else {}


@filtered
def models_csv(request: HttpRequest, now: Snapshot, query: Query) -> HttpResponse:
    return answer(request, now, export.table(everything(now, query)), CSV)


@filtered
def models_md(request: HttpRequest, now: Snapshot, query: Query) -> HttpResponse:
    return answer(request, now, markdown.listing("Models", str(query.at(1)), everything(now, query), query.basis), MARKDOWN)


@filtered
def models_atom(request: HttpRequest, now: Snapshot, query: Query) -> HttpResponse:
    whole = replace(query, page=1, sort="")
    asked = f"?{whole}" if str(whole) else ""
    title, page, own = f"{settings.SITE_NAME} models", export.address("browse"), export.address("models_atom")
    return answer(request, now, feeds.of_models(now, title, page + asked, own + asked, everything(now, whole)), ATOM)


@open_data
async def model_json(request: HttpRequest, slug: str) -> HttpResponse:
    now = await snapshot.current()
    card = now.by_slug.get(slug)
    return json_answer(request, now, export.full(now, card)) if card else moved(now, slug, "model_json")


@open_data
async def model_md(request: HttpRequest, slug: str) -> HttpResponse:
    now = await snapshot.current()
    card = now.by_slug.get(slug)
    return answer(request, now, markdown.page(card), MARKDOWN) if card else moved(now, slug, "model_md")


@open_data
async def model_csv(request: HttpRequest, slug: str) -> HttpResponse:
    now = await snapshot.current()
    card = now.by_slug.get(slug)
    return answer(request, now, export.table([card]), CSV) if card else moved(now, slug, "model_csv")


def moved(now: Snapshot, slug: str, view: str, *more: str) -> HttpResponse:
    """A permanent redirect for an alias or upstream id, 404 for a name that nobody has."""
    card = now.find(slug)
    return HttpResponsePermanentRedirect(reverse(view, args=[card.slug, *more])) if card else unknown(slug)


@filtered
def api_models(request: HttpRequest, now: Snapshot, query: Query) -> HttpResponse:
    """In the order of ids, so that a page stays where it is; browse's `sort` and `page` change nothing.

    OpenAI's own SDKs take a list of models for whole and never ask for a second page: without a `limit` they get all.
    """
    limit, after = request.GET.get("limit") or str(DEFAULT_LIMIT), request.GET.get("after", "")
    if wrong := wrong_paging(now, limit, after):
        return wrong
    found = sorted(everything(now, query), key=lambda card: card.slug)
    left = [card for card in found if card.slug > after]
    whole = SDK_HEADER in request.headers and "limit" not in request.GET
    data = [export.item(now, card) for card in (left if whole else left[: int(limit)])]
    told = {"object": "list", "data": data, "has_more": len(left) > len(data), "total": len(found)}
    response = json_answer(request, now, told)
    patch_vary_headers(response, [SDK_HEADER])
    return response


def wrong_paging(now: Snapshot, limit: str, after: str) -> HttpResponse | None:
    if not re.fullmatch("[1-9][0-9]{0,3}", limit) or int(limit) > MAX_LIMIT:
        told = f"limit must be a whole number from 1 to {MAX_LIMIT}; leave it out for {DEFAULT_LIMIT}, and page with after."
        return refused(told, "limit", "invalid_limit")
    if after and after not in now.by_slug:
        told = f"after must be the id of a listed model; {after[:200]} is none. Leave it out to start from the first."
        return refused(told, "after", "invalid_after")
    return None


@open_data
async def api_model(request: HttpRequest, slug: str) -> HttpResponse:
    now = await snapshot.current()
    card = now.find(slug)
    return json_answer(request, now, export.item(now, card)) if card else unknown(slug)


@open_data
async def api_schema(request: HttpRequest, slug: str) -> HttpResponse:
    now = await snapshot.current()
    card = now.find(slug)
    if card is None:
        return unknown(slug)
    return json_answer(request, now, {"id": card.slug, "endpoints": [called(entry) for entry in documented(card)]})


def called(entry: Documented) -> dict[str, Any]:
    """How one endpoint of a model is called. Null: not documented yet."""
    return {
        "key": entry.key, "method": entry.method, "path": entry.path, "url": entry.url, "content_type": entry.content_type,
        "request_example": entry.request, "response_example": entry.response, "streaming_example": entry.streaming,
        "parameters": entry.schema, "quirks": entry.quirks, "snippets": entry.snippets,
    }  # fmt: skip


@open_data
async def api_capabilities(request: HttpRequest) -> HttpResponse:
    """Every capability, and every modality and endpoint that a model has, with how many: of those that the list opens on."""
    now = await snapshot.current()
    able = Counter(key for card in now.here for key in card.can)
    used = Counter(key for card in now.here for key in card.endpoints)
    return json_answer(request, now, {
        "object": "list", "data": [{"id": key, "label": name, "models": able[key]} for key, name in CAPABILITIES.items()],
        "modalities": now.counts(),
        "endpoints": {
            key: {"label": module.LABEL, "path": base_path() + module.PATH, "models": used[key]}
            for key, module in ENDPOINTS.items() if used[key]
        },
    })  # fmt: skip


@open_data
async def openapi(request: HttpRequest) -> HttpResponse:
    now = await snapshot.current()
    return json_answer(request, now, document(now))


@open_data
async def llms(request: HttpRequest) -> HttpResponse:
    now = await snapshot.current()
    return answer(request, now, crawlers.llms(now), TEXT)


@open_data
async def llms_full(request: HttpRequest) -> HttpResponse:
    now = await snapshot.current()
    return answer(request, now, crawlers.llms_full(now), TEXT)


@open_data
async def sitemap(request: HttpRequest) -> HttpResponse:
    """Whole while it may be, whatever part is asked for."""
    now = await snapshot.current()
    asked, count = request.GET.get("part", ""), crawlers.parts(now)
    if not asked or not count:
        return answer(request, now, crawlers.sitemap(now), XML)
    if not re.fullmatch("[1-9][0-9]{0,4}", asked) or int(asked) > count:
        told = f"part must be a whole number from 1 to {count}; {reverse('sitemap')} lists the parts."
        return refused(told, "part", "invalid_part")
    return answer(request, now, crawlers.part(now, int(asked)), XML)


@open_data
async def robots(request: HttpRequest) -> HttpResponse:
    return answer(request, await snapshot.current(), crawlers.robots(), TEXT)
