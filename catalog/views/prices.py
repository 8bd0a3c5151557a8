"""The calculation and the history of a model's prices, as JSON."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from catalog import snapshot
from catalog.costs import history
from catalog.costs.calculator import Bill, fields
from catalog.figures import plain
from catalog.programs import machines, replies
from catalog.programs.export import address, price
from catalog.views.calculator import asked


@replies.open_data
async def calculator_json(request: HttpRequest) -> HttpResponse:
    """The same calculation with exact decimals; null is unknown."""
    now = await snapshot.current()
    found = asked(request.GET, now)
    if found.errors:
        field = next(iter(found.work.errors), "models") if not found.unknown else "models"
        return replies.refused(" ".join(found.errors), field, "invalid_calculation")
    stated = {key: plain(found.work.values[key]) if key in found.work.values else None for key in fields(found.cards)}
    stated |= {"size": found.work.size or None, "service": found.work.service or None}
    return replies.json_answer(request, now, {
        "object": "calculation", "currency": "USD", "workload": stated,
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


@replies.open_data
async def prices_json(request: HttpRequest, slug: str) -> HttpResponse:
    """Every price of a model with its history."""
    now = await snapshot.current()
    card = now.by_slug.get(slug)
    return replies.json_answer(request, now, history.data(card)) if card else machines.moved(now, slug, "prices_json")
