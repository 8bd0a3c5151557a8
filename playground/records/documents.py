"""A run as a document that leaves the tables, for a file of a visitor's runs or for a share, and back.

No key, visitor, account or network address is in it. Result files are named with type and size; their bytes are not.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from catalog.figures import plain
from playground.models import Run

SAME = ("model", "endpoint", "sandbox", "state", "output", "error", "left_out", "usage", "prices", "arrivals", "job")
MADE = {"request": ("method", "url", "headers", "body", "parts"), "response": ("status", "headers", "body")}
COSTS = {"list": "cost_list", "effective": "cost_effective", "told": "cost_told"}
TIMES = ("first_token_ms", "total_ms")
COLUMNS = {("response", "status"): "status", ("request", "method"): "method", ("request", "url"): "url"}


def document(run: Run) -> dict[str, Any]:
    """The run, whole; `run_of` gives it back."""
    told = {name: getattr(run, name) for name in SAME}
    told |= {half: {name: getattr(run, column(half, name)) for name in names} for half, names in MADE.items()}
    return told | {
        "created": run.created.isoformat(), "finished": run.finished.isoformat() if run.finished else None,
        "artifacts": [{"n": file.n, "type": file.type, "bytes": file.bytes} for file in run.artifacts.all()],
        "cost": {name: amount(getattr(run, place)) for name, place in COSTS.items()},
        "timing": {name: getattr(run, name) for name in TIMES},
    }  # fmt: skip


def column(half: str, name: str) -> str:
    """Where the tables keep a part of the exchange."""
    return COLUMNS.get((half, name), f"{half}_{name}")


def amount(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def run_of(told: dict[str, Any], **others: Any) -> Run:
    """An unsaved run with all that a document of `document` says; `others` are columns that it does not know."""
    fields = {name: told[name] for name in SAME}
    fields |= {column(half, name): told[half][name] for half, names in MADE.items() for name in names}
    fields |= {place: told["cost"][name] and Decimal(told["cost"][name]) for name, place in COSTS.items()}
    fields |= {name: told["timing"][name] for name in TIMES}
    fields |= {name: told[name] and datetime.fromisoformat(told[name]) for name in ("created", "finished")}
    return Run(**fields, **others)
