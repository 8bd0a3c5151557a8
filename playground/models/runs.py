"""Runs and what came out of them. Bodies are kept for `RUN_RETENTION_DAYS`; keys never reach these tables."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from django.conf import settings
from django.db import connection, models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from catalog.endpoints.sandbox import pictures
from playground.kept import Kept, folder
from playground.visitors import OwnedQuerySet

STATES = {
    "running": "Running",
    "complete": "Complete",
    "incomplete": "Incomplete: the answer was cut",
    "limited": "Limited: a cap of this site ended it",
    "error": "Error: no answer",
    "stopped": "Stopped",
}
IMPORTED = "imported "  # an address that is no digest: the run came from a visitor's file, on the day that follows
PROBED = "probe"  # an address that is no digest: this site asked by itself
PROBER = uuid.UUID(int=0)  # the visitor that such runs belong to, which no browser is
RUN_LASTS = 10  # minutes; twice what the gateway's clocks allow
# Written out, since each run asks it: to have it worked out takes ten times as long as the database does.
STREAMING = """
SELECT COUNT(CASE WHEN visitor = %s OR user_id = %s THEN 1 END), COUNT(CASE WHEN address = %s THEN 1 END), COUNT(*)
FROM playground_run WHERE state = 'running' AND job = '' AND created >= %s
"""


class RunGroup(models.Model):
    """Runs that were started together, such as one prompt sent to several models."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    visitor = models.UUIDField(db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    created = models.DateTimeField(default=timezone.now)

    objects = OwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.id)

    def get_absolute_url(self) -> str:
        return reverse("group", args=[self.id])


class RunQuerySet(OwnedQuerySet):
    def by(self, visitor: uuid.UUID, address: str) -> RunQuerySet:
        """Runs of a visitor, or from the same network address by whatever name."""
        return self.filter(Q(visitor=visitor) | Q(address=address))

    def since(self, **ago: int) -> RunQuerySet:
        return self.filter(created__gte=timezone.now() - timedelta(**ago))

    def on(self, day: date) -> RunQuerySet:
        """Begun on that day of UTC."""
        midnight = datetime.combine(day, time(), tzinfo=UTC)
        return self.filter(created__gte=midnight, created__lt=midnight + timedelta(days=1))

    def running(self) -> RunQuerySet:
        return self.filter(state="running")

    def imported(self) -> RunQuerySet:
        return self.filter(address__startswith=IMPORTED)

    def made_here(self) -> RunQuerySet:
        """Those that this site ran, which alone count for figures."""
        return self.exclude(address__startswith=IMPORTED)

    def streaming(self) -> RunQuerySet:
        """Those whose answers are on their way: no jobs, which are polled, and none left behind by a process that is gone."""
        return self.running().filter(job="").since(minutes=RUN_LASTS)

    def streaming_beside(self, run: Run) -> tuple[int, int, int]:
        """How many of `streaming` are of the run's visitor or account, of its address, and of all."""
        visitor = Run._meta.get_field("visitor").get_db_prep_value(None if run.user_id else run.visitor, connection)
        since = connection.ops.adapt_datetimefield_value(timezone.now() - timedelta(minutes=RUN_LASTS))
        with connection.cursor() as cursor:
            cursor.execute(STREAMING, [visitor, run.user_id, run.address, since])
            return cursor.fetchone()

    def expired(self) -> RunQuerySet:
        """Kept for RUN_RETENTION_DAYS; an imported one since it came here, whenever it ran."""
        oldest = timezone.now() - timedelta(days=settings.RUN_RETENTION_DAYS)
        came_before = Q(address__lt=f"{IMPORTED}{oldest:%Y-%m-%d}")
        return self.filter(created__lt=oldest).filter(~Q(address__startswith=IMPORTED) | came_before)


