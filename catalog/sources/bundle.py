"""The catalog that comes with the site, `catalog/data/*.json`: a model with one entry a source, under our own slugs."""

from pathlib import Path
from typing import Any

from catalog.sources.fetching import Unreadable, read_json
from catalog.sources.rows import Refusal, Row

KEY = None  # its rows name their sources
URL = None
DATA = Path(__file__).parent.parent / "data"


def data_files(folder: Path = DATA) -> list[Path]:
    return sorted(folder.glob("*.json"))


def fetch(place: str | None = None) -> list[dict[str, Any]]:
    """The files of a folder."""
    found = [read_json(str(file)) for file in data_files(Path(place) if place else DATA)]
    if not found or not all(isinstance(file, dict) and {"provider", "models"} <= file.keys() for file in found):
        raise Unreadable(f"{place}: not a folder of files such as those of the bundled catalog.")
    return found


def translate(raw: list[dict[str, Any]], as_of: str = "") -> tuple[list[Row], list[Refusal]]:
    """A row a source of each model. `as_of` is not asked: every entry has its own day."""
    models = [model for file in raw for model in file["models"]]
    return [Row(model["slug"], tuple(model.get("aliases", ())), claim) for model in models for claim in model["claims"]], []


def providers(raw: list[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    """Name and address by slug."""
    rows = [file["provider"] for file in raw]
    return {row["slug"]: (row["name"], row.get("url") or "") for row in rows}
