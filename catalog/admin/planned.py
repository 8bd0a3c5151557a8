"""A plan as its page shows it: group by group, each cut, with a box for every model that would change."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from catalog.imports import Plan
from catalog.imports.plans import Step
from catalog.models import Source
from catalog.truth.evidence import change_words, field_words
from catalog.vocabulary import SOURCES

SHOWN = 200  # of a group; three groups of boxes stay below what Django takes of fields
BOXED = ("created", "changed", "hidden")
TITLES = {
    "created": "Created", "changed": "Changed", "hidden": "Hidden", "kept": "Kept, because they are pinned",
    "doubtful": "Waiting for a person to say which model is meant", "refused": "Refused",
}  # fmt: skip


class Line(NamedTuple):
    """A field of a model; `note` where a sentence says it all."""

    field: str = ""
    before: str = ""
    after: str = ""
    source: str = ""
    note: str = ""


class Entry(NamedTuple):
    slug: str
    lines: list[Line]
    note: str = ""


class Group(NamedTuple):
    key: str
    entries: list[Entry]
    total: int

    @property
    def title(self) -> str:
        return TITLES[self.key]

    @property
    def boxed(self) -> bool:
        return self.key in BOXED

    @property
    def rest(self) -> int:
        return self.total - len(self.entries)


def groups(plan: Plan, find: str) -> list[Group]:
    """Those of the plan that have something whose name has `find` in it."""
    made = {"kept": kept(plan, find), "doubtful": doubtful(plan, find), "refused": refused(plan, find)}
    made |= {key: models(plan, key, find) for key in BOXED}
    return [group for key in TITLES if (group := made[key]).total]


def chosen(plan: Plan, find: str, boxes: Collection[str], whole: Collection[str], rests: Collection[str]) -> set[str]:
    """The models that a person ticked: boxes of groups that are not left out as a `whole`, and all that a group does not show."""
    ticked: set[str] = set()
    for key in set(BOXED) & set(whole):
        slugs = named(getattr(plan, key), find)
        ticked |= set(slugs[:SHOWN]) & set(boxes)
        ticked |= set(slugs[SHOWN:]) if key in rests else set()
    return ticked


def named(slugs: Iterable[str], find: str) -> list[str]:
    return sorted(slug for slug in slugs if find.lower() in slug.lower())


def models(plan: Plan, key: str, find: str) -> Group:
    slugs = named(getattr(plan, key), find)
    ranks = Source.ranks()
    entry = {"created": created, "changed": changed, "hidden": hidden}[key]
    return Group(key, [entry(plan, slug, ranks) for slug in slugs[:SHOWN]], len(slugs))


def created(plan: Plan, slug: str, ranks: dict[str, int]) -> Entry:
    steps = {field: (None, value) for field, value in plan.created[slug].items()}
    note = "hidden from the site" if "listed" in plan.writes[slug].columns else ""
    return Entry(slug, list(lines(steps, sources(plan, slug, ranks), plan.source)), note)


def changed(plan: Plan, slug: str, ranks: dict[str, int]) -> Entry:
    return Entry(slug, list(lines(plan.changed[slug], sources(plan, slug, ranks), plan.source)))


def hidden(plan: Plan, slug: str, ranks: dict[str, int]) -> Entry:
    return Entry(slug, [], plan.hidden[slug])


def sources(plan: Plan, slug: str, ranks: dict[str, int]) -> dict[str, str]:
    """Which source a new value comes from: of those that state it, the best."""
    said = sorted(plan.writes[slug].claims, key=lambda one: -ranks.get(one.source, 1000))
    return {one.field: one.source for one in said}


def lines(steps: dict[str, Step], said: dict[str, str], source: str) -> Iterator[Line]:
    for field, (before, after) in steps.items():
        old, new = parts(before, after)
        key = said.get(field, source)
        yield Line(field_words(field), words(field, old), words(field, new), SOURCES.get(key, key))


def parts(before: Any, after: Any) -> Step:
    """Of values made of parts, the parts that differ."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        return before, after
    differ = [key for key in before | after if before.get(key) != after.get(key)]
    return {key: before.get(key) for key in differ}, {key: after.get(key) for key in differ}


def words(field: str, value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')}: {words(name, part)}" for name, part in value.items()) or "unknown"
    text = change_words(field, value) or "unknown"
    return text if len(text) <= 200 else text[:199] + "…"


def kept(plan: Plan, find: str) -> Group:
    slugs = named(plan.kept, find)
    entries = [
        Entry(slug, [Line(field_words(field), words(field, one.shown), words(field, one.said)) for field, one in fields.items()])
        for slug, fields in ((slug, plan.kept[slug]) for slug in slugs[:SHOWN])
    ]
    return Group("kept", entries, len(slugs))


def doubtful(plan: Plan, find: str) -> Group:
    found = [(name, match.candidates) for name, match in plan.waiting.items() if find.lower() in name.lower()]
    return Group("doubtful", [Entry(name, [], f"perhaps {', '.join(slugs)}") for name, slugs in found[:SHOWN]], len(found))


def refused(plan: Plan, find: str) -> Group:
    found = [one for one in plan.refused if find.lower() in one.slug.lower()]
    entries = [Entry(one.slug or "the whole file", [], f"{one.field}: {one.reason}") for one in found[:SHOWN]]
    return Group("refused", entries, len(found))
