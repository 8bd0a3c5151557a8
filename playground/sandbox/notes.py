"""What the sandbox must remember, for all processes: everything else about a job or a key is in its id or its digest."""

from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from playground.models import SandboxNote

KEPT_FOR = timedelta(days=8)  # longer than a job is known, so that none comes back from its cancellation
MOST = 10_000  # rows: anyone may make the sandbox remember something


async def times(subject: str) -> int:
    """How often this was noted; `subject` is a digest."""
    found = await SandboxNote.objects.filter(subject=subject).afirst()
    return found.times if found else 0


async def note(subject: str) -> None:
    """Counts one more, also when two processes do so at once."""
    again = {"times": F("times") + 1, "noted": timezone.now()}
    await SandboxNote.objects.aupdate_or_create(subject=subject, defaults=again, create_defaults={"times": 1})


def forget() -> None:
    """Deletes what is too old or too much."""
    SandboxNote.objects.filter(noted__lt=timezone.now() - KEPT_FOR).delete()
    surplus = SandboxNote.objects.order_by("-noted").values_list("noted", flat=True)[MOST : MOST + 1]
    for noted in surplus:
        SandboxNote.objects.filter(noted__lte=noted).delete()
