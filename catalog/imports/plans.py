"""What an import would do, as pages and commands show it and as `apply` does it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from catalog.cards import Statement
from catalog.identity.matching import Found
from catalog.sources.rows import Refusal, Row

Step = tuple[Any, Any]  # a shown value before and after


class Kept(NamedTuple):
    """A pinned value that stays as it is shown, and what the source says."""

    shown: Any
    said: Any


@dataclass
class Write:
    """What is to be written of one model."""

    claims: list[Statement] = field(default_factory=list)  # new ones and those that differ
    gone: list[int] = field(default_factory=list)  # keys of claims that their source no longer makes
    aliases: list[str] = field(default_factory=list)
    columns: dict[str, Step] = field(default_factory=dict)  # upstream_id, served, listed
    settles: bool = False  # whether shown facts may follow

    def __bool__(self) -> bool:
        return bool(self.claims or self.gone or self.aliases or self.columns)


def days(rows: Iterable[Row]) -> dict[str, str]:
    """As of when each source speaks."""
    return {row.claim["source"]: row.claim["as_of"] for row in rows}


@dataclass
class Plan:
    """What an import of `rows` would do to the catalog at `version`. Everything is by slug."""

    reader: str
    source: str  # the reader's name in claims; the reader's own where its rows name theirs
    rows: list[Row]
    stated: list[Refusal]  # what its reader refused
    names: Mapping[str, tuple[str, str]]  # name and address of providers that may be new
    only: Collection[str] | None
    provider: str | None
    version: int
    whole: bool = True  # whether the rows are all that the source states: what they leave out is no longer stated
    created: dict[str, dict[str, Any]] = field(default_factory=dict)  # what will be shown of it
    changed: dict[str, dict[str, Step]] = field(default_factory=dict)
    kept: dict[str, dict[str, Kept]] = field(default_factory=dict)  # pinned
    hidden: dict[str, str] = field(default_factory=dict)  # and why
    doubtful: list[tuple[Row, Found]] = field(default_factory=list)
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)
    shrunk: tuple[int, int] | None = None  # models that the source stated when it was last applied, and now
    writes: dict[str, Write] = field(default_factory=dict)
    other_names: dict[str, str] = field(default_factory=dict)  # slugs of rows that say nothing of their own
    providers: dict[str, tuple[str, str]] = field(default_factory=dict)  # name and address of new ones

    @property
    def empty(self) -> bool:
        return not self.writes

    @property
    def waiting(self) -> dict[str, Found]:
        """The ids that a person has to match; a guess is a row beside that of its id."""
        return {row.upstream_id or row.slug: found for row, found in self.doubtful}

    @property
    def silent(self) -> bool:
        """Whether the source states nothing of the models that were asked for."""
        stated = self.writes or self.unchanged or self.kept or self.doubtful or self.refused
        return bool(self.only or self.provider) and not stated

    @cached_property
    def days(self) -> dict[str, str]:
        return days(self.rows)

    @property
    def counts(self) -> dict[str, int]:
        """`whole` tells a source's full list from a part of it."""
        shown = {name: len(getattr(self, name)) for name in ("created", "changed", "hidden", "kept", "refused")}
        stated = len({row.upstream_id or row.slug for row in self.rows})  # some models have a row a source
        shown["doubtful"] = len(self.waiting)
        return shown | {"unchanged": self.unchanged, "stated": stated, "whole": self.whole}

    def counted(self, ticked: Collection[str] | None) -> dict[str, int]:
        """The counts of what is applied: all of it, or what of it is ticked."""
        if ticked is None:
            return self.counts
        return self.counts | {name: len(set(getattr(self, name)) & set(ticked)) for name in ("created", "changed", "hidden")}
