"""The examples that come with the project: put into the table after `migrate`, then the operator's to edit and to hide."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps as installed
from django.apps.registry import Apps
from django.db import transaction

from catalog.models import Version

FILE = Path(__file__).with_name("data") / "presets.json"


@cache
def bundled() -> list[dict[str, Any]]:
    """`{token, name, note, endpoint, body}` each, in the order in which they are offered."""
    return json.loads(FILE.read_text("utf-8"))


def is_bundled(token: str) -> bool:
    return any(row["token"] == token for row in bundled())


def load(using: str, apps: Apps = installed, **signal: Any) -> None:
    """Adds those that the table does not have. One that is there stays as it is, hidden ones too."""
    try:
        presets = apps.get_model("playground", "Preset").objects.using(using)
        apps.get_model("catalog", "Version")
    except LookupError:  # migrated back to before there were any
        return
    there = set(presets.values_list("token", flat=True))
    new = [presets.model(position=n, published=True, **row) for n, row in enumerate(bundled()) if row["token"] not in there]
    if new:
        with transaction.atomic(using):
            presets.bulk_create(new)
            Version.bump()
