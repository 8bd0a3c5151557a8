"""What the gateway told of itself when it was last read: the health of its providers, the balance. Its words, in no set shape."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings

from catalog.models import Import

MOST = 40  # lines
LONGEST = 120  # characters of a name or value
DEEPEST = 4


class Told(NamedTuple):
    at: datetime | None
    lines: list[tuple[str, str]]


def last() -> Told | None:
    """Of the configured gateway; None where it told nothing."""
    read = Import.objects.filter(source="gateway", state="done", place=settings.GATEWAY_URL).exclude(report={}).first()
    lines = [line for line, _ in zip(flat((read.report if read else {}).get("gateway")), range(MOST), strict=False)]
    return Told(read.finished, lines) if read and lines else None


def flat(value: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """A name and a value for everything in an answer that is neither object nor list."""
    if isinstance(value, dict | list) and depth < DEEPEST:
        inner = value.items() if isinstance(value, dict) else enumerate(value, 1)
        for key, entry in inner:
            yield from flat(entry, f"{name} › {key}" if name else str(key), depth + 1)
    elif value is not None and value != "":
        yield name[:LONGEST], str(value)[:LONGEST]
