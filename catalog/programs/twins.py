"""A provider's, a collection's and a comparison's page as JSON, CSV, Markdown and Atom.

They list the models of their page, all of them, narrowed and sorted by browse's query where there is one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from catalog import snapshot
from catalog.cards import Card
from catalog.pages.compare import MAX_COMPARED, Row, named, narrowed, only_different, rows
from catalog.programs import export, feeds, markdown
from catalog.programs.machines import everything, moved, sought
from catalog.programs.replies import ATOM, CSV, MARKDOWN, answer, json_answer, open_data, refused
from catalog.search.parsing import basis_of
from catalog.search.query import DEFAULT_BASIS
from catalog.snapshot import Snapshot


@dataclass(frozen=True)
class Listed:
    """What a page lists. `address` is the page's own, without its query; `facts` opens the JSON."""

    title: str
    address: str
    cards: tuple[Card, ...]
    facts: dict[str, Any]
    asked: str = ""
    basis: str = DEFAULT_BASIS

    @property
    def query(self) -> str:
        return f"?{self.asked}" if self.asked else ""


def as_json(request: HttpRequest, now: Snapshot, found: Listed) -> HttpResponse:
    data = [export.item(now, card) for card in found.cards]
    return json_answer(request, now, {"object": "list"} | found.facts | {"data": data, "total": len(data)})


def as_csv(request: HttpRequest, now: Snapshot, found: Listed) -> HttpResponse:
    return answer(request, now, export.table(found.cards), CSV)


def as_markdown(request: HttpRequest, now: Snapshot, found: Listed) -> HttpResponse:
    return answer(request, now, markdown.listing(found.title, found.asked, found.cards, found.basis), MARKDOWN)


def as_atom(request: HttpRequest, now: Snapshot, found: Listed) -> HttpResponse:
    feed = feeds.of_models(now, found.title, found.address + found.query, f"{found.address}.atom{found.query}", found.cards)
    return answer(request, now, feed, ATOM)


FORMS: dict[str, Callable[[HttpRequest, Snapshot, Listed], HttpResponse]] = {
    "json": as_json, "csv": as_csv, "md": as_markdown, "atom": as_atom,
}  # fmt: skip


@open_data
async def provider(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    now = await snapshot.current()
    if slug not in now.providers:
        told = f"No provider is called {slug}. The facets of {reverse('models_json')} name the providers."
        return refused(told, "provider", "provider_not_found", 404)
    query, wrong = sought(request, now, usual="any")
    name = now.providers[slug]
    site = now.of(slug)[0].provider_url
    facts = {"provider": {"id": slug, "name": name, "url": export.address("provider", slug), "site": site}}
    cards = tuple(card for card in everything(now, query) if card.provider == slug)
    found = Listed(name, export.address("provider", slug), cards, facts, str(query.at(1)), query.basis)
    return wrong or FORMS[form](request, now, found)


@open_data
async def collection(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    now = await snapshot.current()
    if slug not in now.groups:
        told = f"No collection is called {slug}. {reverse('collections')} lists the collections."
        return refused(told, "collection", "collection_not_found", 404)
    query, wrong = sought(request, now, usual="any")
    group, url = now.groups[slug], export.address("collection", slug)
    about = {"id": slug, "name": group.name, "description": group.description, "rule": group.rule or None, "url": url}
    members = set(group.members)
    cards = tuple(card for card in everything(now, query) if card.slug in members)
    found = Listed(group.name, url, cards, {"collection": about}, str(query.at(1)), query.basis)
    return wrong or FORMS[form](request, now, found)


@open_data
async def compare(request: HttpRequest, form: str) -> HttpResponse:
    now = await snapshot.current()
    names = named(request.GET)
    if strange := [name for name in names if not now.find(name)]:
        told = f"models: no model is called {strange[0][:200]}. {reverse('models_json')}?q= searches the models."
        return refused(told, "models", "model_not_found")
    cards = tuple({card.slug: card for name in names if (card := now.find(name))}.values())
    if len(cards) > MAX_COMPARED:
        told = f"models: {len(cards)} were named, and at most {MAX_COMPARED} are compared. Leave some out."
        return refused(told, "models", "too_many_models")
    sections, wrong = asked_rows(request.GET, list(cards))
    if wrong:
        return refused(" ".join(wrong), wrong[0].split()[0], "invalid_query")
    asked = f"models={','.join(card.slug for card in cards)}" if cards else ""
    if form == "md" and cards:
        return answer(request, now, markdown.comparison(cards, sections), MARKDOWN)
    found = Listed("Comparison", export.address("compare"), cards, {"rows": compared(sections)}, asked)
    return FORMS[form](request, now, found)


def asked_rows(params: QueryDict, cards: list[Card]) -> tuple[list[tuple[str, list[Row]]], list[str]]:
    """The rows on the basis that is asked for, all or only those that differ, and what is wrong with the question."""
    basis, errors = basis_of(params)
    differ, strange = only_different(params)
    found = rows(cards, basis == "effective")
    return narrowed(found, agreed=False) if differ else found, errors + strange


def compared(sections: list[tuple[str, list[Row]]]) -> list[dict[str, Any]]:
    """The rows of the comparison, their cells in the order of `data`. A value of null is unknown where it applies."""
    return [
        {
            "section": name, "label": row.label, "values": [cell.text for cell in row.cells],
            "applies": [cell.applies for cell in row.cells], "disputed": [cell.disputed for cell in row.cells], "same": row.same,
        }
        for name, found in sections for row in found
    ]  # fmt: skip


@open_data
async def model_atom(request: HttpRequest, slug: str) -> HttpResponse:
    """What became of one model: that it was added, and what changed since."""
    now = await snapshot.current()
    card = now.by_slug.get(slug)
    if card is None:
        return moved(now, slug, "model_atom")
    return answer(request, now, await sync_to_async(feeds.of_model)(now, card), ATOM)
