"""Which model each row of a source speaks of. Every row ends as a speaker, as doubtful, or as refused with a reason."""

from collections.abc import Iterable, Iterator

from catalog.identity.matching import GATEWAY, LEFT_OUT, WAYS, Found, Matcher
from catalog.imports.plans import Plan
from catalog.models import Alias, Model
from catalog.sources.rows import Refusal, Row

LATER = WAYS.index("alias")  # a name that matched is an alias from then on: both rank alike, so that the same row speaks again
Speakers = dict[str, list[Row]]  # by the slug of the model, one row a source


def speakers(plan: Plan, own: bool) -> Speakers:
    """`own`: rows are under our own slugs, as in the bundle and in exports."""
    rows = once(plan, plan.rows)
    pairs = zip(rows, names(rows) if own else found(plan.source, rows), strict=True)
    spoken: Speakers = {}
    heard: set[tuple[str, str]] = set()
    for row, match in sorted(pairs, key=lambda pair: min(WAYS.index(pair[1].how), LATER)):
        if (slug := judged(plan, row, match)) and wanted(plan, row, slug):
            say(plan, spoken, heard, row, slug)
    return spoken


def once(plan: Plan, rows: list[Row]) -> list[Row]:
    """Without rows of an id that the source has stated already."""
    first: dict[tuple[str, str, str], Row] = {}
    for row in rows:
        if first.setdefault((row.claim["source"], row.slug, row.upstream_id), row) is not row:
            plan.refused.append(Refusal(row.slug, "alias", "stated twice: the first row speaks"))
    return list(first.values())


def names(rows: Iterable[Row]) -> Iterator[Found]:
    slugs = set(Model.objects.values_list("slug", flat=True))
    aliases = dict(Alias.objects.values_list("slug", "model__slug"))
    for row in rows:
        alias = None if row.slug in slugs else aliases.get(row.slug)
        yield Found(alias or row.slug, "alias" if alias else "exact")


def found(source: str, rows: list[Row]) -> Iterable[Found]:
    """At a gateway two ids are two things to ask for; in a list they are two names of one model."""
    matcher = Matcher(source)
    return matcher.all(rows) if source == GATEWAY else map(matcher.find, rows)


def judged(plan: Plan, row: Row, match: Found) -> str | None:
    if match == LEFT_OUT:
        plan.refused.append(Refusal(row.slug, "model", "left out, as a person decided"))
    elif match.candidates and not match.slug:
        plan.doubtful.append((row, match))
    else:
        return match.slug or row.slug
    return None


def wanted(plan: Plan, row: Row, slug: str) -> bool:
    named = not plan.only or bool({slug, row.slug, row.upstream_id, *row.aliases} & set(plan.only))
    return named and (not plan.provider or plan.provider in (slug.partition("/")[0], row.slug.partition("/")[0]))


def say(plan: Plan, spoken: Speakers, heard: set[tuple[str, str]], row: Row, slug: str) -> None:
    source = row.claim["source"]
    if (slug, source) in heard:
        plan.refused.append(Refusal(row.slug, "alias", f"another name of {slug}, of which another row speaks"))
        plan.other_names[row.slug] = slug
        return
    heard.add((slug, source))
    spoken.setdefault(slug, []).append(row)
