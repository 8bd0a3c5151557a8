"""A visitor's runs as one JSON file, written a few at a time. `imports` reads it back."""

import json
import uuid
from collections.abc import AsyncIterator
from typing import Any

from asgiref.sync import sync_to_async
from django.utils import timezone

from playground.models import Run
from playground.models.runs import RunQuerySet
from playground.records.documents import document

FORMAT, VERSION = "modelry-runs", 1
MOST_EXPORTED = 10_000
AT_ONCE = 5  # runs in memory while a file is written: one may have megabytes


async def pieces(runs: RunQuerySet) -> AsyncIterator[str]:
    """The file, a few runs at a time."""
    ids = await sync_to_async(list)(runs.values_list("id", flat=True)[:MOST_EXPORTED])
    head = json.dumps({"format": FORMAT, "version": VERSION, "exported": timezone.now().isoformat()})
    yield f'{head.removesuffix("}")}, "runs": ['
    for start in range(0, len(ids), AT_ONCE):
        texts = await sync_to_async(written)(runs, ids[start : start + AT_ONCE])
        yield (",\n" if start else "\n") + ",\n".join(texts)
    yield "\n]}\n"


def written(runs: RunQuerySet, ids: list[uuid.UUID]) -> list[str]:
    return [json.dumps(exported(run)) for run in runs.filter(id__in=ids).prefetch_related("artifacts")]


def exported(run: Run) -> dict[str, Any]:
    group = str(run.group_id) if run.group_id else None
    return {"run": str(run.id), "group": group, "position": run.position, "imported": run.imported} | document(run)
