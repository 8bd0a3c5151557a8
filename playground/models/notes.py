"""Small counts that all processes share."""

from django.db import models
from django.utils import timezone


class SandboxNote(models.Model):
    """How often something was done in the sandbox: a job canceled, a key's webhook secret rotated. `playground.sandbox.notes`."""

    subject = models.CharField(max_length=64, unique=True, help_text="Digest of what was done and to which.")
    times = models.PositiveIntegerField(default=0)
    noted = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.subject} {self.times}"


class Bucket(models.Model):
    """A token bucket: how much a visitor or a network address may still start now: `playground.bounds.limits`."""

    subject = models.CharField(max_length=64, unique=True, help_text="Digest of who it is and of what is limited.")
    level = models.FloatField(help_text="Tokens left at `updated`.")
    updated = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.subject} {self.level:.1f}"


class Process(models.Model):
    """A process of the site that lives, or did a while ago, on whichever machine: `playground.nodes`."""

    name = models.CharField(max_length=32, primary_key=True)
    seen = models.DateTimeField(help_text="By the database's clock.")
    key = models.CharField(max_length=64, blank=True, help_text="Digest under the secret key, the same for the same key.")
    files = models.CharField(max_length=64, blank=True, help_text="Which storage it keeps result files in.")

    def __str__(self) -> str:
        return self.name
