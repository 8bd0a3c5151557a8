"""The group for people who edit the catalog: no users, no settings, nothing of what visitors run."""

from typing import Any

from django.apps import apps as installed
from django.apps.registry import Apps
from django.db.models import Q

EDITOR = "Editor"
OPERATORS = ("failure",)  # what the site writes of itself
SETTINGS = ("source",)  # the order of sources decides what is shown of every model: superusers set it
EDITS = (
    Q(content_type__app_label="catalog")
    | Q(content_type__app_label="playground", content_type__model="preset")
    | Q(content_type__app_label="playground", codename__in=("add_probe", "view_probe"))
)


def load(using: str, apps: Apps = installed, **signal: Any) -> None:
    """Gives the group what this version has to edit. Other rights belong into a group of another name."""
    try:
        groups, permissions = (apps.get_model("auth", name).objects.using(using) for name in ("Group", "Permission"))
    except LookupError:  # migrated back to before there were any
        return
    setting = Q(content_type__model__in=SETTINGS) & ~Q(codename__startswith="view_")
    operators = Q(content_type__model__in=OPERATORS)
    groups.get_or_create(name=EDITOR)[0].permissions.set(permissions.filter(EDITS).exclude(setting | operators))
