"""What sources say, and what changed."""

from typing import Any

from django.db import models
from django.utils import timezone

from catalog.models.model import Model


class Claim(models.Model):
    """What one source says of one field: a fact's name, or `price.<meter>` and `price.<meter>@<condition>`."""

    model = models.ForeignKey(Model, models.CASCADE, related_name="claims")
    field = models.CharField(max_length=80)
    value = models.JSONField(null=True)
    source = models.CharField(max_length=40)
    as_of = models.DateField()
    url = models.URLField(max_length=500, blank=True)
    doubt = models.JSONField(default=None, null=True, blank=True, help_text="Why the value itself looks doubtful.")

    class Meta:
        ordering = ["model", "field", "source"]
        constraints = [
            models.UniqueConstraint(fields=["model", "field", "source"], name="one_claim_per_source"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.field} = {self.value}"


class Edit(models.Model):
    """One save of one model by a person, with what it takes to undo it."""

    model = models.ForeignKey(Model, models.CASCADE, related_name="edits")
    at = models.DateTimeField(default=timezone.now, db_index=True)
    by = models.CharField(max_length=150)
    before = models.JSONField(help_text='{"pins": {field: value, or absent where nothing was pinned}, "columns": {…}}')
    after = models.JSONField(help_text="The same, as the save left them.")
    undone = models.BooleanField(default=False)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.model_id} by {self.by}"


class Change(models.Model):
    """One field of one model going from one value to another."""

    model = models.ForeignKey(Model, models.CASCADE, related_name="changes")
    field = models.CharField(max_length=80)
    before: Any = models.JSONField(null=True)
    after: Any = models.JSONField(null=True)
    source = models.CharField(max_length=40)
    by = models.CharField(max_length=150, blank=True, help_text="Who edited it; blank: the source itself.")
    edit = models.ForeignKey(Edit, models.SET_NULL, null=True, blank=True, related_name="changes")
    at = models.DateTimeField(default=timezone.now, db_index=True, help_text="When it was recorded.")
    valid_from = models.DateField(null=True, blank=True, help_text="Of a price: the first day on which the new state holds.")

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.model_id}.{self.field}"
