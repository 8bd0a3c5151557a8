"""Prices and their history."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from catalog.costs import pricing
from catalog.models.grammar import valid_condition
from catalog.models.model import Model


class PriceQuerySet(models.QuerySet["Price"]):
    def current(self) -> PriceQuerySet:
        return self.filter(valid_to__isnull=True)

    def closed(self) -> PriceQuerySet:
        return self.filter(valid_to__isnull=False)

    def headline(self) -> PriceQuerySet:
        return self.filter(condition="")


class Price(models.Model):
    """US dollars per quoted unit of a meter, from a day on. A change closes the row and opens another: history is free."""

    model = models.ForeignKey(Model, models.CASCADE, related_name="prices")
    meter = models.CharField(max_length=30, choices=[(key, f"{m.label} / {m.unit}") for key, m in pricing.METERS.items()])
    condition = models.CharField(max_length=40, blank=True, validators=[valid_condition])
    amount = models.DecimalField(max_digits=24, decimal_places=12)
    source = models.CharField(max_length=40)
    source_url = models.URLField(max_length=500, blank=True)
    valid_from = models.DateField(default=timezone.localdate)
    valid_to = models.DateField(null=True, blank=True)

    objects = PriceQuerySet.as_manager()

    class Meta:
        ordering = ["model", "meter", "condition", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["model", "meter", "condition"], condition=Q(valid_to__isnull=True), name="one_current_price"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="price_not_negative"),
            models.CheckConstraint(condition=Q(meter__in=list(pricing.METERS)), name="price_meter_known"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="price_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.get_meter_display(), self.condition)))
