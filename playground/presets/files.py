"""Presets as a file: `{"presets": [{"name", "note", "endpoint", "model", "body"}]}`, written and read back field by field."""

import json
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from catalog.snapshot import Snapshot
from playground.models import Preset
from playground.presets import presets
from playground.workbench.checks import finite, where

FIELDS = ("name", "note", "endpoint", "model", "body")
MAX_FILE = presets.MOST * presets.MAX_BODY  # bytes
MOST_ERRORS = 20
Errors = dict[str, str]


def written(rows: list[Preset]) -> dict[str, Any]:
    return {"presets": [{name: getattr(row, name) for name in FIELDS} for row in rows]}


def read(upload: UploadedFile | None, now: Snapshot) -> tuple[list[Preset], Errors]:
    """The presets of a file, unsaved, or what is wrong with it, by the place in it."""
    rows, errors = parsed(upload)
    found = [preset(row, n, now) for n, row in enumerate(rows)]
    errors |= dict(list({name: wrong for _, wrongs in found for name, wrong in wrongs.items()}.items())[:MOST_ERRORS])
    return [row for row, _ in found if row], errors


def parsed(upload: UploadedFile | None) -> tuple[list[Any], Errors]:
    if upload is None:
        return [], {"file": "Choose a file that was exported here."}
    if upload.size > MAX_FILE:
        return [], {"file": f"The file has {upload.size // 1024:,} KB; at most {MAX_FILE // 1024:,} KB are read."}
    try:
        told = json.loads(upload.read().decode("utf-8-sig"), parse_float=finite, parse_constant=finite)
    except (ValueError, RecursionError) as error:
        return [], {"file": f"The file is not valid JSON{where(error)}."}
    rows = told.get("presets") if isinstance(told, dict) else None
    if not isinstance(rows, list) or not rows:
        return [], {"file": 'The file must be a JSON object with a list "presets" that is not empty.'}
    if len(rows) > presets.MOST:
        return [], {"file": f"The file has {len(rows)} presets; at most {presets.MOST} are kept."}
    return rows, {}


def preset(row: Any, n: int, now: Snapshot) -> tuple[Preset | None, Errors]:
    """One preset of a file, unsaved, or what is wrong with it."""
    place = f"presets[{n}]"
    if not isinstance(row, dict):
        return None, {place: "Must be an object."}
    told = {"name": "", "note": "", "endpoint": "", "model": "", "body": None} | row
    wrong: Errors = {name: "Is no field of a preset." for name in row.keys() - set(FIELDS)}
    wrong |= {name: "Must be a text." for name in FIELDS[:-1] if not isinstance(told[name], str)}
    if not wrong:
        wrong = presets.wording(told["name"].strip(), told["note"]) | model_faults(told["model"])
        wrong |= presets.faults(told["endpoint"], told["body"], now.find(told["model"]))
    return (None, {f"{place}.{name}": text for name, text in wrong.items()}) if wrong else (Preset(**told), {})


def model_faults(model: str) -> Errors:
    """A model that this catalog does not have may be one of the site that the file comes from."""
    return {"model": "Has more than 200 characters."} if len(model) > 200 else {}
