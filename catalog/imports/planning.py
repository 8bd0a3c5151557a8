"""What an import of rows would change. Reads the tables, writes nothing; after applying, the same rows change nothing."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from catalog.claims import facts
from catalog.identity.matching import GATEWAY
from catalog.imports import comparing
from catalog.imports.plans import Plan, Write
from catalog.imports.speakers import Speakers, speakers
from catalog.models import Alias, Change, Claim, Edit, Import, Model, Provider, Source, Version
from catalog.sources import READERS, editorial
from catalog.sources.checks import checked, pages, wrong_slug
from catalog.sources.rows import Refusal, Row, legible
from catalog.vocabulary import PIN

LEAST = 0.8  # of what a source stated before: less of it stops
Names = Mapping[str, tuple[str, str]]


def plan(
    reader: str, rows: Iterable[Row], refusals: Iterable[Refusal] = (), *,
    only: Collection[str] | None = None, provider: str | None = None, providers: Names | None = None,
) -> Plan:  # fmt: skip
    """`providers`: name and address of those that may be new, by slug. `only`: slugs or ids."""
    key = READERS[reader].KEY
    told = list(refusals)
    sound = [row for stated in rows if (row := checked(stated, told))]
    given = (sound, [legible(one) for one in told], pages(providers or {}), only, provider)
    made = Plan(reader, key or reader, *given, Version.current(), whole=key is not None and not (only or provider))
    made.refused += [one for one in made.stated if asked(made, one.slug)]
    ranks, spoken = Source.ranks(), speakers(made, own=key is None)
    known = set(Model.objects.values_list("slug", flat=True))
    unlisted, decided = listing()
    comparing.compare(made, {slug: said for slug, said in spoken.items() if slug in known}, ranks, unlisted - decided)
    for slug in [slug for slug in spoken if slug not in known]:
        create(made, slug, spoken[slug], ranks)
    if made.whole:
        comparing.leave_out(made, no_longer_stated(made, spoken), ranks, decided)
        made.shrunk = shrunk(made)
    made.providers = new_providers(made)
    add_aliases(made, spoken, known)
    return made


def asked(made: Plan, slug: str) -> bool:
    """Whether a refusal is of the part that was asked for."""
    return (not made.only or slug in made.only) and (not made.provider or slug.partition("/")[0] == made.provider)


def again(old: Plan) -> Plan:
    """The same rows against the catalog as it is now."""
    return plan(old.reader, old.rows, old.stated, only=old.only, provider=old.provider, providers=old.names)


def listing() -> tuple[set[int], set[int]]:
    """Models that imports have hidden, and those whose listing a person decided: of these imports leave it as it is."""
    by_people = Edit.objects.filter(before__columns__has_key="listed").values_list("model", flat=True)
    last = {change["model_id"]: change for change in Change.objects.filter(field="listed").order_by("at", "pk").values()}
    return {pk for pk, change in last.items() if change["source"] != PIN and change["after"] is False}, set(by_people)


def create(made: Plan, slug: str, rows: list[Row], ranks: facts.Ranks) -> None:
    said = [one for row in rows for one in comparing.statements(row).values()]
    shown = {name: after for name, (_, after) in facts.settle(Model(slug=slug), said, ranks).items()}
    shown |= {facts.price_field(*key): amount.amount for key, amount in facts.prices(said, ranks).items()}
    columns: dict[str, Any] = {}
    if made.source == GATEWAY:
        columns = {"served": (None, True), "upstream_id": ("", rows[0].upstream_id)}
    if all(row.hidden for row in rows):
        columns["listed"] = (None, False)
    made.created[slug] = shown
    made.writes[slug] = Write(said, columns=columns, settles=True)


def no_longer_stated(made: Plan, spoken: Speakers) -> set[str]:
    """Models of which the source spoke and is silent now. One whose row is refused or doubtful is still stated."""
    before = set(Claim.objects.filter(source=made.source).values_list("model__slug", flat=True).distinct())
    if made.source == GATEWAY:
        before |= set(Model.objects.exclude(served=False).values_list("slug", flat=True))
    refused = {refusal.slug for refusal in made.refused if refusal.field == "model"}
    waiting = {slug for _, found in made.doubtful for slug in found.candidates}
    return before - spoken.keys() - refused - waiting


def shrunk(made: Plan) -> tuple[int, int] | None:
    """How many models the source stated when it was last applied and now, where that is far less."""
    now = made.counts["stated"]
    last = Import.objects.filter(source=made.source, state="done", counts__whole=True).values_list("counts", flat=True).first()
    before = last["stated"] if last else Claim.objects.filter(source=made.source).values("model").distinct().count()
    return (before, now) if now < LEAST * before or not now else None


def new_providers(made: Plan) -> dict[str, tuple[str, str]]:
    wanted, names = {slug.partition("/")[0] for slug in made.created}, editorial.decided()["providers"] | made.names
    known = set(Provider.objects.filter(slug__in=wanted).values_list("slug", flat=True))
    return {slug: tuple(names.get(slug, (slug, ""))) for slug in sorted(wanted - known)}


def add_aliases(made: Plan, spoken: Speakers, known: set[str]) -> None:
    """Other names by which a source calls a model; a name that already stands for something keeps doing so.

    A row's own name comes before those that others give: else the row would stand for another model the next time.
    """
    waiting = {row.slug for row, _ in made.doubtful}
    taken = known | set(made.created) | waiting | set(Alias.objects.values_list("slug", flat=True))
    rows = [(slug, row) for slug, said in spoken.items() for row in said]
    own = [] if made.source == GATEWAY else [(row.slug, slug) for slug, row in rows] + list(made.other_names.items())
    for name, slug in [*own, *((alias, slug) for slug, row in rows for alias in row.aliases)]:
        if name not in taken and not wrong_slug(name):
            made.writes.setdefault(slug, Write()).aliases.append(name)
            taken.add(name)
