"""Which changes an address asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict

from catalog.cards import Card
from catalog.claims.facts import PRICE, UNKNOWN
from catalog.costs.pricing import METERS
from catalog.models import Change
from catalog.search.bounds import read_day
from catalog.search.parsing import page_of
from catalog.snapshot import Snapshot
from catalog.truth.evidence import field_words
from catalog.vocabulary import MODALITIES, SOURCES

ANY_PRICE = "price"
# What may be asked for: a fact, any price, or those of one meter under all its conditions.
FIELDS = {key: field_words(key) for key in (*UNKNOWN, "served", "listed")} | {ANY_PRICE: "Any price"}
FIELDS |= {PRICE + meter: field_words(PRICE + meter) for meter in METERS}


@dataclass(frozen=True)
class Asked:
    """Blank: any. `since` and `until` are days (UTC) on which the change was recorded, both counted in."""

    model: str = ""
    provider: str = ""
    modality: str = ""
    field: str = ""
    source: str = ""
    since: str = ""
    until: str = ""
    page: int = 1
    own: str = ""  # the model whose page it is, which its address says in its path

    def __str__(self) -> str:
        said = vars(self) | {"page": self.page if self.page > 1 else "", "own": ""}
        return urlencode([(key, value) for key, value in said.items() if value], safe=":/@")

    def at(self, page: int) -> Asked:
        return replace(self, page=page)

    def of(self, day: date, source: str) -> Asked:
        """Those among them that one source brought on one day."""
        return replace(self, since=day.isoformat(), until=day.isoformat(), source=source, page=1)

    @property
    def narrows(self) -> bool:
        return self.at(1) != Asked(own=self.own)

    @property
    def whole(self) -> bool:
        """Whether it asks for what one source brought on one day, which is shown from the first to the last."""
        return bool(self.source and self.since and self.since == self.until)


def parse(params: QueryDict, now: Snapshot, card: Card | None = None) -> tuple[Asked, list[str]]:
    """What is asked, of all models or on the page of one, and what is wrong with that: a value that nobody has is left out."""
    errors: list[str] = []
    typed = {key: params.get(key, "").strip() for key in READERS}
    found = {key: read(typed[key], now) if typed[key] else "" for key, (read, _) in READERS.items()}
    errors += [f"{key} “{typed[key][:40]}” {READERS[key][1]}" for key in READERS if found[key] is None]
    asked = {key: value or "" for key, value in found.items()}
    if asked["until"] and asked["since"] > asked["until"]:
        errors.append("since is after until, so no change can lie between them. until was left out.")
        asked["until"] = ""
    return Asked(**asked, page=page_of(params, errors), own=card.slug if card else ""), errors


Reader = Callable[[str, Snapshot], str | None]


def model(typed: str, now: Snapshot) -> str | None:
    card = now.find(typed)
    return card.slug if card else None


def one_of(words: Any) -> Reader:
    return lambda typed, now: typed if typed in words else None


def provider(typed: str, now: Snapshot) -> str | None:
    return typed if typed in now.providers else None


def day(typed: str, now: Snapshot) -> str | None:
    return typed if read_day(typed) else None


DAY = "is not a day as year-month-day, such as 2026-01-31."
READERS: dict[str, tuple[Reader, str]] = {
    "model": (model, "is no listed model."),
    "provider": (provider, "is no provider."),
    "modality": (one_of(MODALITIES), f"is not known. Known: {', '.join(MODALITIES)}."),
    "field": (one_of(FIELDS), f"is not known. Known: {', '.join(FIELDS)}."),
    "source": (one_of(SOURCES), f"is not known. Known: {', '.join(SOURCES)}."),
    "since": (day, DAY),
    "until": (day, DAY),
}


def found(asked: Asked) -> QuerySet[Change]:
    """The changes of models that are listed, newest first."""
    columns = {"model__slug": asked.model, "model__provider__slug": asked.provider, "model__modality": asked.modality}
    columns["source"] = asked.source
    some = Change.objects.filter(model__listed=True, **{key: value for key, value in columns.items() if value})
    if asked.own:
        some = some.filter(model__slug=asked.own)
    if asked.field:
        some = some.filter(of_field(asked.field))
    if asked.since:
        some = some.filter(at__gte=midnight(date.fromisoformat(asked.since)))
    if asked.until:
        some = some.filter(at__lte=datetime.combine(date.fromisoformat(asked.until), time.max, UTC))
    return some.select_related("model")


def of_field(field: str) -> Q:
    if field == ANY_PRICE:
        return Q(field__startswith=PRICE)
    return Q(field=field) | Q(field__startswith=f"{field}@")


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
