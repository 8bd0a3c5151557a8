"""Changes as JSON, CSV, Markdown and Atom: of all models or of one, by the query of their page."""

import csv
import io
from collections.abc import Callable
from math import ceil
from typing import Any, NamedTuple

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from catalog import snapshot
from catalog.cards import Card
from catalog.changes.asked import Asked, found, parse
from catalog.changes.listing import told
from catalog.models import Change
from catalog.programs import feeds, markdown
from catalog.programs.export import address, cell, iso
from catalog.programs.machines import moved
from catalog.programs.replies import ATOM, CSV, MARKDOWN, answer, json_answer, open_data, refused
from catalog.snapshot import Snapshot
from catalog.truth.evidence import BLANK
from catalog.vocabulary import SOURCES

SIZES = {"json": 100, "csv": 10_000, "md": 100, "atom": feeds.MAX_ENTRIES}  # changes of a page


class Listed(NamedTuple):
    """One page of the changes that a query finds; `address` is that of their page for people, without its query."""

    title: str
    address: str
    asked: Asked
    changes: list[Change]
    total: int
    pages: int


def as_json(request: HttpRequest, now: Snapshot, listed: Listed) -> HttpResponse:
    return json_answer(request, now, {
        "object": "list", "data": [row(change) for change in listed.changes],
        "total": listed.total, "page": listed.asked.page, "pages": listed.pages,
    })  # fmt: skip


def row(change: Change) -> dict[str, Any]:
    """Null is unknown. `valid_from` is the first day on which a price holds; `at` is when it was recorded here."""
    return {
        "object": "change", "id": change.pk, "model": change.model.slug, "field": change.field,
        "before": known(change.before), "after": known(change.after), "source": change.source,
        "at": change.at.isoformat(), "valid_from": iso(change.valid_from), "url": address("model_changes", change.model.slug),
    }  # fmt: skip


def known(value: Any) -> Any:
    return None if value in BLANK else value


COLUMNS = ("id", "model", "field", "before", "after", "source", "at", "valid_from")


def as_csv(request: HttpRequest, now: Snapshot, listed: Listed) -> HttpResponse:
    """A value is in its JSON form where it is a list or has parts; blank is unknown."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    for change in listed.changes:
        said = row(change)
        rows.writerow([cell(plain(said[name])) for name in COLUMNS])
    return answer(request, now, text.getvalue(), CSV)


def plain(value: Any) -> Any:
    return markdown.plain(value) if isinstance(value, dict) else value


def as_markdown(request: HttpRequest, now: Snapshot, listed: Listed) -> HttpResponse:
    head = ("Recorded", "Model", "Fact", "Before", "After", "Holds from", "Source")
    rows = markdown.table(head, map(line, listed.changes))
    about = f"Page {listed.asked.page} of {listed.pages}, {listed.total:,} in all. Days are of UTC; prices are list prices."
    return answer(request, now, f"# {markdown.text(listed.title)}\n\n{about}\n\n{rows}\n", MARKDOWN)


def line(change: Change) -> tuple[str, ...]:
    said = told(change)
    words = (said.field, said.before or "unknown", said.after or "unknown", iso(change.valid_from) or "")
    name = markdown.link(markdown.code(said.slug), address("model", said.slug))
    source = SOURCES.get(said.source, said.source)
    return (said.at.date().isoformat(), name, *map(markdown.text, (*words, source)))


def as_atom(request: HttpRequest, now: Snapshot, listed: Listed) -> HttpResponse:
    query = f"?{listed.asked}" if str(listed.asked) else ""
    page, own = listed.address + query, f"{listed.address}.atom{query}"
    return answer(request, now, feeds.of_changes(now, listed.title, page, own, listed.changes), ATOM)


FORMS: dict[str, Callable[[HttpRequest, Snapshot, Listed], HttpResponse]] = {
    "json": as_json, "csv": as_csv, "md": as_markdown, "atom": as_atom,
}  # fmt: skip


@open_data
async def changes(request: HttpRequest, form: str) -> HttpResponse:
    return await listed(request, await snapshot.current(), form)


@open_data
async def model_changes(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    now = await snapshot.current()
    card = now.by_slug.get(slug)
    return await listed(request, now, form, card) if card else moved(now, slug, "model_changes_twin", form)


async def listed(request: HttpRequest, now: Snapshot, form: str, card: Card | None = None) -> HttpResponse:
    asked, errors = parse(request.GET, now, card)
    if errors:
        way_out = f"{reverse('changes')} offers what may be asked."
        return refused(" ".join([*errors, way_out]), errors[0].split()[0], "invalid_query")
    return FORMS[form](request, now, await sync_to_async(page)(asked, SIZES[form], card))


def page(asked: Asked, size: int, card: Card | None) -> Listed:
    """One page of `size`; past the last one it is empty, since a program may go on until it is."""
    some = found(asked)
    total = some.count()
    start = (asked.page - 1) * size
    title = f"{card.name if card else settings.SITE_NAME} changes"
    own = address("model_changes", card.slug) if card else address("changes")
    return Listed(title, own, asked, list(some[start : start + size]), total, max(1, ceil(total / size)))
