"""How slugs and conditions are written."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from catalog import controls
from catalog.costs import pricing
from catalog.vocabulary import SEGMENT, SLUG

is_slug = RegexValidator(rf"^{SLUG}$", "Two or more parts of letters, digits and . _ : ~ @ + - joined by a slash.")
is_segment = RegexValidator(rf"^{SEGMENT}$", "Letters, digits and . _ : ~ @ + - only.")


def leads_somewhere(slug: str) -> None:
    """Browsers take `.` and `..` between slashes out of an address: what is called so has no page."""
    if {".", ".."} & set(slug.split("/")):
        raise ValidationError("A part of the slug is . or .., which leads to another address. Write it differently.")


def readable(value: Any) -> None:
    """For a text, or a list of them."""
    for text in [value] if isinstance(value, str) else value or ():
        if isinstance(text, str) and (found := controls.named(text)):
            raise ValidationError(f"It holds a character that cannot be seen or that turns the text: {found}. Remove it.")


def slug_check(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(slug__regex=rf"^{SLUG}$"), name=name)


def valid_condition(value: str) -> None:
    if not pricing.is_condition(value):
        raise ValidationError("Blank, or batch, priority, flex, prompt>200000, 1080p, 1024x1024, hd, joined by a plus.")
