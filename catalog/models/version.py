"""The number that tells each process to read again."""

from django.db import models
from django.db.models import F
from django.utils import timezone


class Version(models.Model):
    """A single row whose number grows with every change of the catalog, so that each process knows when to read again."""

    number = models.PositiveBigIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)
    bundle = models.CharField(max_length=64, blank=True, help_text="Digest of the bundled catalog that was loaded last.")

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def bump(cls) -> None:
        cls.objects.get_or_create(pk=1)
        cls.objects.filter(pk=1).update(number=F("number") + 1, changed_at=timezone.now())

    @classmethod
    def current(cls) -> int:
        return cls.objects.filter(pk=1).values_list("number", flat=True).first() or 0
