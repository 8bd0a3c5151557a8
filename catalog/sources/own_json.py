"""Models out of our own JSON: `manage.py export_catalog`, `/models.json`, `/api/v1/models`, or one model's page."""

from functools import partial
from typing import Any

from catalog.sources import own
from catalog.sources.fetching import Unreadable, read_json
from catalog.sources.rows import Refusal, Row, attempt, not_understood

KEY = None  # its rows name their sources
URL = None


def fetch(place: str | None) -> Any:
    if not place:
        raise Unreadable("JSON is read from a file or an address: name it.")
    return read_json(place)


def translate(raw: Any, as_of: str) -> tuple[list[Row], list[Refusal]]:
    """Rows of every model. `as_of` is the day of what names none."""
    refusals: list[Refusal] = []
    found: list[Row] = []
    items = listed(raw)
    for place, item in enumerate(items, 1):
        name = item.get("id") if isinstance(item, dict) else None
        found += attempt(partial(own.rows, item, as_of, refusals), str(name or f"row {place}")[:200], refusals) or []
    return found, refusals + not_understood([item for item in items if isinstance(item, dict)], own.READ)


def providers(raw: Any) -> dict[str, tuple[str, str]]:
    """Name and address by slug, where the file has them."""
    pages = [item.get("provider") for item in listed(raw) if isinstance(item, dict)]
    known = [page for page in pages if isinstance(page, dict) and isinstance(page.get("id"), str) and page.get("name")]
    return {page["id"]: (page["name"], page.get("url") or "") for page in known}


def listed(raw: Any) -> list[Any]:
    items = raw.get("data", [raw]) if isinstance(raw, dict) else raw
    if not isinstance(items, list) or (isinstance(raw, dict) and not {"id", "data"} & raw.keys()):
        raise Unreadable("Not one of our exports: no list of models.")
    return items
