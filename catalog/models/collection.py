"""Named groups of models."""

from django.db import models
from django.urls import reverse

from catalog.models.grammar import readable
from catalog.models.model import Model


class Collection(models.Model):
    """A named group: the models that a browse query finds (`rule`), and those listed by hand."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80, validators=[readable])
    description = models.TextField(blank=True, validators=[readable])
    rule = models.CharField(max_length=300, blank=True, help_text="A browse query, such as modality=speech&price=free.")
    members = models.ManyToManyField(Model, blank=True, related_name="collections")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("collection", args=[self.slug])
