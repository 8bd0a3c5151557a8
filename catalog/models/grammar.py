"""How slugs and conditions are written."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from catalog.costs import pricing
from catalog.vocabulary import SEGMENT, SLUG

is_slug = RegexValidator(rf"^{SLUG}$", "Two or more parts of letters, digits and . _ : ~ @ + - joined by a slash.")
is_segment = RegexValidator(rf"^{SEGMENT}$", "Letters, digits and . _ : ~ @ + - only.")


def slug_check(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(slug__regex=rf"^{SLUG}$"), name=name)


def valid_condition(value: str) -> None:
    if not pricing.is_condition(value):
        raise ValidationError("Blank, or batch, priority, flex, prompt>200000, 1080p, 1024x1024, hd, joined by a plus.")
