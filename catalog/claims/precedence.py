"""The order of sources, which the operator may change: where each stands, and what follows when that changes."""

from typing import Any

from django.apps import apps as installed
from django.apps.registry import Apps
from django.db import transaction

from catalog.claims import settling
from catalog.claims.settling import ORDER, Actor
from catalog.models import Model, Source, Version


def fill(using: str, apps: Apps = installed, **signal: Any) -> None:
    """Adds the sources that the table does not have, each in the place that it comes with."""
    try:
        rows = apps.get_model("catalog", "Source").objects.using(using)
    except LookupError:  # migrated back to before there were any
        return
    there = set(rows.values_list("key", flat=True))
    rows.bulk_create(rows.model(key=key, place=place) for key, place in Source.COME_WITH.items() if key not in there)


@transaction.atomic
def follow(by: str) -> int:
    """Shows every model by the order as it is now; says how many models changed."""
    done = settling.settle(Model.objects.order_by("slug").iterator(), Actor(ORDER, by))
    Version.bump()
    return len(done.changed)
