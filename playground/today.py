"""What the operator sees of a day (UTC): runs, models, errors and what was spent. Nothing that anyone wrote or got."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, Sum
from django.utils import timezone

from playground.bounds import budget
from playground.models import STATES, Run

MODELS = 5


def figures() -> dict[str, Any]:
    """Of the runs that are still kept; `taken` of the budget counts the deleted ones too."""
    day = timezone.now().date()
    runs = Run.objects.on(day).made_here()
    sums = runs.aggregate(
        runs=Count("pk"), sandbox=Count("pk", filter=Q(sandbox=True)), own_key=Count("pk", filter=Q(own_key=True)),
        held=Sum("reserved", filter=Q(state="running"), default=Decimal(0)),
        unsure=Sum("reserved", filter=~Q(state="running"), default=Decimal(0)),
    )  # fmt: skip
    taken, total = budget.taken(day), settings.DAILY_BUDGET_USD
    return sums | {
        "day": day, "next": day + timedelta(days=1), "states": states(runs), "models": models(runs), "budget": total,
        "taken": taken, "spent": max(taken - sums["held"] - sums["unsure"], Decimal(0)),
        "left": None if total is None else total - taken,
    }  # fmt: skip


def states(runs: Any) -> list[tuple[str, str, int]]:
    """Key, words and count of each state that there is, in their usual order."""
    counts = dict(runs.order_by().values_list("state").annotate(Count("pk")))
    return [(state, words, counts[state]) for state, words in STATES.items() if state in counts]


def models(runs: Any) -> list[dict[str, Any]]:
    """Those that ran most, with their errors and what they are known to have cost the site."""
    paid = Sum("cost_effective", filter=Q(sandbox=False, own_key=False))
    counted = runs.order_by().values("model").annotate(runs=Count("pk"), errors=Count("pk", filter=Q(state="error")), cost=paid)
    return list(counted.order_by("-runs", "model")[:MODELS])
