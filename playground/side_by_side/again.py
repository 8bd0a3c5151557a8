"""Runs that were started together, back in the form of their columns: to be sent again, or changed."""

from typing import Any

from catalog.endpoints import ENDPOINTS, form
from catalog.snapshot import Snapshot
from playground.models import Run
from playground.side_by_side import columns, dialects
from playground.side_by_side.columns import OWN_KINDS, Column, SideBySide
from playground.workbench.again import sent

Told = list[tuple[Column, dict[str, Any]]]  # columns and the bodies that they sent


def again(runs: list[Run], now: Snapshot) -> SideBySide:
    """What all of them had stands in the shared form, the rest with each column."""
    known = [(run, card) for run in runs if (card := now.find(run.model))]
    found = columns.start([card for _, card in known], runs[0].endpoint if runs else "")
    found.notes = [f"{run.model} is no longer in the catalog." for run in runs if not now.find(run.model)]
    told: Told = []
    for column, (run, card) in zip(found.columns, known, strict=True):
        if body := sent(run):
            column.found.key = columns.endpoint_of(card, found.shared.key, run.endpoint)
            told.append((column, body))
    if told:
        share(found, told)
    return found


def share(found: SideBySide, told: Told) -> None:
    column, body = told[0]
    typed = said(column, body)
    for parameter in ENDPOINTS[found.shared.key].PARAMETERS:
        if parameter.kind in OWN_KINDS and parameter.name not in columns.NOT_OWN:
            typed[parameter.name] = in_common(parameter.name, told)
    found.shared.typed |= typed
    for column, body in told:
        column.own = own(column, body, typed)


def said(column: Column, body: dict[str, Any]) -> dict[str, Any]:
    """The prompt of a body under the shared form's names, with whatever else no column has of its own."""
    heard = dialects.heard(column.found.key, body)
    names = columns.names(column.found.card, column.found.key)
    return {ours: heard[theirs] for ours, theirs in names.items() if theirs in heard} | {
        name: value for name, value in heard.items() if name == "messages"
    }


def in_common(name: str, told: Told) -> Any:
    """The first column's value, if no column that takes the parameter went without it."""
    values = [body.get(names[name]) for column, body in told if name in (names := accepted(column))]
    return values[0] if values and None not in values else None


def accepted(column: Column) -> dict[str, str]:
    """Names of the parameters that a column's model takes: the shared one, the model's own."""
    taken = {parameter.name for parameter, refused in form(column.found.key, column.found.card) if not refused}
    names = columns.names(column.found.card, column.found.key)
    return {ours: theirs for ours, theirs in names.items() if theirs in taken}


def own(column: Column, body: dict[str, Any], typed: dict[str, Any]) -> dict[str, str]:
    names = {theirs: ours for ours, theirs in columns.names(column.found.card, column.found.key).items()}
    wanted = [p.name for p, refused in columns.own_fields(column) if not refused and body.get(p.name) is not None]
    return {name: columns.as_text(body[name]) for name in wanted if body[name] != typed.get(names.get(name, name))}
