"""From a source's name to a plan: reads its file or address, and plans what it states."""

from collections.abc import Collection
from datetime import date

from django.utils import timezone

from catalog.imports.planning import plan
from catalog.imports.plans import Plan
from catalog.sources import READERS


def read(
    reader: str, place: str | None = None, *, as_of: date | None = None, only: Collection[str] | None = None,
    provider: str | None = None,
) -> Plan:  # fmt: skip
    """`as_of`: the day of the file, where it does not say so itself; today unless told. Raises what the reader raises."""
    source = READERS[reader]
    raw = source.fetch(place)
    rows, refusals = source.translate(raw, (as_of or timezone.localdate()).isoformat())
    names = source.providers(raw) if hasattr(source, "providers") else None
    return plan(reader, rows, refusals, only=only, provider=provider, providers=names)
