"""What was run here."""

from django.db import models

from catalog.models.model import Model
from catalog.vocabulary import USED_ON


class Usage(models.Model):
    """One model's use in one hour, rolled up by the playground. Sums and counts only, nothing of any visitor."""

    model = models.ForeignKey(Model, models.CASCADE, related_name="usage")
    hour = models.DateTimeField(db_index=True, help_text="Its beginning, UTC.")
    source = models.CharField(max_length=10, choices=list(USED_ON.items()))
    requests = models.PositiveBigIntegerField(default=0)
    errors = models.PositiveBigIntegerField(default=0, help_text="Requests that failed, not by their own fault.")
    tokens = models.PositiveBigIntegerField(default=0)
    spend = models.DecimalField(max_digits=18, decimal_places=8, default=0, help_text="US dollars at list price.")
    priced = models.PositiveBigIntegerField(default=0, help_text="Requests whose cost is known.")
    timed_tokens = models.PositiveBigIntegerField(default=0, help_text="Output tokens of whole answers that took a known time.")
    timed_ms = models.PositiveBigIntegerField(default=0, help_text="That time.")
    streams = models.PositiveBigIntegerField(default=0, help_text="Answers whose first token has a known time.")
    first_token_ms = models.PositiveBigIntegerField(default=0, help_text="Those times together.")

    class Meta:
        ordering = ["-hour"]
        constraints = [models.UniqueConstraint(fields=["model", "hour", "source"], name="one_usage_row_an_hour")]

    def __str__(self) -> str:
        return f"{self.model_id} {self.hour:%Y-%m-%d %H:%M} {self.source}"
