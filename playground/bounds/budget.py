"""What of the day's budget is taken: by runs whose cost is known, and held for those whose cost is not.

One row a day (UTC), moved by single statements, so that any number of processes agree and no run that is deleted gives
anything back. It counts billionths of a dollar, which a float holds exactly.
"""

from datetime import date
from decimal import ROUND_CEILING, Decimal

from django.conf import settings
from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from playground.models import Bucket, Run

BILLION = 10**9
NOT_CHARGED = ("bad_request", "connection_refused", "dns_error", "tls_error", "connect_timeout")  # nothing was sent

# Written out: to have it worked out for each run takes ten times as long as the database does.
MOVE = "UPDATE playground_bucket SET level = level + %s, updated = %s WHERE subject = %s"
TAKEN = "SELECT level FROM playground_bucket WHERE subject = %s"
BROKEN_OFF = ("stopped", "incomplete", "limited")  # counts that came before an answer's end are not those of all of it


def counts(run: Run) -> bool:
    """Whether the site pays for the run."""
    return not run.sandbox and not run.own_key


def take(day: date, amount: Decimal) -> bool:
    """Takes an amount if the day's budget still holds it whole."""
    most = None if settings.DAILY_BUDGET_USD is None else units(settings.DAILY_BUDGET_USD) - units(amount)
    taken = move(day, units(amount), most)
    if not taken and Bucket.objects.get_or_create(subject=subject(day), defaults={"level": 0})[1]:
        taken = move(day, units(amount), most)  # the day's first
    return taken == 1


def move(day: date, by: int, most: int | None = None) -> int:
    """Adds to what is taken, where that is `most` at most. Returns how many rows that were."""
    room = ("", []) if most is None else (" AND level <= %s", [most])
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(MOVE + room[0], [by, now, subject(day), *room[1]])
        return cursor.rowcount


def settle(run: Run, most: Decimal | None = None) -> None:
    """At the end of a run, before it is saved: its cost takes the place of what was held.

    Of a cost unknown the `most` that it can be stays held, or, where nobody knows that either, all that was held.
    """
    if run.reserved is None:
        return
    cost = charged(run)
    taken = cost if cost is not None else still_held(run, most)
    move(run.created.date(), units(taken) - units(run.reserved))
    run.reserved = taken if cost is None else None


def still_held(run: Run, most: Decimal | None) -> Decimal:
    """No more than before, unless what was counted until a stream broke off is more."""
    bound = run.reserved if most is None else min(run.reserved, round(most, 12))
    return max(bound, run.cost_effective or Decimal(0))


def charged(run: Run) -> Decimal | None:
    """What a finished run cost, None where nobody knows. A request that was refused or never arrived cost nothing."""
    if run.state in BROKEN_OFF:
        return None
    if run.state != "error":
        return run.cost_effective
    error = run.error or {}
    return Decimal(0) if (error.get("status") or 0) >= 400 or error.get("type") in NOT_CHARGED else run.cost_effective


def taken(day: date) -> Decimal:
    """US dollars that are spent or held."""
    with connection.cursor() as cursor:
        cursor.execute(TAKEN, [subject(day)])
        row = cursor.fetchone()
    return Decimal(int(row[0])) / BILLION if row else Decimal(0)


def left(day: date) -> Decimal:
    """US dollars; below zero where runs cost more than was held for them. Of a site that has a budget."""
    return settings.DAILY_BUDGET_USD - taken(day)


def held(day: date) -> Decimal:
    """US dollars held for runs under way."""
    return Run.objects.on(day).running().aggregate(sum=Sum("reserved"))["sum"] or Decimal(0)


def subject(day: date) -> str:
    return f"budget of {day}"


def units(amount: Decimal) -> int:
    return int((amount * BILLION).to_integral_value(ROUND_CEILING))
