"""A plan as lines that people read: what would change and what was left as it is. Long lists are cut, and say by how much."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice
from typing import Any

from catalog import figures
from catalog.imports.plans import Plan
from catalog.vocabulary import SOURCES

FEW = 20  # models or refusals of a section


def told(plan: Plan, few: int | None = FEW) -> Iterator[str]:
    yield f"{SOURCES.get(plan.source, plan.source)}: {plan.counts["stated"]:,} models stated"
    yield from section("Created", plan.created, few, created(plan))
    yield from section("Changed", plan.changed, few, changed(plan))
    yield from section("Pinned and kept", plan.kept, few, kept(plan))
    yield from section("Hidden", plan.hidden, few, ((f"  {slug}: {why}",) for slug, why in plan.hidden.items()))
    yield from section("Waiting for a person to match", plan.waiting, few, doubtful(plan))
    yield from section("Refused", plan.refused, few, refused(plan))
    yield f"Unchanged: {plan.unchanged:,}"


def section(title: str, all_of: Any, few: int | None, entries: Iterable[tuple[str, ...]]) -> Iterator[str]:
    count = len(all_of)
    if count:
        yield f"{title}: {count:,}"
    for entry in islice(entries, few):
        yield from entry
    if few is not None and count > few:
        yield f"  … and {count - few:,} more (-v 2 shows all)"


def created(plan: Plan) -> Iterator[tuple[str, ...]]:
    for slug, shown in plan.created.items():
        hidden = " (hidden)" if "listed" in plan.writes[slug].columns else ""
        yield f"  + {slug}{hidden}: {shown.get('modality') or 'of no known kind'}, {len(shown)} facts and prices",


def changed(plan: Plan) -> Iterator[tuple[str, ...]]:
    for slug, steps in plan.changed.items():
        yield f"  {slug}", *(f"    {field}: {step(before, after)}" for field, (before, after) in steps.items())


def kept(plan: Plan) -> Iterator[tuple[str, ...]]:
    for slug, fields in plan.kept.items():
        lines = (f"    {field}: stays {words(one.shown)}, the source says {words(one.said)}" for field, one in fields.items())
        yield f"  {slug}", *lines


def doubtful(plan: Plan) -> Iterator[tuple[str, ...]]:
    for name, found in plan.waiting.items():
        yield f"  {name}: perhaps {', '.join(found.candidates)}",


def refused(plan: Plan) -> Iterator[tuple[str, ...]]:
    for refusal in plan.refused:
        yield f"  {' '.join(filter(None, (refusal.slug, refusal.field)))}: {refusal.reason}",


def step(before: Any, after: Any) -> str:
    """Of values made of parts, the parts that differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        parts = [key for key in before | after if before.get(key) != after.get(key)]
        return ", ".join(f"{key} {words(before.get(key))} -> {words(after.get(key))}" for key in parts)
    return f"{words(before)} -> {words(after)}"


def words(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(words, value))
    text = figures.plain(value) if isinstance(value, Decimal) else f"{value:,}" if isinstance(value, int) else str(value)
    return text if len(text) <= 80 else text[:79] + "…"
