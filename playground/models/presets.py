"""Prompts and parameters under a name: a visitor's own, or examples that the operator publishes."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from catalog.endpoints import ENDPOINTS
from playground.models.shares import token
from playground.visitors import OwnedQuerySet


class PresetQuerySet(OwnedQuerySet):
    def published(self) -> "PresetQuerySet":
        return self.filter(published=True)


class Preset(models.Model):
    """`body` is the request without its model, its texts with `{{variables}}`. A blank model: any that answers the endpoint."""

    token = models.CharField(max_length=40, unique=True, default=token, editable=False)
    visitor = models.UUIDField(null=True, blank=True, db_index=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False)
    name = models.CharField(max_length=80)
    note = models.CharField(max_length=300, blank=True, help_text="One sentence: what it is good for.")
    endpoint = models.CharField(max_length=30)
    model = models.CharField(max_length=200, blank=True, help_text="A slug; blank for every model of the endpoint.")
    body = models.JSONField(default=dict, help_text="The request without its model. Texts may hold {{variables}}.")
    published = models.BooleanField(default=False, db_index=True, help_text="Shown to everyone, also on model pages.")
    position = models.PositiveSmallIntegerField(default=0, help_text="The lowest comes first.")
    created = models.DateTimeField(default=timezone.now, editable=False)
    updated = models.DateTimeField(auto_now=True)

    objects = PresetQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The playground with its form filled in, for anyone who has the address."""
        return f"{reverse('playground')}?preset={self.token}"

    @property
    def endpoint_label(self) -> str:
        module = ENDPOINTS.get(self.endpoint)
        return module.LABEL if module else self.endpoint
