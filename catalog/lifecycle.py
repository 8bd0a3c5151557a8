"""From preview to retired: what a status and a date mean today. Days are UTC; nothing derived here is written down."""

from datetime import UTC, date, datetime
from typing import Protocol

from catalog.vocabulary import STATUSES


class Dated(Protocol):
    """What these words need of a model."""

    status: str
    retires_on: date | None


def today() -> date:
    return datetime.now(UTC).date()


def status(stated: str, retires_on: date | None) -> str:
    """A stated status as it is shown: what was to be retired is retired from its day on."""
    return "retired" if stated == "retiring" and retires_on and retires_on <= today() else stated


def words(model: Dated) -> str:
    """`Retires in 12 days, on 2026-12-05`, `Retired on 2026-09-30`, `Preview`, `Preview, until 2026-12-05`."""
    if model.retires_on and model.status == "retiring":
        return f"Retires {countdown(model.retires_on)}, on {model.retires_on.isoformat()}"
    if model.status == "retired":  # perhaps before its day
        past = model.retires_on and model.retires_on <= today()
        return f"Retired on {model.retires_on.isoformat()}" if past else STATUSES["retired"]
    return STATUSES[model.status] + (f", until {model.retires_on.isoformat()}" if model.retires_on else "")


def countdown(day: date) -> str:
    """`today`, `tomorrow`, `in 12 days`."""
    days = (day - today()).days
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days:,} days")