class Run(models.Model):
    """One call of one model: what was sent, what came back, and what it cost at the prices of that moment."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    group = models.ForeignKey(RunGroup, models.SET_NULL, null=True, blank=True, related_name="runs")
    position = models.PositiveSmallIntegerField(default=0)
    visitor = models.UUIDField(db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    address = models.CharField(max_length=64, blank=True, help_text="Keyed digest of the network address, anew every day.")
    model = models.CharField(max_length=200)
    endpoint = models.CharField(max_length=30)
    state = models.CharField(max_length=10, default="running", choices=list(STATES.items()))
    sandbox = models.BooleanField(default=False)
    created = models.DateTimeField(default=timezone.now, db_index=True)
    finished = models.DateTimeField(null=True, blank=True)

    method = models.CharField(max_length=10, default="POST")
    url = models.CharField(max_length=500, blank=True)
    request_headers = models.JSONField(default=list)
    request_body = models.TextField(null=True, blank=True)
    request_parts = models.JSONField(null=True, blank=True, help_text="Names, types and sizes of a multipart body.")
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    response_headers = models.JSONField(default=list)
    response_body = models.TextField(null=True, blank=True)
    output = models.TextField(null=True, blank=True)
    error = models.JSONField(null=True, blank=True)
    left_out = models.JSONField(default=list, help_text="Parameters that the form did not send, each with the reason.")
    job = models.CharField(max_length=500, blank=True, help_text="The gateway's id of a job that is polled.")
    progress = models.FloatField(null=True, blank=True, help_text="Of a job, in per cent.")
    process = models.CharField(max_length=32, blank=True, help_text="Which process runs it: `catalog.processes`.")
    stop_asked = models.BooleanField(default=False, help_text="For the process that runs it: hang up.")
    poll_after = models.DateTimeField(null=True, blank=True, help_text="A job is not asked for before this.")

    arrivals = models.JSONField(default=list, help_text="When each streamed event came, in ms since the start; the first ones.")
    usage = models.JSONField(null=True, blank=True)
    prices = models.JSONField(default=list, help_text="The prices that the cost was computed from.")
    cost_list = models.DecimalField(max_digits=24, decimal_places=12, null=True, blank=True)
    cost_effective = models.DecimalField(max_digits=24, decimal_places=12, null=True, blank=True)
    cost_told = models.DecimalField(
        max_digits=24, decimal_places=12, null=True, blank=True, help_text="What the gateway itself says that it charged."
    )
    reserved = models.DecimalField(
        max_digits=24, decimal_places=12, null=True, blank=True, help_text="Held of the day's budget until the cost is known."
    )
    own_key = models.BooleanField(default=False, help_text="Paid with a key of the visitor's own.")
    first_token_ms = models.FloatField(null=True, blank=True)
    total_ms = models.FloatField(null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-created"]
        indexes = [models.Index(fields=["address", "created"]), models.Index(fields=["visitor", "created"])]
        constraints = [models.CheckConstraint(condition=Q(state__in=list(STATES)), name="run_state_known")]

    def __str__(self) -> str:
        return f"{self.model} {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("run", args=[self.id])

    @property
    def imported(self) -> bool:
        """Whether it came from a visitor's file: this site knows of it what the file says."""
        return self.address.startswith(IMPORTED)

    @property
    def probed(self) -> bool:
        """Whether a probe asked: such runs count for budgets, not for what is used here."""
        return self.address == PROBED


HEAD = 64 * 1024  # bytes of a picture in which its size stands
LONGEST_SIDE = 4  # times the shortest: a picture that says more of itself gets no place before it is there


class Artifact(models.Model):
    """A file that came out of a run. `n` counts from 0; `type` is what its bytes show, not what was claimed."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="artifacts")
    n = models.PositiveSmallIntegerField()
    type = models.CharField(max_length=80)
    bytes = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["n"]
        constraints = [models.UniqueConstraint(fields=["run", "n"], name="one_artifact_a_number")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.n}"

    def get_absolute_url(self) -> str:
        return reverse("artifact", args=[self.run_id, self.n])

    @property
    def file(self) -> Kept:
        return Kept(f"artifacts/{self.run_id}/{self.n}")

    @cached_property
    def pixels(self) -> tuple[int, int] | None:
        """Width and height of a picture, so that its place is kept until it is loaded; None where they are not known, or where
        asking another machine for the file would keep everyone waiting.
        """
        if folder() is None:
            return None
        try:
            with self.file.open() as picture:
                found = pictures.size(picture.read(HEAD))
        except OSError:
            return None
        return found if found and min(found) * LONGEST_SIDE >= max(found) > 0 else None
