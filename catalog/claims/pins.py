"""A person's word on a model: it becomes the claim of "pin", which no load or import overwrites, until it is taken back.

Every save is kept as an `Edit`, with which it is undone. The rows follow in `settling`, which leaves a `Change` of every step.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from catalog.claims import facts, settling
from catalog.claims.settling import PIN, Actor
from catalog.models import Claim, Edit, Model, Version

Amounts = Mapping[tuple[str, str], Decimal | None]
State = dict[str, dict[str, Any]]  # {"pins": {field: value}, "columns": {name: value}}
COLUMNS = {"provider", "upstream_id", "served", "listed", "added"}  # of which no source speaks
BATCH = 500


class Step(NamedTuple):
    """Where one model goes from and to, whole; a field without a pin is absent."""

    model: Model
    before: State
    after: State


def edit(
    model: Model, stated: Mapping[str, Any], amounts: Amounts, unpinned: Iterable[str] = (), by: str = "",
    columns: Mapping[str, Any] | None = None,
) -> Edit | None:  # fmt: skip
    """Pins facts (`{field: value}`) and prices (`{(meter, condition): amount}`, None for unknown), takes `unpinned` back.

    Something that is both stated and unpinned goes back to its sources; of a fact made of parts one part can be unpinned,
    as `capabilities.tools`. `model` itself stays as the caller has it.
    """
    return next(iter(edit_all([model], stated, amounts, unpinned, by, columns)), None)


@transaction.atomic
def edit_all(
    models: Iterable[Model], stated: Mapping[str, Any], amounts: Amounts, unpinned: Iterable[str] = (), by: str = "",
    columns: Mapping[str, Any] | None = None,
) -> list[Edit]:  # fmt: skip
    """The same for many models, which are undone together."""
    steps = []
    for row, before in states(model.pk for model in models):
        said = {claim.field: claim.value for claim in claims(row, stated, amounts, before["pins"])}
        pins = without(before["pins"] | said, unpinned)
        steps.append(Step(row, before, {"pins": pins, "columns": before["columns"] | settling.plain(by_key(columns or {}))}))
    return keep(steps, by)


def states(pks: Iterable[int]) -> list[tuple[Model, State]]:
    """The models, locked, each with its pins and columns."""
    rows = list(Model.objects.select_for_update().filter(pk__in=list(pks)))
    pins: dict[int, dict[str, Any]] = {row.pk: {} for row in rows}
    for claim in Claim.objects.filter(model__in=rows, source=PIN):
        pins[claim.model_id][claim.field] = claim.value
    return [(row, {"pins": pins[row.pk], "columns": columns_of(row)}) for row in rows]


def columns_of(row: Model) -> dict[str, Any]:
    return settling.plain({name: getattr(row, Model._meta.get_field(name).attname) for name in sorted(COLUMNS)})


def by_key(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Columns as the table has them: a provider by its key."""
    return {name: getattr(value, "pk", value) for name, value in columns.items()}


def without(pins: dict[str, Any], unpinned: Iterable[str]) -> dict[str, Any]:
    left = dict(pins)
    for name in unpinned:
        field, _, part = name.partition(".")
        if part and isinstance(left.get(field), dict):
            left[field] = {key: value for key, value in left[field].items() if key != part}
        else:
            left.pop(name, None)
    return {name: value for name, value in left.items() if value != {}}


def keep(steps: list[Step], by: str) -> list[Edit]:
    """Writes the steps that lead anywhere, each with an `Edit`. What a model made here begins with cannot be undone."""
    moment, begun = timezone.now(), set(Claim.objects.filter(model__in=[s.model for s in steps]).values_list("model", flat=True))
    moved = [step for step in steps if step.before != step.after]
    edits = [Edit(model=model, at=moment, by=by, **differing(before, after)) for model, before, after in moved]
    Edit.objects.bulk_create([edit for edit in edits if edit.model_id in begun], BATCH)
    write(list(zip(moved, edits, strict=True)), by)
    return [edit for edit in edits if edit.pk]


def differing(before: State, after: State) -> dict[str, State]:
    """Both states with only what differs; a field that one of them lacks is absent there."""
    return {"before": against(before, after), "after": against(after, before)}


def against(one: State, other: State) -> State:
    return {kind: {k: v for k, v in one[kind].items() if k not in other[kind] or other[kind][k] != v} for kind in one}


def write(steps: list[tuple[Step, Edit]], by: str) -> None:
    """Puts pins and columns into the tables, and lets the rows follow."""
    write_columns(steps)
    pinned = [(step, edit) for step, edit in steps if step.before["pins"] != step.after["pins"]]
    write_pins(pinned)
    edits = {step.model.pk: edit for step, edit in pinned if edit.pk}
    settling.settle([step.model for step, _ in pinned], Actor(PIN, by, edits))
    Version.bump(step.model.slug for step, _ in steps)


def write_columns(steps: list[tuple[Step, Edit]]) -> None:
    names = sorted({name for _, edit in steps for name in edit.before["columns"]})
    for step, edit in steps:
        for name in edit.before["columns"]:
            field = Model._meta.get_field(name)
            setattr(step.model, field.attname, field.to_python(step.after["columns"][name]))
    if names:
        Model.objects.bulk_update([step.model for step, edit in steps if edit.before["columns"]], names, BATCH)


def write_pins(steps: list[tuple[Step, Edit]]) -> None:
    """Takes every pin that an edit names away, and makes anew those that stay: the same few queries for any number of models."""
    named = {(step.model.pk, name) for step, edit in steps for name in edit.before["pins"] | edit.after["pins"]}
    there = Claim.objects.filter(source=PIN, model__in=[step.model for step, _ in steps])
    gone = [pk for pk, *of in there.values_list("pk", "model", "field") if tuple(of) in named]
    Claim.objects.filter(pk__in=gone).delete()
    said, today = {step.model.pk: step for step, _ in steps}, timezone.localdate()
    pins = [(said[pk].model, name, said[pk].after["pins"]) for pk, name in sorted(named)]
    made = [Claim(model=row, field=name, value=to[name], source=PIN, as_of=today) for row, name, to in pins if name in to]
    Claim.objects.bulk_create(made, BATCH)


def claims(model: Model, stated: Mapping[str, Any], amounts: Amounts, pins: Mapping[str, Any] | None = None) -> Iterator[Claim]:
    """The claims of an edit, unsaved. In a fact made of parts only the parts that differ are pinned, with those before."""
    today = timezone.localdate()
    for field, value in stated.items():
        if isinstance(facts.UNKNOWN[field], dict):
            value = ((pins or {}).get(field) or {}) | parts(getattr(model, field), value)
        yield Claim(model=model, field=field, value=settling.plain(value), source=PIN, as_of=today)
    for key, amount in amounts.items():
        yield Claim(model=model, field=facts.price_field(*key), value=settling.plain(amount), source=PIN, as_of=today)


def parts(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What to pin so that `before` becomes `after`: a part that is no longer there is null."""
    return {key: after.get(key) for key in before | after if before.get(key) != after.get(key)}
