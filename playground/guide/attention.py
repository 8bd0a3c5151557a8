"""What an operator should look at: counts, each with the list that shows them. Few queries, however long the lists are."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Count, Max, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from catalog import disputes, lifecycle, snapshot, syncing
from catalog.admin import filters
from catalog.figures import money
from catalog.models import Failure, Import, Match, Model
from catalog.vocabulary import SOURCES
from playground.bounds import budget
from playground.models import Run

SOON = 60  # days
FAILED = {"site": "This site itself failed", "limit": "Limits refused"}
MUCH = Decimal("0.8")  # of a day's budget


class Row(NamedTuple):
    words: str
    url: str


def rows(user: Any) -> list[Row]:
    """For what this person may see."""
    return [row for right, readers in PARTS.items() if user.has_perm(right) for reader in readers for row in reader()]


def of_models() -> Iterator[Row]:
    """Of those that are on the site."""
    today = lifecycle.today()
    last = today + timedelta(days=SOON)
    soon = Q(retires_on__gt=today, retires_on__lte=last) & ~Q(status="retired")
    count = Model.objects.listed().aggregate(
        unpriced=Count("pk", filter=~filters.priced()), soon=Count("pk", filter=soon), past=Count("pk", filter=filters.past())
    )
    if n := count["unpriced"]:
        yield Row(f"{models(n)} {has(n)} no known price.", listed(price="unknown"))
    if n := count["soon"]:
        query = {"retires_on__gt": today, "retires_on__lte": last, "status__in": "preview,active,retiring"}
        yield Row(f"{models(n)} {'retires' if n == 1 else 'retire'} within {SOON} days.", listed(**query))
    if n := count["past"]:
        yield Row(f"{models(n)} {is_are(n)} retired but still on the site.", listed(retiring="past"))


def of_disputes() -> Iterator[Row]:
    now = snapshot.refresh()
    if slugs := filters.disputed(now):
        prices = sum(bool(disputes.prices(now.by_slug[slug])) for slug in slugs)
        yield Row(f"On {models(len(slugs))} sources disagree, on the price of {prices:,}.", listed(sources="disagree"))


def of_readings() -> Iterator[Row]:
    """The last of each source, where it came to nothing; and a gateway that nobody syncs as was set."""
    ended = Import.objects.exclude(state__in=("planned", "running"))
    newest = ended.order_by().values("source", "state").annotate(last=Max("started"))
    last = {(row["source"], row["state"]): row["last"] for row in newest}
    for source in sorted({source for source, _ in last}):
        state = max((state for name, state in last if name == source), key=lambda state: last[source, state])
        if state != "done":
            words = f"The last reading of {SOURCES.get(source, source)} came to nothing; the catalog is as before."
            yield Row(words, page("catalog_import", source__exact=source, state__exact=state))
    due = syncing.next_of("gateway") if settings.GATEWAY_URL else None
    if due and due < timezone.now() - settings.SYNC_EVERY:
        yield Row("This gateway should have been synced again by now.", page("catalog_import", source__exact="gateway"))


def of_matches() -> Iterator[Row]:
    if n := Match.objects.filter(decided=None).count():
        words = "An id of a source waits" if n == 1 else f"{n:,} ids of sources wait"
        yield Row(f"{words} for somebody to say which model is meant.", page("catalog_match"))


def of_runs() -> Iterator[Row]:
    day = timezone.now().date()
    if n := Run.objects.on(day).made_here().filter(state="error", sandbox=False).count():
        query = {"state__exact": "error", "sandbox__exact": 0, "created__gte": f"{day} 00:00:00+00:00"}
        yield Row(f"{n:,} {'run' if n == 1 else 'runs'} at the gateway got no answer today.", page("playground_run", **query))


def of_failures() -> Iterator[Row]:
    """What this site itself did wrong today, and how often its limits refused; the gateway's errors are runs."""
    today = {"day": timezone.now().date()}
    found = Failure.objects.filter(**today).order_by().values_list("kind").annotate(Sum("times"))
    for kind, n in found:
        if words := FAILED.get(kind):
            times = f"{n:,} {'time' if n == 1 else 'times'} today"
            yield Row(f"{words} {times}.", page("catalog_failure", kind__exact=kind, **today))


def of_budget() -> Iterator[Row]:
    total = settings.DAILY_BUDGET_USD
    if total and (taken := budget.taken(timezone.now().date())) > MUCH * total:
        yield Row(f"{money(taken)} of today's budget of {money(total)} is taken.", "#today")


def listed(**query: Any) -> str:
    return page("catalog_model", **query, listed__exact=1)


def page(name: str, **query: Any) -> str:
    """The admin's list, narrowed."""
    return f"{reverse(f'admin:{name}_changelist')}?{urlencode(query)}".rstrip("?")


def models(n: int) -> str:
    return f"{n:,} {'model' if n == 1 else 'models'}"


def has(n: int) -> str:
    return "has" if n == 1 else "have"


def is_are(n: int) -> str:
    return "is" if n == 1 else "are"


# By the right that it takes to see the rows.
PARTS = {
    "catalog.view_model": (of_models, of_disputes),
    "catalog.view_import": (of_readings,),
    "catalog.view_match": (of_matches,),
    "catalog.view_failure": (of_failures,),
    "playground.view_run": (of_runs, of_budget),
}
