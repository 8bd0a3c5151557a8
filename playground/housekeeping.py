"""What is tidied up: runs that a stopped process left behind, and runs that are older than they may be kept."""

from playground import polling, sandbox_notes
from playground.models import Run
from playground.store import delete_files

RUN_LASTS = 10  # minutes; twice what the gateway's clocks allow
JOB_IS_KEPT = 24 * 60  # minutes in which someone may come back and ask for a job's end


def mark_orphans() -> int:
    """Closes runs that are older than any run can last: the process that ran them is gone. Returns how many."""
    error = {"status": None, "type": "interrupted", "message": "The site stopped while this ran.", "retry_after": None}
    return Run.objects.running().filter(job="").started_before(minutes=RUN_LASTS).update(state="stopped", error=error)


def give_up_jobs() -> int:
    """Closes jobs whose end nobody asked for. Returns how many."""
    jobs = Run.objects.running().exclude(job="").started_before(minutes=JOB_IS_KEPT)
    return jobs.update(state="limited", error=polling.timed_out(), usage=None, cost_list=None, cost_effective=None)


def tidy() -> None:
    """Everything that is due now and then."""
    mark_orphans()
    give_up_jobs()
    purge()
    sandbox_notes.forget()


def purge() -> int:
    """Deletes runs past RUN_RETENTION_DAYS with their files. Returns how many."""
    ids = list(Run.objects.exclude(state="running").expired().values_list("id", flat=True))
    for run_id in ids:
        delete_files(run_id)
    Run.objects.filter(id__in=ids).delete()
    return len(ids)
