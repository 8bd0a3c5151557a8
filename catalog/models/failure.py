"""What went wrong lately, counted: nothing of who asked, and nothing that anyone wrote or got."""

from django.db import models

from catalog.vocabulary import FAILURES


class Failure(models.Model):
    """One way in which things failed on one day (UTC), and how often. `request_id` is that of the last time."""

    day = models.DateField()
    kind = models.CharField(max_length=10, choices=list(FAILURES.items()))
    what = models.CharField("error", max_length=60, help_text="The type of the error, of the limit or of the exception.")
    place = models.CharField(max_length=60, blank=True, help_text="The endpoint, the page's route, the source or the task.")
    model = models.CharField(max_length=200, blank=True)
    status = models.PositiveSmallIntegerField(default=0, help_text="Of the answer; 0 where there was none.")
    times = models.PositiveBigIntegerField(default=0)
    first = models.DateTimeField()
    last = models.DateTimeField(db_index=True)
    request_id = models.CharField("request id", max_length=64, blank=True, help_text="The last one; also in the log.")

    class Meta:
        ordering = ["-last", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["day", "kind", "what", "place", "model", "status"], name="one_failure_row_a_day"),
            models.CheckConstraint(condition=models.Q(kind__in=list(FAILURES)), name="failure_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.what}, {self.day}"
