"""What an operator had models asked."""

from datetime import timedelta
from decimal import Decimal

from django.db import models
from django.utils import timezone

from playground.models.runs import RUN_LASTS


class ProbeQuerySet(models.QuerySet["Probe"]):
    def under_way(self) -> "ProbeQuerySet":
        """Those that go on asking: no question lasts longer than a run, so a silent one was ended with its process."""
        return self.filter(finished=None, alive__gte=timezone.now() - timedelta(minutes=RUN_LASTS))


class Probe(models.Model):
    """Models that are asked little questions, one after the other, for no more than a budget."""

    started = models.DateTimeField(default=timezone.now, db_index=True)
    finished = models.DateTimeField(null=True, blank=True)
    alive = models.DateTimeField(default=timezone.now, help_text="When a question was answered last.")
    process = models.CharField(max_length=32, blank=True, editable=False, help_text="Which process asks.")
    by = models.CharField(max_length=150, blank=True)
    gateway = models.CharField(max_length=500, blank=True, help_text="Address of the gateway that is asked; blank: the sandbox.")
    slugs = models.JSONField(help_text="Of models, in the order in which they are asked.")
    abilities = models.JSONField(default=list, blank=True, help_text="None: all but those that are denied.")
    budget = models.DecimalField(max_digits=12, decimal_places=6, default=Decimal("0.50"), help_text="US dollars, never passed.")
    spent = models.DecimalField(max_digits=24, decimal_places=12, default=Decimal(0))
    results = models.JSONField(default=list, blank=True, help_text="[[model, ability, state, reason], …]")
    stopped = models.TextField(blank=True, help_text="Why not everything was asked, in a sentence.")

    objects = ProbeQuerySet.as_manager()

    class Meta:
        ordering = ["-started", "-pk"]

    def __str__(self) -> str:
        return f"{self.started:%Y-%m-%d %H:%M}"

    @property
    def is_under_way(self) -> bool:
        return self.finished is None and self.alive >= timezone.now() - timedelta(minutes=RUN_LASTS)
