"""Taking back what a person saved: the pins and columns of before, unless something newer was put over them."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from catalog.claims import pins
from catalog.claims.pins import State, Step
from catalog.models import Edit, Model, Provider
from catalog.truth.evidence import change_words, field_words


def latest(model: Model) -> Edit | None:
    return model.edits.filter(undone=False).first()


def together(edit: Edit) -> QuerySet[Edit]:
    """What was saved in one go: a bulk action gives all its edits the same moment."""
    return Edit.objects.filter(at=edit.at, by=edit.by, undone=False).select_related("model").order_by("model__slug")


@transaction.atomic
def undo(edits: Iterable[Edit], by: str) -> tuple[list[Edit], list[str]]:
    """Which were taken back, and why each of the others was not. The changes of it belong to the edit, too."""
    steps, refused, edits = [], [], list(edits)
    rows = {row.pk: (row, state) for row, state in pins.states(edit.model_id for edit in edits)}
    for edit in edits:
        row, now = rows[edit.model_id]
        if newer := changed_since(edit, now):
            refused.append(f"Nothing of {row} was taken back: {', '.join(newer)} changed again since.")
        else:
            steps.append((Step(row, now, back(edit, now)), edit))
    pins.write(steps, by)
    done = [edit for _, edit in steps]
    Edit.objects.filter(pk__in=[edit.pk for edit in done]).update(undone=True)
    return done, refused


def changed_since(edit: Edit, now: State) -> list[str]:
    """The fields of an edit that are no longer as it left them, in words."""
    names = [(kind, name) for kind in now for name in edit.before[kind] | edit.after[kind]]
    return [field_words(n) for kind, n in names if now[kind].get(n, ...) != edit.after[kind].get(n, ...)]


def back(edit: Edit, now: State) -> State:
    """The state of now with what an edit changed as it was before."""
    return {kind: {k: v for k, v in now[kind].items() if k not in edit.after[kind]} | edit.before[kind] for kind in now}


def lines(edit: Edit) -> list[dict[str, str]]:
    """What an undo does, field by field: `now` and `then`, in words."""
    names = [(kind, name) for kind in ("pins", "columns") for name in edit.before[kind] | edit.after[kind]]
    return [{"field": field_words(n), "now": said(kind, n, edit.after), "then": said(kind, n, edit.before)} for kind, n in names]


def said(kind: str, name: str, state: State) -> str:
    if name not in state[kind]:
        return "as its sources say"
    value: Any = state[kind][name]
    if name == "provider":
        value = Provider.objects.filter(pk=value).values_list("name", flat=True).first()
    return change_words(name, value) or "unknown"
