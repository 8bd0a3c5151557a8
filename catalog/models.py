"""The tables of the catalog, with the domain's words on their QuerySets.

`catalog.snapshot` reads them; `catalog.facts` decides which claim of a fact is shown.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from catalog import pricing
from catalog.vocabulary import CAPABILITIES, KINDS, MODALITIES, STATUSES, USED_ON

SEGMENT = r"[A-Za-z0-9._:~@+-]+"
SLUG = rf"{SEGMENT}(/{SEGMENT})+"
is_slug = RegexValidator(rf"^{SLUG}$", "Two or more parts of letters, digits and . _ : ~ @ + - joined by a slash.")
is_segment = RegexValidator(rf"^{SEGMENT}$", "Letters, digits and . _ : ~ @ + - only.")


def slug_check(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(slug__regex=rf"^{SLUG}$"), name=name)


def valid_condition(value: str) -> None:
    if not pricing.is_condition(value):
        raise ValidationError("Blank, or batch, priority, flex, prompt>200000, 1080p, 1024x1024, hd, joined by a plus.")


class Provider(models.Model):
    """A lab or company whose models are listed."""

    slug = models.CharField(max_length=80, unique=True, validators=[is_segment])
    name = models.CharField(max_length=120)
    url = models.URLField(blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("provider", args=[self.slug])


class ModelQuerySet(models.QuerySet["Model"]):
    def listed(self) -> ModelQuerySet:
        return self.filter(listed=True)

    def served(self) -> ModelQuerySet:
        return self.filter(served=True)

    def of(self, modality: str) -> ModelQuerySet:
        return self.filter(modality=modality)

    def named(self, name: str) -> ModelQuerySet:
        """The model with this slug, upstream id or alias."""
        return self.filter(Q(slug=name) | Q(upstream_id=name) | Q(aliases__slug=name)).distinct()


class Model(models.Model):
    """One model. Every fact here is the shown value of its claims; null, or an absent key, means unknown."""

    slug = models.CharField(max_length=200, unique=True, validators=[is_slug])
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="models")
    upstream_id = models.CharField(max_length=200, blank=True, help_text="Sent to the gateway as it is. Blank: the slug.")
    served = models.BooleanField(null=True, help_text="Whether the configured gateway serves it. Unknown until synced.")
    listed = models.BooleanField(default=True, help_text="Off: hidden from the site, kept here.")

    name = models.CharField(max_length=200)
    modality = models.CharField(max_length=20, null=True, blank=True, choices=list(MODALITIES.items()))
    endpoints = models.JSONField(default=list, blank=True, help_text="Keys that this model answers, native first.")
    listed_endpoints = models.JSONField(default=list, blank=True, help_text="Those of them that are listed, not verified.")
    family = models.CharField(max_length=80, blank=True)
    description = models.TextField(blank=True)
    context_window = models.PositiveBigIntegerField(null=True, blank=True)
    max_output = models.PositiveBigIntegerField(null=True, blank=True)
    dimensions = models.PositiveIntegerField(null=True, blank=True, help_text="Length of an embedding.")
    input_kinds = models.JSONField(null=True, blank=True)
    output_kinds = models.JSONField(null=True, blank=True)
    capabilities = models.JSONField(default=dict, blank=True, help_text='{"tools": true, "vision": false}; absent is unknown.')
    strengths = models.JSONField(default=list, blank=True)
    use_cases = models.JSONField(default=list, blank=True)
    parameters = models.JSONField(default=dict, blank=True, help_text='{"reject": […], "rename": {…}}')
    status = models.CharField(max_length=10, default="active", choices=list(STATUSES.items()))
    released = models.DateField(null=True, blank=True)
    added = models.DateField(default=timezone.localdate)
    retires_on = models.DateField(null=True, blank=True)
    replacement = models.CharField(max_length=200, blank=True, help_text="Slug of the model to use instead.")
    open_weights = models.BooleanField(null=True, blank=True)
    knowledge_cutoff = models.CharField(max_length=10, blank=True)

    objects = ModelQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        constraints = [
            slug_check("model_slug_grammar"),
            models.CheckConstraint(
                condition=Q(modality__isnull=True) | Q(modality__in=list(MODALITIES)), name="model_modality_known"
            ),
            models.CheckConstraint(condition=Q(status__in=list(STATUSES)), name="model_status_known"),
        ]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("model", args=[self.slug])

    def clean(self) -> None:
        """Refuses words that no page could show: an unknown endpoint, capability or kind."""
        from catalog.endpoints import ENDPOINTS

        closed = {
            "endpoints": (ENDPOINTS, list), "listed_endpoints": (ENDPOINTS, list),
            "capabilities": (CAPABILITIES, dict), "input_kinds": (KINDS, list), "output_kinds": (KINDS, list),
        }  # fmt: skip
        errors = {}
        for field, (words, shape) in closed.items():
            value = getattr(self, field)
            if value is not None and not isinstance(value, shape):
                errors[field] = f"Must be a JSON {'object' if shape is dict else 'list'}."
            elif unknown := [word for word in value or () if word not in words]:
                errors[field] = f"Unknown: {', '.join(map(str, unknown))}. Known: {', '.join(words)}."
        if errors:
            raise ValidationError(errors)


class Alias(models.Model):
    """Another slug of a model. It redirects."""

    slug = models.CharField(max_length=200, unique=True, validators=[is_slug])
    model = models.ForeignKey(Model, models.CASCADE, related_name="aliases")

    class Meta:
        ordering = ["slug"]
        verbose_name_plural = "aliases"
        constraints = [slug_check("alias_slug_grammar")]

    def __str__(self) -> str:
        return self.slug


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


class Collection(models.Model):
    """A named group: the models that a browse query finds (`rule`), and those listed by hand."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    description = models.TextField(blank=True)
    rule = models.CharField(max_length=300, blank=True, help_text="A browse query, such as modality=speech&price=free.")
    members = models.ManyToManyField(Model, blank=True, related_name="collections")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("collection", args=[self.slug])


class Change(models.Model):
    """One field of one model going from one value to another."""

    model = models.ForeignKey(Model, models.CASCADE, related_name="changes")
    field = models.CharField(max_length=80)
    before: Any = models.JSONField(null=True)
    after: Any = models.JSONField(null=True)
    source = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.model_id}.{self.field}"


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
