"""Models as machines read them: the item of the API and `models.json`, the row of `models.csv`.

Amounts are exact decimal text. Null, or a blank cell, is unknown; "0" is free.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import reverse

from catalog import figures
from catalog.cards import Card, Rate, Statement
from catalog.controls import IN_LINE
from catalog.costs import pricing
from catalog.describe import description
from catalog.models import Claim
from catalog.snapshot import Snapshot
from catalog.truth import disputes, proofs
from catalog.truth.disputes import Dispute, Word
from catalog.truth.provenance import Fact, provenance

EFFECTIVE_PLACES = Decimal("1e-12")  # as many as a stored amount has; the division by (1 - fee) has no end
# Where a spreadsheet would begin a formula: at the start of a cell, or, as it may part cells there, behind a semicolon.
FORMULA = re.compile(r"""(?:^(?=['"\s]*[=+\-@＝＋－＠])|(?<=;)(?='*[=+\-@＝＋－＠]))""")


def address(view: str, *args: str) -> str:
    """The absolute URL of one of this site's views."""
    return settings.SITE_URL + reverse(view, args=args)


def line(text: str) -> str:
    """`text` on one line, without control characters."""
    return " ".join(IN_LINE.sub(" ", text).split())


def item(now: Snapshot, card: Card) -> dict[str, Any]:
    """A model in the API's shape. `capabilities` are those that a source states it has; `pricing` has the headlines first."""
    return {
        "id": card.slug, "object": "model", "created": created(card), "owned_by": card.provider,
        "upstream_id": card.upstream_id, "name": card.name, "modality": card.modality, "endpoints": card.endpoints,
        "badge": card.badge, "description": description(card), "family": card.family,
        "context_window": card.context_window, "max_output": card.max_output,
        "input_kinds": card.input_kinds, "output_kinds": card.output_kinds, "capabilities": card.can,
        "proofs": proofs.as_json(card),
        "strengths": card.strengths, "use_cases": card.use_cases, "collections": memberships(now).get(card.slug, []),
        "pricing": [price(rate) for rate in rates(card)],
        "released": iso(card.released), "added": iso(card.added), "served": card.served, "status": card.status,
        "retires_on": iso(card.retires_on), "replacement": card.replacement, "aliases": card.aliases,
        "url": address("model", card.slug),
    }  # fmt: skip


def created(card: Card) -> int:
    """Unix time of the day it was released, at 00:00 UTC; of the day it was added where that is unknown."""
    return int(datetime.combine(card.released or card.added, time(), UTC).timestamp())


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


@lru_cache(maxsize=1)
def memberships(now: Snapshot) -> dict[str, list[str]]:
    """`{model: its collections}`, worked out once a snapshot."""
    found: dict[str, list[str]] = {}
    for group in now.groups.values():
        for slug in group.members:
            found.setdefault(slug, []).append(group.slug)
    return found


def rates(card: Card) -> list[Rate]:
    """Every price, those without a condition first."""
    return [*card.headlines, *(rate for rate in card.rates if rate.condition)]


def price(rate: Rate) -> dict[str, str]:
    """`amount` and `effective` are US dollars per `unit`; `effective` counts the top-up fee, to twelve places."""
    return {
        "meter": rate.meter, "unit": rate.unit, "amount": figures.plain(rate.amount),
        "effective": figures.plain(rate.effective.quantize(EFFECTIVE_PLACES)),
        "condition": rate.condition, "source": rate.source, "since": rate.since.isoformat(),
    }  # fmt: skip


def full(now: Snapshot, card: Card) -> dict[str, Any]:
    """The item, then what only the model's own page says: more facts, where sources disagree, and what each of them claims."""
    return item(now, card) | {
        "dimensions": card.dimensions, "open_weights": card.open_weights, "knowledge_cutoff": card.knowledge_cutoff,
        "facts": {found.field: fact(found) for found in provenance(card)},
        "abilities": proofs.stated(card),
        "disagreements": [dispute(found) for found in disputes.disputes(card) + disputes.prices(card)],
        "claims": [claim(statement) for statement in card.statements],
    }  # fmt: skip


def dispute(found: Dispute) -> dict[str, Any]:
    """`claim` is the field of the claim that says so: an ability may be claimed by what goes in."""
    return {"field": found.field, "words": [other(word) for word in found.words]}


def fact(found: Fact) -> dict[str, Any]:
    """The shown value with the claim behind it; a `source` of None: no source says it."""
    said = found.shown.claim if found.shown else None
    return {
        "value": found.value, "source": said and said.source, "as_of": said and iso(said.as_of), "url": said and said.url or None,
        "others": [other(word) for word in found.others], "disputed": found.disputed,
    }  # fmt: skip


def other(word: Word) -> dict[str, Any]:
    said = word.claim
    return {
        "source": word.source, "value": word.value, "as_of": iso(said.as_of), "url": said.url or None, "claim": said.field,
    }  # fmt: skip


def claim(said: Statement | Claim) -> dict[str, Any]:
    return {
        "field": said.field, "value": said.value, "source": said.source, "as_of": iso(said.as_of),
        "url": said.url or None, "doubt": said.doubt,
    }  # fmt: skip


def headline(meter: str) -> Callable[[Card], str | None]:
    def amount(card: Card) -> str | None:
        return next((figures.plain(rate.amount) for rate in card.headlines if rate.meter == meter), None)

    return amount


def conditional(card: Card) -> list[str]:
    """`price.input_tokens@batch=0.5`: the names that claims have, too many for columns."""
    return [f"price.{rate.meter}@{rate.condition}={figures.plain(rate.amount)}" for rate in card.rates if rate.condition]


COLUMNS: dict[str, Callable[[Card], Any]] = {
    "id": lambda card: card.slug,
    "name": lambda card: card.name,
    "provider": lambda card: card.provider,
    "upstream_id": lambda card: card.upstream_id,
    "modality": lambda card: card.modality,
    "endpoints": lambda card: card.endpoints,
    "family": lambda card: card.family,
    "context_window": lambda card: card.context_window,
    "max_output": lambda card: card.max_output,
    "dimensions": lambda card: card.dimensions,
    "input_kinds": lambda card: card.input_kinds,
    "output_kinds": lambda card: card.output_kinds,
    "capabilities": lambda card: card.can,
    "open_weights": lambda card: card.open_weights,
    "knowledge_cutoff": lambda card: card.knowledge_cutoff,
    "status": lambda card: card.status,
    "served": lambda card: card.served,
    "released": lambda card: card.released,
    "added": lambda card: card.added,
    "retires_on": lambda card: card.retires_on,
    "replacement": lambda card: card.replacement,
    "aliases": lambda card: card.aliases,
    **{f"price.{meter}": headline(meter) for meter in pricing.METERS},
    "conditional_prices": conditional,
    "price_source": lambda card: card.price and card.price.source,
    "price_since": lambda card: card.price and card.price.since,
    "disputed": lambda card: sorted(disputes.disputed(card)),
    "description": description,
    "url": lambda card: address("model", card.slug),
}


def table(cards: Iterable[Card]) -> str:
    """CSV (RFC 4180) with a head, one row a model, always the same columns. Several values of a cell stand apart by a blank."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    rows.writerows([cell(value(card)) for value in COLUMNS.values()] for card in cards)
    return text.getvalue()


def cell(value: Any) -> str:
    """One cell, never a formula: where a text could begin one it gets an apostrophe, which `sources/own_csv.py` takes off."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | Decimal):
        return str(value)
    raw = " ".join(value) if isinstance(value, tuple | list) else str(value)
    clean = FORMULA.sub("'", line(raw))
    return f"'{clean}" if raw.startswith(("\t", "\r")) and not clean.startswith("'") else clean
