"""Who may run models, how often, how many at once, and how much a day may cost."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from math import ceil

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from catalog.figures import money
from playground.bounds import buckets, budget
from playground.bounds.buckets import Share
from playground.models import Run
from playground.running import draining, own_key
from playground.running.upstream import is_sandbox
from playground.visitors import address, owner

SOON = 10  # seconds after which it is worth asking for room again
ADMISSION = 0x4D6F64656C7279  # the lock under which runs are counted and begun; any number that nothing else uses
WHOSE = {"visitor": "for one visitor", "address": "for one network address"}
FULL = "This site runs at most {} at once for all visitors, and so many are under way. Nothing was sent: run again in a moment."

CHEAPER = "Ask for fewer output tokens, or choose a cheaper model."


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a run was not started: an HTTP status, an error type, a sentence, and seconds to wait where waiting helps."""

    status: int
    type: str
    message: str
    retry_after: int | None = None


class Refused(Exception):
    """Raised where only the transaction that begins a run can tell."""

    def __init__(self, refusal: Refusal):
        self.refusal = refusal
        super().__init__(refusal.message)


def refusal(request: HttpRequest, runs: int = 1) -> Refusal | None:
    """The first reason against this visitor's next `runs`, or None. `admit` has the last word on each."""
    return stopping() or closed(request) or key_gone(request) or pace(request, runs)


def stopping() -> Refusal | None:
    """This process is about to end; another one takes the next run."""
    message = "This site is being restarted. Nothing was sent: run again in a moment."
    return Refusal(503, "site_stopping", message, SOON) if draining.begun() else None


def closed(request: HttpRequest) -> Refusal | None:
    """Why this visitor can start nothing now, whatever it is: told before anything is typed."""
    return access(request) or exhausted(request)


def access(request: HttpRequest) -> Refusal | None:
    rule = settings.PLAYGROUND_ACCESS
    if rule == "off":
        return Refusal(403, "playground_off", "The operator has switched the playground off.")
    if rule == "login" and not request.user.is_authenticated:
        return Refusal(403, "sign_in_needed", "Sign in to run models.")
    if rule == "staff" and not request.user.is_staff:
        return Refusal(403, "staff_only", "Only staff may run models on this site.")
    return None


def key_gone(request: HttpRequest) -> Refusal | None:
    """A key of the visitor's own that can no longer be read: another one pays only once the visitor knows."""
    told = f"Your own key, which is kept for {own_key.KEPT_HOURS} hours, could no longer be read, so it was removed."
    again = "Nothing was sent. Run again to use this site's key, or give yours again."
    return Refusal(403, "own_key_gone", f"{told} {again}") if own_key.forget_lost(request) else None


def exhausted(request: HttpRequest) -> Refusal | None:
    """The day's budget is spent, and this visitor's runs would be paid from it."""
    if settings.DAILY_BUDGET_USD is None or is_sandbox() or own_key.read(request):
        return None
    now = timezone.now()
    left = budget.left(now.date())
    return spent(now) if left <= 0 and left + budget.held(now.date()) <= 0 else None


def spent(now: datetime) -> Refusal:
    wait = until_midnight(now)
    message = f"This site's budget of {money(settings.DAILY_BUDGET_USD)} for today is spent. {anew(wait)}"
    return Refusal(429, "budget_spent", message, wait)


def pace(request: HttpRequest, runs: int = 1) -> Refusal | None:
    """Takes `runs` from the buckets of the visitor and of the network address, or says when they will be there."""
    most = settings.RUNS_PER_MINUTE
    rule = f"This site starts at most {most} run{'' if most == 1 else 's'} a minute for one visitor"
    if runs > most:
        return Refusal(429, "quota_reached", f"{rule}, and this would be {runs}.")
    many = most * settings.VISITORS_PER_ADDRESS
    told = owner(request, make=True)
    who = f"account {told.user.pk}" if told.user else f"visitor {told.visitor}"
    wait = buckets.take([Share(subject(who), most), Share(subject(f"address {address(request)}"), many)], runs)
    message = f"{rule} and {many} for one network address. Wait a moment, then run again."
    return Refusal(429, "quota_reached", message, ceil(wait)) if wait else None


def subject(who: str) -> str:
    return sha256(f"runs of {who}".encode()).hexdigest()


def admit(run: Run, most: Decimal) -> None:
    """Counts a run in that is about to be written, and holds the `most` it can cost. Raises Refused.

    Belongs into the transaction that writes the row: of two who ask at once the second sees the first.
    """
    if connection.vendor == "postgresql":  # SQLite's transactions wait for each other by themselves
        connection.cursor().execute("SELECT pg_advisory_xact_lock(%s)", [ADMISSION])
    if found := crowd(run):
        raise Refused(found)
    if budget.counts(run):
        hold(run, most)


def crowd(run: Run) -> Refusal | None:
    """Too many answers on their way at once: of the visitor, of the network address, or of the whole site."""
    each = settings.RUNS_AT_ONCE
    limits = {"visitor": each, "address": each * settings.VISITORS_PER_ADDRESS, "site": settings.SITE_RUNS_AT_ONCE}
    for (name, most), running in zip(limits.items(), Run.objects.streaming_beside(run), strict=True):
        if running >= most:
            return site_full() if name == "site" else too_many(most, WHOSE[name])
    return None


def site_full() -> Refusal:
    return Refusal(503, "site_full", FULL.format(settings.SITE_RUNS_AT_ONCE), SOON)


def too_many(most: int, whose: str) -> Refusal:
    message = f"This site runs at most {most} at once {whose}. Wait until one has ended, or stop one."
    return Refusal(429, "too_many_at_once", message, SOON)


def hold(run: Run, most: Decimal) -> None:
    run.reserved = round(most, 12)
    if not budget.take(run.created.date(), run.reserved):
        raise Refused(broke(run.reserved, run.created))


def broke(most: Decimal, now: datetime) -> Refusal:
    """The day's budget does not hold what a run may cost: what there is, what may be done, and when it starts anew."""
    total, left, held = settings.DAILY_BUDGET_USD, budget.left(now.date()), budget.held(now.date())
    if left + held <= 0:
        return spent(now)
    if most > total:
        told = f"This run may cost up to {money(most)}, and this site spends {money(total)} a day."
        return Refusal(429, "over_budget", f"{told} {CHEAPER}")
    rest = money(max(left, Decimal(0)))
    told = f"This run may cost up to {money(most)}, and {rest} is left of this site's {money(total)} for today."
    if most <= left + held:
        return Refusal(429, "budget_held", f"{told} Runs under way hold {money(held)} until they end: try again soon.", SOON)
    wait = until_midnight(now)
    return Refusal(429, "budget_spent", f"{told} {CHEAPER} {anew(wait)}", wait)


def anew(wait: int) -> str:
    return f"It starts anew at 00:00 UTC, in {wait // 3600} h {wait % 3600 // 60} m."


def until_midnight(now: datetime) -> int:
    """Whole seconds until the next day of UTC."""
    end = datetime.combine(now.date() + timedelta(days=1), time(), tzinfo=now.tzinfo)
    return ceil((end - now).total_seconds())
