"""Who may run models, how often, and how much a day may cost."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from playground import own_key
from playground.models import Run
from playground.visitors import address, visitor


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a run was not started: an HTTP status, an error type, a sentence, and seconds to wait where waiting helps."""

    status: int
    type: str
    message: str
    retry_after: int | None = None


def refusal(request: HttpRequest) -> Refusal | None:
    """The first reason against this visitor's next run, or None."""
    return access(request) or key_gone(request) or pace(request) or budget()


def access(request: HttpRequest) -> Refusal | None:
    rule = settings.PLAYGROUND_ACCESS
    if rule == "off":
        return Refusal(403, "playground_off", "The operator has switched the playground off.")
    if rule == "users" and not request.user.is_authenticated:
        return Refusal(403, "sign_in_needed", "Sign in to run models.")
    if rule == "staff" and not request.user.is_staff:
        return Refusal(403, "staff_only", "Only staff may run models on this site.")
    return None


def key_gone(request: HttpRequest) -> Refusal | None:
    """A key of the visitor's own that can no longer be read: another one pays only once the visitor knows."""
    told = f"Your own key, which is kept for {own_key.KEPT_HOURS} hours, could no longer be read, so it was removed."
    again = "Nothing was sent. Run again to use this site's key, or give yours again."
    return Refusal(403, "own_key_gone", f"{told} {again}") if own_key.forget_lost(request) else None


def pace(request: HttpRequest) -> Refusal | None:
    """Over RUNS_PER_MINUTE, counted for the visitor and for the network address alike."""
    who = visitor(request, make=True)
    assert who is not None
    recent = Run.objects.by(who, address(request)).since(minutes=1).order_by("created")
    started = list(recent.values_list("created", flat=True))
    limit = settings.RUNS_PER_MINUTE
    if len(started) < limit:
        return None
    # The run whose ageing out of the minute makes room for the next one.
    frees = started[len(started) - limit] + timedelta(minutes=1) if limit else timezone.now() + timedelta(minutes=1)
    wait = max(1, int((frees - timezone.now()).total_seconds()) + 1)
    return Refusal(429, "quota_reached", f"This site starts at most {limit} runs a minute for one visitor.", wait)


def budget() -> Refusal | None:
    if settings.DAILY_BUDGET_USD is None:
        return None
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    if Run.objects.filter(created__gte=midnight, sandbox=False).spent() < settings.DAILY_BUDGET_USD:
        return None
    wait = int((midnight + timedelta(days=1) - timezone.now()).total_seconds()) + 1
    return Refusal(429, "budget_spent", "This site's budget for today is spent. It starts anew at 00:00 UTC.", wait)
