"""A visitor's runs as a list: what is asked of it in an address, and the runs that fit, side-by-side ones together."""

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, F, Q, When
from django.db.models.functions import Length, Substr
from django.http import QueryDict

from catalog.endpoints.answers import text_of
from playground.models import STATES, Run
from playground.models.runs import RunQuerySet
from playground.records import store

ON_A_PAGE = 50
LONGEST_SEARCH = 200  # characters
SHOWN = 160  # characters of a prompt or an answer in the list
READ = 20_000  # characters: the prompt of a longer body is not looked for
LISTED = (
    "id", "group_id", "position", "address", "created", "finished", "model", "endpoint", "state", "status", "sandbox",
    "usage", "cost_list", "cost_effective", "first_token_ms", "total_ms",
)  # fmt: skip
PROMPTS = ("prompt", "input", "query", "text")


@dataclass
class Asked:
    """The filters of a list, each blank where it is not used; `wrong` is `{field: sentence}` of what was left out."""

    model: str = ""
    endpoint: str = ""
    state: str = ""
    q: str = ""
    day: date | None = None
    imported: bool = False
    page: int = 1
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def narrows(self) -> bool:
        return bool(self.model or self.endpoint or self.state or self.q or self.day or self.imported)


def read(params: QueryDict) -> Asked:
    found = Asked(*(params.get(name, "").replace("\0", "").strip()[:LONGEST_SEARCH] for name in ("model", "endpoint")))
    found.imported = "imported" in params
    read_state(found, params.get("state", ""))
    read_text(found, params.get("q", "").strip())
    read_day(found, params.get("day", ""))
    read_page(found, params.get("page", "1"))
    return found


def read_state(found: Asked, state: str) -> None:
    if state and state not in STATES:
        found.wrong["state"] = f"state: “{state[:40]}” is not one of {', '.join(STATES)}."
    else:
        found.state = state


def read_text(found: Asked, text: str) -> None:
    if len(text) > LONGEST_SEARCH:
        found.wrong["q"] = f"q: the text has {len(text)} characters; at most {LONGEST_SEARCH} are searched for."
    found.q = text[:LONGEST_SEARCH].replace("\0", "")


def read_day(found: Asked, day: str) -> None:
    try:
        found.day = date.fromisoformat(day) if day else None
    except ValueError:
        found.wrong["day"] = f"day: “{day[:40]}” is no day; write it as 2026-07-31."


def read_page(found: Asked, page: str) -> None:
    if page.isascii() and page.isdecimal() and int(page[:9]) > 0:
        found.page = int(page[:9])
    else:
        found.wrong["page"] = f"page: “{page[:40]}” is no number of a page."


def fitting(runs: RunQuerySet, asked: Asked) -> RunQuerySet:
    """The runs that fit every filter."""
    exact = {name: value for name in ("model", "endpoint", "state") if (value := getattr(asked, name))}
    runs = runs.filter(**exact)
    if asked.imported:
        runs = runs.imported()
    if asked.day:
        start = datetime.combine(asked.day, datetime.min.time(), UTC)
        # The last day of the calendar has no day after it.
        runs = runs.filter(created__gte=start, created__lte=start + (timedelta(days=1) - timedelta(microseconds=1)))
    return runs.filter(saying(asked.q)) if asked.q else runs


def saying(text: str) -> Q:
    """A text in the prompt or the answer; in a body it stands as JSON writes it."""
    written = {json.dumps(text, ensure_ascii=plain)[1:-1] for plain in (False, True)}
    found = Q(output__icontains=text)
    for way in written:
        found |= Q(request_body__icontains=way)
    return found


def page_of(runs: RunQuerySet, number: int) -> Page:
    """A page of runs without their bodies; one past the end is the last. Each has `body`, where it is short, and `said`."""
    short = Case(When(size__lte=READ, then=F("request_body")))
    light = runs.order_by("-created", "position").only(*LISTED).annotate(size=Length("request_body"))
    return Paginator(light.annotate(body=short, said=Substr("output", 1, SHOWN)), ON_A_PAGE).get_page(number)


def together(runs: Iterable[Run]) -> list[tuple[uuid.UUID | None, list[Run]]]:
    """`(group, runs)`: those that ran side by side next to each other, in the order of their columns; others alone."""
    found: dict[uuid.UUID, tuple[uuid.UUID | None, list[Run]]] = {}
    for run in runs:
        found.setdefault(run.group_id or run.id, (run.group_id, []))[1].append(run)
    return [(group, sorted(members, key=lambda run: run.position)) for group, members in found.values()]


def prompt(body: str | None) -> str:
    """The beginning of what was asked: the last user's message, or the text of an endpoint that takes one; else blank."""
    try:
        asked = json.loads(body or "{}")
    except (ValueError, RecursionError):
        return ""
    texts = [*questions(asked.get("messages")), *(asked.get(name) for name in PROMPTS)] if isinstance(asked, dict) else []
    return next((text[:SHOWN] for text in texts if isinstance(text, str) and text.strip()), "")


def questions(messages: Any) -> list[str]:
    """What the user said, the last first."""
    rows = messages if isinstance(messages, list) else []
    return [text_of(row.get("content")) for row in reversed(rows) if isinstance(row, dict) and row.get("role") == "user"]


def choices(runs: RunQuerySet) -> dict[str, list[str]]:
    """The models and endpoints that occur."""
    pairs = list(runs.order_by().values_list("model", "endpoint").distinct())
    return {"models": sorted({model for model, _ in pairs}), "endpoints": sorted({endpoint for _, endpoint in pairs})}


def summary(run: Run) -> dict[str, Any]:
    """A run of the list as scripts get it."""
    return {
        "run": str(run.id), "group": str(run.group_id) if run.group_id else None, "created": run.created.isoformat(),
        "model": run.model, "endpoint": run.endpoint, "state": run.state, "status": run.status, "imported": run.imported,
        "usage": run.usage, "cost": store.cost(run),
        "timing": {"first_token_ms": run.first_token_ms, "total_ms": run.total_ms}, "url": run.get_absolute_url(),
    }  # fmt: skip
