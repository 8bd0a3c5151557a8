"""Writes a plan in one transaction: models, other names, claims, and what follows from them. All of it or nothing."""

from collections.abc import Callable, Collection
from itertools import batched
from typing import Any

from django.db import transaction

from catalog.claims import facts, settling
from catalog.claims.settling import Actor
from catalog.identity import matching
from catalog.imports import planning, running
from catalog.imports.plans import Plan, Write
from catalog.models import Alias, Change, Claim, Import, Model, Provider, Source, Version

BATCH = 500
Progress = Callable[[int, int], None]
COLUMNS = ("upstream_id", "served", "listed")


def apply(
    plan: Plan, *, by: str = "", ticked: set[str] | None = None, allow_shrink: bool = False, place: str = "",
    progress: Progress = lambda done, of: None,
) -> Import:  # fmt: skip
    """Does what was planned, or only what of it shows and is `ticked`; says what came of it. Raises `Busy`.

    What goes wrong is kept in the `Import` row and raised again. `progress` is told how many models are done.
    """
    row = running.begin(plan, by, place)
    if plan.shrunk and not allow_shrink:
        running.end(row, "stopped", "It states {1:,} models where it stated {0:,}.".format(*plan.shrunk))
        return row
    try:
        with transaction.atomic():
            running.hold(row)
            if Version.current() != plan.version:
                plan = planning.again(plan)
            write(plan, Actor(plan.source, by), ticked, progress)
            running.end(row, "done", counts=plan.counted(ticked), report=report(plan))
    except BaseException as fault:
        running.end(row, "failed", str(fault) or type(fault).__name__)
        raise
    return row


def write(plan: Plan, actor: Actor, ticked: set[str] | None, progress: Progress) -> None:
    """A batch of models at a time, in the order of their slugs, so that memory stays bounded."""
    seen = {*plan.created, *plan.changed, *plan.hidden}
    chosen = [slug for slug in sorted(plan.writes) if ticked is None or slug in ticked or slug not in seen]
    if plan.whole:
        matching.keep(plan.source, plan.doubtful)
    wanted = {slug.partition("/")[0] for slug in chosen}
    rows = [Provider(slug=slug, name=name, url=url) for slug, (name, url) in plan.providers.items() if slug in wanted]
    Provider.objects.bulk_create(rows, ignore_conflicts=True)
    for done, some in enumerate(batched(chosen, BATCH)):
        progress(done * BATCH, len(chosen))
        write_batch({slug: plan.writes[slug] for slug in some}, plan.created, actor)
    progress(len(chosen), len(chosen))
    if chosen:
        Version.bump(chosen)


def write_batch(writes: dict[str, Write], created: Collection[str], actor: Actor) -> None:
    new = {slug: one for slug, one in writes.items() if slug in created}
    create(new)
    models = {model.slug: model for model in Model.objects.select_for_update().filter(slug__in=writes)}  # an edit waits
    write_aliases(writes, models)
    write_columns(writes, models, new, actor)
    write_claims(writes, models)
    settling.settle(
        [models[slug] for slug, one in writes.items() if one.settles], actor, {models[slug].pk for slug in new}
    )


def create(new: dict[str, Write]) -> None:
    if not new:
        return
    providers, ranks = {provider.slug: provider for provider in Provider.objects.all()}, Source.ranks()
    models = [Model(slug=slug, provider=providers[slug.partition("/")[0]]) for slug in new]
    for model in models:
        facts.settle(model, new[model.slug].claims, ranks)
        for name, (_, after) in new[model.slug].columns.items():
            setattr(model, name, after)
    Model.objects.bulk_create(models)


def write_aliases(writes: dict[str, Write], models: dict[str, Model]) -> None:
    rows = [Alias(slug=alias, model=models[slug]) for slug, one in writes.items() for alias in one.aliases]
    Alias.objects.bulk_create(rows, ignore_conflicts=True)


def write_columns(writes: dict[str, Write], models: dict[str, Model], new: Collection[str], actor: Actor) -> None:
    there = [slug for slug, one in writes.items() if one.columns and slug not in new]  # new ones were made with theirs
    for slug in there:
        for name, (_, after) in writes[slug].columns.items():
            setattr(models[slug], name, after)
    Model.objects.bulk_update([models[slug] for slug in there], COLUMNS)
    steps = [(slug, name, *step) for slug, one in writes.items() for name, step in one.columns.items()]
    Change.objects.bulk_create(
        Change(model=models[slug], field=name, before=before, after=after, source=actor.source, by=actor.by)
        for slug, name, before, after in steps
        if name == "listed" or before not in (None, "")  # what a model begins with is no change, but see `planning.listing`
    )


def write_claims(writes: dict[str, Write], models: dict[str, Model]) -> None:
    Claim.objects.filter(pk__in=[key for one in writes.values() for key in one.gone]).delete()
    Claim.objects.bulk_create(
        [
            Claim(model=models[slug], field=c.field, value=c.value, source=c.source, as_of=c.as_of, url=c.url, doubt=c.doubt)
            for slug, one in writes.items()
            for c in one.claims
        ],
        update_conflicts=True, unique_fields=["model", "field", "source"], update_fields=["value", "as_of", "url", "doubt"],
    )  # fmt: skip


def report(plan: Plan) -> dict[str, Any]:
    """What was left as it was, and why, in full."""
    return {
        "refused": [list(refusal) for refusal in plan.refused],
        "hidden": plan.hidden,
        "kept": {slug: list(fields) for slug, fields in plan.kept.items()},
        "doubtful": [*plan.waiting],
    }
