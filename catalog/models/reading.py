"""Reading of sources: their order, what each reading came to, and ids that wait for a person."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalog.models.model import Model
from catalog.vocabulary import IMPORT_STATES, PIN, SOURCES


class Source(models.Model):
    """The place of a source among all: of two that speak of a fact, the one with the lower place is shown. A pin is above all."""

    key = models.CharField(max_length=40, unique=True)
    place = models.PositiveSmallIntegerField()
    begun = models.DateTimeField(null=True, blank=True, editable=False, help_text="When a sync of it began that has not ended.")
    process = models.CharField(max_length=32, blank=True, editable=False, help_text="Which process does that sync.")

    class Meta:
        ordering = ["place", "key"]

    def __str__(self) -> str:
        return SOURCES.get(self.key, self.key)

    @classmethod
    def ranks(cls) -> dict[str, int]:
        """`{source: place}`, the lowest is the best. A source without a row has the place that it comes with."""
        return cls.COME_WITH | dict(cls.objects.values_list("key", "place")) | {PIN: -1}

    COME_WITH = {key: 10 * place for place, key in enumerate(SOURCES) if key != PIN}


class Import(models.Model):
    """One reading of a source: when, by whom, what it stated and what came of it."""

    source = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=list(IMPORT_STATES.items()))
    started = models.DateTimeField(default=timezone.now, db_index=True)
    finished = models.DateTimeField(null=True, blank=True)
    alive = models.DateTimeField(default=timezone.now, help_text="When the process that does it last said so.")
    process = models.CharField(max_length=32, blank=True, help_text="Which process does it.")
    by = models.CharField(max_length=150, blank=True, help_text="Who asked for it; blank: a command.")
    place = models.CharField(max_length=500, blank=True, help_text="The file or address that was read.")
    rows = models.JSONField(default=list, help_text="What it stated, kept from a preview until it is applied.")
    counts = models.JSONField(default=dict, help_text='{"created": 3, "changed": 12, "refused": 1, …}')
    report = models.JSONField(default=dict, help_text="What was refused, kept or hidden, with reasons.")
    fault = models.TextField(blank=True, help_text="Why nothing was applied, in a sentence.")

    class Meta:
        ordering = ["-started", "-pk"]
        constraints = [
            # Two imports at once would each plan against what the other is about to change.
            models.UniqueConstraint(fields=["state"], condition=Q(state="running"), name="one_import_at_a_time"),
            models.CheckConstraint(condition=Q(state__in=list(IMPORT_STATES)), name="import_state_known"),
        ]

    def __str__(self) -> str:
        return f"{SOURCES.get(self.source, self.source)}, {self.started:%Y-%m-%d %H:%M}"


class Match(models.Model):
    """An id of a source that may be one of our models: what a person decided, or that somebody has to."""

    source = models.CharField(max_length=40)
    upstream_id = models.CharField(max_length=200)
    candidates = models.JSONField(default=list, help_text="Slugs that it may stand for, the likeliest first.")
    row = models.JSONField(default=dict, help_text="What the source states of it.")
    found = models.DateTimeField(default=timezone.now)
    decided = models.DateTimeField(null=True, blank=True)
    by = models.CharField(max_length=150, blank=True)
    model = models.ForeignKey(Model, models.CASCADE, null=True, blank=True, related_name="matches")
    ignored = models.BooleanField(default=False, help_text="It stands for none of our models, and is not to be added.")

    class Meta:
        ordering = ["source", "upstream_id"]
        verbose_name_plural = "matches"
        constraints = [models.UniqueConstraint(fields=["source", "upstream_id"], name="one_match_an_id")]

    def __str__(self) -> str:
        return f"{self.upstream_id} ({self.source})"
