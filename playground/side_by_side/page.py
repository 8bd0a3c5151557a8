"""What the page of several columns shows: the shared form, and each column with its model, its own fields and its run."""

from typing import Any

from django.template.loader import render_to_string

from catalog.endpoints import ENDPOINTS
from catalog.endpoints.parameters import Parameter
from catalog.errors import BY_STATUS, TRIED
from catalog.pages.compare import MAX_COMPARED
from catalog.snapshot import Snapshot
from playground.inspection.result import run_context
from playground.models import Run
from playground.running.upstream import is_sandbox
from playground.side_by_side import columns, dialects, standings
from playground.side_by_side.columns import Column, SideBySide
from playground.workbench.estimate import Estimate
from playground.workbench.page import form_context


def context(now: Snapshot, found: SideBySide, estimates: list[Estimate | None]) -> dict[str, Any]:
    shared = found.shared
    form = form_context(shared.card, shared.key, shared)
    for name in ("big", "shaping", "small", "advanced"):
        form[name] = [entry for entry in form[name] if not entry["refused"]]
    return form | {
        "snapshot": now, "found": shared, "key": shared.key, "errors": shared.errors, "sandbox": is_sandbox(),
        "tryable_errors": [BY_STATUS[status] for status in TRIED], "limit": MAX_COMPARED,
        "columns": [*map(column_context, found.columns, found.titles, estimates)], "slugs": ",".join(named(found)),
        "faults": found.faults, "notes": found.notes, "has_room": len(found.columns) < MAX_COMPARED,
    }  # fmt: skip


def with_runs(shown: list[dict[str, Any]], runs: list[Run]) -> dict[str, Any]:
    """Columns with the answers of their runs, and how these stand to each other."""
    told = standings.context(runs)
    answers = {one.run.position: {"answer": answer(one.run), "marks": one.marks} for one in told["standings"]}
    return told | {"columns": [column | answers.get(column["number"], {}) for column in shown]}


def named(found: SideBySide) -> list[str]:
    return [column.found.card.slug for column in found.columns if column.found.card]


def column_context(column: Column, title: str, estimate: Estimate | None) -> dict[str, Any]:
    card, key, errors = column.found.card, column.found.key, column.found.errors
    fields = [own_field(column, p, refused) for p, refused in columns.own_fields(column)]
    return {
        "number": column.number, "name": column.name, "title": title, "estimate": estimate, "card": card, "key": key,
        "misfit": column.misfit,
        "endpoints": [(name, ENDPOINTS[name].LABEL) for name in (columns.fitting(card, key_of(key)) if card and key else [])],
        "listed": bool(card) and card.is_unsure_of(key), "fields": fields, "own": column.own,
        "own_used": any(text.strip() for text in column.own.values()) or any(f["error"] for f in fields),
        "error": column.misfit or errors.get("model", ""),
    }  # fmt: skip


def key_of(key: str) -> str:
    return "chat" if key in dialects.TEXT else key


def own_field(column: Column, parameter: Parameter, refused: str) -> dict[str, Any]:
    name = parameter.name
    shown = {"value": column.own.get(name, ""), "error": column.found.errors.get(name, "")}
    return {"parameter": parameter, "refused": refused} | shown


def result(run: Run) -> dict[str, Any]:
    """A run as its column shows it."""
    return run_context(run, inspected=False) | {"place": f"result-{run.position}"}


def answer(run: Run) -> str:
    return render_to_string("playground/column_answer.html", result(run))
