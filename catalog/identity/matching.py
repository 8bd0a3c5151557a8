"""Which of our models an id of a source stands for. Reads the tables once and then asks nothing; `keep` is all it writes.

What a person decided comes first, then the very id, an alias, and a name that differs in spelling only. A name that is
merely alike is no answer: its candidates wait as `Match` rows for a person.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from catalog.claims.settling import plain
from catalog.models import Alias, Match, Model
from catalog.sources.makers import maker
from catalog.sources.rows import Row, undated

GATEWAY = "gateway"
WAYS = ("decided", "exact", "alias", "name", "")  # the surest first
# What a host adds to a model's name for the size of its numbers: llama3.2:3b-instruct-q4_0, qwen3-32b-fp8.
NUMBERS = re.compile(r"[-:](i?q\d\w*|bf16|(nv|mx)?fp?(4|8|16|32)(-dynamic)?|int[48]|awq|gptq|gguf|w\d+a\d+|\dbit)$")
# Endings that often, not always, mean another model.
VARIANT = re.compile(r"[-:.](\d{4}|instruct|chat|it|preview|hf|exp)$")
MOST_CANDIDATES = 8

Key = tuple[str, ...]


class Found(NamedTuple):
    """What an id stands for. Without a slug: `decided` is left out, candidates are doubtful, neither is a new model."""

    slug: str | None
    how: str
    candidates: tuple[str, ...] = ()


NEW = Found(None, "")
LEFT_OUT = Found(None, "decided")


class Matcher:
    """Finds the models of one source's rows. Made anew for every import, with three queries."""

    def __init__(self, source: str):
        self.source = source
        self.wild = source == GATEWAY  # ids of gateways have no maker, or a host's name in its place
        self.decided = {m.upstream_id: m for m in decided(source)}
        self.slugs: set[str] = set()
        self.upstream: dict[str, str] = {}
        self.named: dict[Key, set[str]] = defaultdict(set)
        self.alike: dict[Key, set[str]] = defaultdict(set)
        for slug, upstream, listed in Model.objects.values_list("slug", "upstream_id", "listed"):
            self.know(slug, upstream, listed)
        self.aliases = dict(Alias.objects.values_list("slug", "model__slug"))
        for alias, slug in self.aliases.items():
            self.named[key(tail(alias))].add(slug)

    def know(self, slug: str, upstream: str, listed: bool) -> None:
        self.slugs.add(slug)
        if upstream:
            self.upstream[upstream] = slug
        if listed:  # a host's listing of a model has its name too, and is hidden
            self.named[key(tail(slug))].add(slug)
            self.alike[key(trimmed(tail(slug)))].add(slug)

    def find(self, row: Row) -> Found:
        """What one row stands for, whatever the others do."""
        name = called(row)
        if match := self.decided.get(name):
            return of_person(match)
        if slug := self.exact(name):
            return Found(slug, "exact")
        if slug := next((self.aliases[one] for one in (name, row.slug, *row.aliases) if one in self.aliases), None):
            return Found(slug, "alias")
        if row.slug in self.slugs:
            return Found(row.slug, "name")
        return NEW if row.hidden else self.by_name(name)

    def exact(self, name: str) -> str | None:
        if self.wild and name in self.upstream:
            return self.upstream[name]
        return name if name in self.slugs else None

    def by_name(self, name: str) -> Found:
        spellings = [name, undated(bare(name)), undated(numberless(name))] if self.wild else [name]
        for spelling in spellings:
            if found := self.named.get(key(tail(spelling))):
                return self.judged(name, found)
        return Found(None, "", ranked(self.alike.get(key(trimmed(tail(name))), ()))) if self.wild else NEW

    def judged(self, name: str, found: set[str]) -> Found:
        """One model of that name by that maker is sure, and so is one where an id names no maker."""
        by = maker(name)
        same = {slug for slug in found if by in ("", maker(slug))}
        if len(same) == 1:
            return Found(same.pop(), "name")
        return Found(None, "", ranked(same or found)) if same or self.wild else NEW

    def all(self, rows: Iterable[Row]) -> list[Found]:
        """What each row stands for, no two for one model: the surest has it, another id of it waits for a person."""
        stated = list(rows)
        found = [self.find(row) for row in stated]
        taken: dict[str, str] = {}
        for n in sorted(range(len(found)), key=lambda n: (*surest(called(stated[n]), found[n]), n)):
            slug, how, _ = found[n]
            if slug and taken.setdefault(slug, called(stated[n])) != called(stated[n]):
                found[n] = LEFT_OUT if how == "decided" else Found(None, "", (slug,))
        return found


def called(row: Row) -> str:
    """The id that the source itself has for it."""
    return row.upstream_id or row.slug


def surest(name: str, found: Found) -> tuple[int, bool, int]:
    """What two ids of one model are ordered by: how each was found, and whether it is called the same, unlike a dated alias."""
    return min(WAYS.index(found.how), WAYS.index("alias")), key(tail(name)) != key(tail(found.slug or "")), len(name)


def decided(source: str) -> Iterable[Match]:
    return Match.objects.filter(source=source, decided__isnull=False).select_related("model")


def of_person(match: Match) -> Found:
    if match.model:
        return Found(match.model.slug, "decided")
    return LEFT_OUT if match.ignored else NEW


def keep(source: str, doubtful: Iterable[tuple[Row, Found]], whole: bool = True) -> int:
    """Writes what waits for a person, and says how much. Where the `whole` source was read, what else waited is forgotten."""
    stated: dict[str, list[tuple[Row, Found]]] = defaultdict(list)
    for row, found in doubtful:
        stated[called(row)].append((row, found))
    rows = [
        Match(source=source, upstream_id=name, candidates=some[0][1].candidates, row=plain(stored([row for row, _ in some])))
        for name, some in stated.items()
    ]
    if whole:
        kept = [row.upstream_id for row in rows]
        Match.objects.filter(source=source, decided__isnull=True).exclude(upstream_id__in=kept).delete()
    fields = {"unique_fields": ["source", "upstream_id"], "update_fields": ["candidates", "row"]}
    Match.objects.bulk_create(rows, 500, update_conflicts=True, **fields)
    return len(rows)


def stored(rows: list[Row]) -> dict[str, Any]:
    """What the first row says and is called, and what others say `beside` it, such as a guess."""
    first, *rest = rows
    beside = {row.claim["source"]: row.claim for row in rest if row.claim["source"] != first.claim["source"]}
    return first.claim | {"slug": first.slug, "aliases": first.aliases, "beside": [*beside.values()]}


def key(name: str) -> Key:
    """A name without its case and its marks: words and numbers in their order, so 4.1 stays apart from 41."""
    return tuple(re.findall(r"[a-z]+|\d+", bare(name).lower()))


def tail(name: str) -> str:
    return name.rstrip("/").rpartition("/")[2]


def bare(name: str) -> str:
    """Without the tag that says nothing; a version after an @ is written as one after a hyphen."""
    return name.removesuffix(":latest").replace("@", "-")


def numberless(name: str) -> str:
    return NUMBERS.sub("", bare(name).lower())


def trimmed(name: str) -> str:
    """A name without its date and what else makes a variant of a model."""
    short, last = undated(numberless(name)), ""
    while short != last:
        short, last = VARIANT.sub("", short), short
    return short


def ranked(slugs: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(slugs, key=lambda slug: (len(slug), slug))[:MOST_CANDIDATES])
