"""What a visitor shows to others: a copy of one run, or of several that ran side by side, that no later change reaches."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from playground.kept import Kept
from playground.models.runs import Run, RunGroup
from playground.visitors import OwnedQuerySet


def token() -> str:
    """192 random bits, as they stand in an address."""
    return secrets.token_urlsafe(24)


class ShareQuerySet(OwnedQuerySet):
    def open(self) -> "ShareQuerySet":
        """Those that their address still opens."""
        unexpired = Q(expires=None) | Q(expires__gt=timezone.now())
        return self.filter(unexpired, revoked=None, taken_down=None)

    def expired(self) -> "ShareQuerySet":
        return self.filter(expires__lte=timezone.now())

    def closed_before(self, **ago: int) -> "ShareQuerySet":
        then = timezone.now() - timedelta(**ago)
        return self.filter(Q(expires__lt=then) | Q(revoked__lt=then) | Q(taken_down__lt=then))


class Share(models.Model):
    """`record` is all that its page shows: the exact body, facts and prices of that day, timings, answer. No key, no visitor."""

    token = models.CharField(max_length=40, unique=True, default=token, editable=False)
    visitor = models.UUIDField(db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    run = models.ForeignKey(Run, models.SET_NULL, null=True, blank=True, related_name="shares")
    group = models.ForeignKey(RunGroup, models.SET_NULL, null=True, blank=True, related_name="shares")
    record = models.JSONField()
    created = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, blank=True)
    taken_down = models.DateTimeField(null=True, blank=True, help_text="By staff.")

    objects = ShareQuerySet.as_manager()

    class Meta:
        ordering = ["-created"]

    def __str__(self) -> str:
        return f"share {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("share", args=[self.token])

    @property
    def ended(self) -> datetime | None:
        """When it was closed, by whomever; None while it is open."""
        over = self.expires if self.expires and self.expires <= timezone.now() else None
        return self.taken_down or self.revoked or over


class SharedFile(models.Model):
    """A copy of a result file. `position` is the run in the record, `n` the file's number in that run."""

    share = models.ForeignKey(Share, models.CASCADE, related_name="files")
    position = models.PositiveSmallIntegerField(default=0)
    n = models.PositiveSmallIntegerField()
    type = models.CharField(max_length=80)
    bytes = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["position", "n"]
        constraints = [models.UniqueConstraint(fields=["share", "position", "n"], name="one_shared_file_a_number")]

    def __str__(self) -> str:
        return f"{self.share_id}/{self.position}/{self.n}"

    def get_absolute_url(self) -> str:
        return reverse("shared_file", args=[self.share.token, self.position, self.n])

    @property
    def file(self) -> Kept:
        return Kept(f"shares/{self.share_id}/{self.position}-{self.n}")
