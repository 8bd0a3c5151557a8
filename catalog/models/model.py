"""A model, who makes it, and its other names."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from catalog.models.grammar import is_segment, is_slug, leads_somewhere, readable, slug_check
from catalog.vocabulary import CAPABILITIES, KINDS, MODALITIES, STATUSES


class Provider(models.Model):
    """A lab or company whose models are listed."""

    slug = models.CharField(max_length=80, unique=True, validators=[is_segment, leads_somewhere])
    name = models.CharField(max_length=120, validators=[readable])
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

    slug = models.CharField(max_length=200, unique=True, validators=[is_slug, leads_somewhere])
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="models")
    upstream_id = models.CharField(
        max_length=200, blank=True, validators=[readable], help_text="Sent to the gateway as it is. Blank: the slug.",
    )  # fmt: skip
    served = models.BooleanField(null=True, help_text="Whether the configured gateway serves it. Unknown until synced.")
    listed = models.BooleanField(default=True, help_text="Off: hidden from the site, kept here.")

    name = models.CharField(max_length=200, validators=[readable])
    modality = models.CharField(max_length=20, null=True, blank=True, choices=list(MODALITIES.items()))
    endpoints = models.JSONField(default=list, blank=True, help_text="Keys that this model answers, native first.")
    listed_endpoints = models.JSONField(default=list, blank=True, help_text="Those of them that are listed, not verified.")
    family = models.CharField(max_length=80, blank=True, validators=[readable])
    description = models.TextField(blank=True, validators=[readable])
    context_window = models.PositiveBigIntegerField(null=True, blank=True)
    max_output = models.PositiveBigIntegerField(null=True, blank=True)
    dimensions = models.PositiveIntegerField(null=True, blank=True, help_text="Length of an embedding.")
    input_kinds = models.JSONField(null=True, blank=True)
    output_kinds = models.JSONField(null=True, blank=True)
    capabilities = models.JSONField(default=dict, blank=True, help_text='{"tools": true, "vision": false}; absent is unknown.')
    strengths = models.JSONField(default=list, blank=True, validators=[readable])
    use_cases = models.JSONField(default=list, blank=True, validators=[readable])
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

    slug = models.CharField(max_length=200, unique=True, validators=[is_slug, leads_somewhere])
    model = models.ForeignKey(Model, models.CASCADE, related_name="aliases")

    class Meta:
        ordering = ["slug"]
        verbose_name_plural = "aliases"
        constraints = [slug_check("alias_slug_grammar")]

    def __str__(self) -> str:
        return self.slug
