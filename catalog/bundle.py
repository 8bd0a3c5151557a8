"""Loads the bundled catalog: an import of its files, and the collections that come with it. Leaves every edit alone."""

import hashlib
import json
from pathlib import Path
from typing import Any

from django.db import transaction

from catalog import imports
from catalog.models import Collection, Import, Model, Version
from catalog.sources import bundle as files

DATA = files.DATA
COLLECTIONS = Path(__file__).parent / "collections.json"
read = files.fetch


def load_files(again: bool = False) -> Import | None:
    """Loads the bundled files; None, and nothing done, when they are those that were loaded last."""
    if not again and not is_newer():
        return None
    done = load(read(), [])
    note_loaded()
    return done


def is_newer() -> bool:
    """Whether the files are others than those that were loaded last."""
    return not Version.objects.filter(bundle=digest()).exists()


def note_loaded() -> None:
    """After an import of the files: brings what they hold beside models, and does not offer them again."""
    load_collections(json.loads(COLLECTIONS.read_text("utf-8")))
    Version.objects.update_or_create(pk=1, defaults={"bundle": digest()})


def digest() -> str:
    held = [*files.data_files(), COLLECTIONS]
    return hashlib.sha256(b"".join(file.read_bytes() for file in held)).hexdigest()


def load(stated: list[dict[str, Any]], collections: list[dict[str, Any]]) -> Import:
    """Imports the catalog in `stated`. A second load of the same files writes nothing but that it happened."""
    rows, refusals = files.translate(stated)
    done = imports.apply(imports.plan("bundle", rows, refusals, providers=files.providers(stated)), place="bundle")
    load_collections(collections)
    return done


@transaction.atomic
def load_collections(rows: list[dict[str, Any]]) -> None:
    """Adds collections that are not there yet; one that an operator changed stays as it is."""
    there = set(Collection.objects.values_list("slug", flat=True))
    new = [(position, row) for position, row in enumerate(rows) if row["slug"] not in there]
    for position, row in new:
        rest = {name: row.get(name, "") for name in ("name", "description", "rule")}
        collection = Collection.objects.create(slug=row["slug"], position=position, **rest)
        collection.members.set(Model.objects.filter(slug__in=row.get("models", ())))
    if new:
        Version.bump(())
