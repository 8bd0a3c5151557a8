"""One import at a time: a row says that one is under way, and what became of it."""

from datetime import timedelta

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Q
from django.utils import timezone

from catalog import processes
from catalog.imports.plans import Plan
from catalog.models import Import

# Between the row and the transaction that follows it lies nothing that takes time.
STARTS_WITHIN = timedelta(seconds=30)
REPORTS = 10  # of a source: older imports keep their counts alone
DIED = "The process that did it ended without a word; nothing was applied."


class Busy(Exception):
    """Another import is under way."""


def begin(plan: Plan, by: str, place: str) -> Import:
    """Says that an import is under way, in a transaction of its own."""
    running = Import.objects.filter(state="running").first()
    if running and timezone.now() - running.alive < STARTS_WITHIN and running.process not in processes.dead():
        raise busy(running)
    try:
        with transaction.atomic():
            bury_dead()
            forget(plan.source)
            told = {"by": by, "place": place[:500], "counts": plan.counts, "process": processes.mine()}
            return Import.objects.create(source=plan.source, state="running", **told)
    except (IntegrityError, OperationalError) as fault:
        raise busy(running) from fault


def busy(running: Import | None) -> Busy:
    which = f" ({running})" if running else ""
    return Busy(f"Another import{which} is under way. Try again when it is done.")


@transaction.atomic
def bury_dead() -> None:
    """An import holds its row, or all of SQLite, while it writes: one whose row is free, and not new, has died. So has one
    whose process is known to be gone.
    """
    before = timezone.now() - STARTS_WITHIN
    free = Import.objects.select_for_update(skip_locked=True).filter(state="running")
    died = free.filter(Q(alive__lt=before) | Q(process__in=processes.dead()))
    Import.objects.filter(pk__in=[row.pk for row in died]).update(state="failed", fault=DIED, finished=timezone.now())


def forget(source: str) -> None:
    """Empties what older imports told in full, which is a megabyte each for a large source."""
    told = Import.objects.filter(source=source).exclude(state="planned").exclude(rows=[], report={})
    old = list(told.values_list("pk", flat=True)[REPORTS - 1 :])
    Import.objects.filter(pk__in=old).update(rows=[], report={})


def hold(row: Import) -> None:
    """Inside the transaction that writes: keeps others from burying this import, which may have happened already."""
    if not Import.objects.select_for_update().filter(pk=row.pk, state="running").exists():
        raise Busy("Another import took over.")


def end(row: Import, state: str, fault: str = "", **values: object) -> None:
    row.state, row.fault, row.finished = state, fault, timezone.now()
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
