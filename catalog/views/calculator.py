"""What a month of work costs: the page, the same as JSON, and the counting of a pasted text."""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from catalog import machines, snapshot, workload
from catalog.calculator import Bill, bills, fields
from catalog.compare import MAX_COMPARED
from catalog.export import address, price
from catalog.figures import plain
from catalog.search.query import BASES, DEFAULT_BASIS, Query
from catalog.snapshot import Card, Snapshot
from catalog.views.page import page
from catalog.workload import QUANTITIES, Workload

SUGGESTED = 6


class Field(NamedTuple):
    key: str
    label: str
    value: str
    limit: int
    whole: bool
    error: str


class Asked(NamedTuple):
    """A calculation as its address says it: the models, the work, and what is wrong with either."""

    cards: list[Card]
    work: Workload
    unknown: list[str]
    errors: list[str]

    @property
    def link(self) -> str:
        return link(self.cards, self.work)

    @property
    def bills(self) -> list[Bill]:
        return [] if self.work.errors else bills(self.cards, self.work)


def asked(request: HttpRequest, now: Snapshot) -> Asked:
    names = [name.strip() for value in request.GET.getlist("models") for name in value.split(",") if name.strip()]
    found = list({card.slug: card for name in names if (card := now.find(name))}.values())
    unknown = [name for name in dict.fromkeys(names) if not now.find(name)]
    cards = found[:MAX_COMPARED]
    work = workload.read(request.GET, workload.sizes(cards))
    errors = [f"models: no model is called {name[:200]}." for name in unknown]
    if len(found) > MAX_COMPARED:
        errors.append(f"models: {MAX_COMPARED} at a time; {len(found) - MAX_COMPARED} more were left out.")
    return Asked(cards, work, unknown, [*errors, *work.errors.values()])


def link(cards: list[Card], work: Workload, **changed: str) -> str:
    """The query of a calculation, whole: what is not shown is left out, what is the example stands there too."""
    pairs = [("models", ",".join(card.slug for card in cards))] if cards else []
    pairs += [(key, (work.typed | changed)[key]) for key in fields(cards)]
    pairs += [("size", work.size)] if work.size else []
    basis = changed.get("prices", work.basis)
    return urlencode(pairs + ([("prices", basis)] if basis != DEFAULT_BASIS else []), safe="/:@,")


@page
@vary_on_headers("HX-Request-Type")
async def calculator(request: HttpRequest) -> HttpResponse:
    now = await snapshot.current()
    found = asked(request, now)
    part = "#calculation" if request.htmx.request_type == "partial" else ""
    response = render(request, f"catalog/calculator.html{part}", context(now, found), status=400 if found.errors else 200)
    if part:
        response["HX-Replace-Url"] = f"{reverse('calculator')}?{found.link}"
    return response


def context(now: Snapshot, found: Asked) -> dict[str, Any]:
    cards, work = found.cards, found.work
    return {
        "snapshot": now, "cards": cards, "work": work, "errors": found.errors, "bills": found.bills, "link": found.link,
        "fields": [shown(key, work) for key in fields(cards)], "sizes": workload.sizes(cards), "limit": MAX_COMPARED,
        "unknown": [(name, close_to(now, name)) for name in found.unknown],
        "removals": [(card, link([other for other in cards if other is not card], work)) for card in cards],
        "bases": [(key, label, link(cards, work, prices=key)) for key, label in BASES.items()],
        "suggested": [] if cards else suggested(now, work), "all_slugs": now.by_slug, "slugs": ",".join(c.slug for c in cards),
    }  # fmt: skip


def shown(key: str, work: Workload) -> Field:
    quantity = QUANTITIES[key]
    return Field(key, quantity.label, work.typed[key], quantity.limit, quantity.whole, work.errors.get(key, ""))


def close_to(now: Snapshot, name: str) -> tuple[Card, ...]:
    return now.index.search(Query(text=name.rpartition("/")[2]), size=3).cards


def suggested(now: Snapshot, work: Workload) -> list[tuple[Card, str]]:
    """The newest text models with a price, each with the calculation for it."""
    newest = now.index.search(Query(chosen={"modality": ("chat",), "price": ("known",)}, sort="-released"), size=SUGGESTED)
    return [(card, link([card], work)) for card in newest.cards]


@require_safe
async def calculator_json(request: HttpRequest) -> HttpResponse:
    """The same calculation with exact decimals; null is unknown."""
    found = asked(request, await snapshot.current())
    if found.errors:
        field = next(iter(found.work.errors), "models") if not found.unknown else "models"
        return machines.refused(" ".join(found.errors), field, "invalid_calculation")
    stated = {key: plain(found.work.values[key]) if key in found.work.values else None for key in fields(found.cards)}
    return machines.json_answer(request, {
        "object": "calculation", "currency": "USD", "workload": stated | {"size": found.work.size or None},
        "data": [billed(bill) for bill in found.bills], "url": f"{address('calculator')}?{found.link}",
    })  # fmt: skip


def billed(bill: Bill) -> dict[str, Any]:
    total, effective = bill.total, bill.effective
    return {
        "id": bill.card.slug, "list": None if total is None else plain(total),
        "effective": None if effective is None else plain(effective),
        "lines": [
            {"service": line.service or None, "requests": plain(line.requests), "count": plain(line.count),
             "price": price(line.rate), "cost": plain(line.amount), "formula": line.formula}
            for line in bill.lines
        ],
        "missing": bill.missing, "notes": bill.notes,
    }  # fmt: skip
