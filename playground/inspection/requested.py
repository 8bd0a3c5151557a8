"""What a run sent, as values: of a multipart form its fields, with files by name, as far as they are told."""

from typing import Any

from playground.models import Run
from playground.records import store


def shown(run: Run) -> dict[str, Any] | None:
    """The body as an object; a file as its name, type and size. None where it is not kept, or is no object."""
    if not run.request_parts:
        return store.body_as_json(run)
    return {part["name"]: part["value"] if "value" in part else described(part) for part in run.request_parts}


def described(part: dict[str, Any]) -> dict[str, Any]:
    return {name: part[name] for name in ("file", "type", "bytes") if name in part}


def as_code(run: Run) -> dict[str, Any] | None:
    """The body as snippets write it: a file as `@name`."""
    if not run.request_parts:
        return store.body_as_json(run)
    return {part["name"]: part["value"] if "value" in part else file_name(part) for part in run.request_parts}


def file_name(part: dict[str, Any]) -> str:
    return f"@{part.get('file', part['name'])}"
