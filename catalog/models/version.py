"""The number that tells each process to read again, and what of the catalog."""

from collections.abc import Iterable

from django.db import models, transaction
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
    @transaction.atomic
    def bump(cls, touched: Iterable[str] | None = None) -> None:
        """`touched`: the slugs of all models of which pages may say something else now; left out, any may be one."""
        cls.objects.get_or_create(pk=1)
        cls.objects.filter(pk=1).update(number=F("number") + 1, changed_at=timezone.now())
        if touched is not None:
            Touched.keep(cls.current(), sorted(set(touched)))

    @classmethod
    def current(cls) -> int:
        return cls.objects.filter(pk=1).values_list("number", flat=True).first() or 0


class Touched(models.Model):
    """Which models a version changed, so that whoever has the one before reads only those. Without a row any may have."""

    MOST = 5000  # models: reading more of them one by one takes as long as reading all
    KEPT = 1000  # versions

    number = models.PositiveBigIntegerField(primary_key=True)
    slugs = models.JSONField()

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def keep(cls, number: int, slugs: list[str]) -> None:
        cls.objects.filter(number__lte=number - cls.KEPT).delete()
        if len(slugs) <= cls.MOST:
            cls.objects.update_or_create(number=number, defaults={"slugs": slugs})

    @classmethod
    def between(cls, old: int, new: int) -> set[str] | None:
        """The models that changed after the version `old`, up to `new`; None where any may have."""
        rows = list(cls.objects.filter(number__gt=old, number__lte=new).values_list("slugs", flat=True))
        known = new - old == len(rows) and sum(map(len, rows)) <= cls.MOST
        return {slug for slugs in rows for slug in slugs} if known else None
