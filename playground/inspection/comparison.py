"""Two runs side by side, as rows for a page and as a record for scripts. Bounded, whatever they hold."""

import json
from dataclasses import dataclass
from typing import Any

from playground.inspection import difference, requested, text_difference, tree
from playground.inspection.difference import Difference
from playground.inspection.result import SHOWN, answer_of
from playground.inspection.text_difference import TextDifference
from playground.models import Run
from playground.workbench import checks

MOST_ROWS = 400
MOST_IN_RECORD = 2000
MOST_VALUES = 20_000  # of one body
LONGEST = 400  # characters of a value in its row
KINDS = {"same": "same", "changed": "changed", "missing": "only in A", "added": "only in B", "moved": "moved"}


@dataclass(frozen=True, slots=True)
class Part:
    """The requests or the responses of both. `unknown` says why they cannot be compared, blank where they can."""

    name: str
    walked: list[Difference]
    differ: bool
    unknown: str = ""

    @property
    def differing(self) -> list[Difference]:
        return [one for one in self.walked if one.kind != "same"]

    @property
    def same(self) -> bool:
        """Known to be the same; False too where they cannot be compared."""
        return not self.unknown and not self.differing

    @property
    def rows(self) -> list["Row"]:
        return [row(one) for one in (self.differing if self.differ else self.walked)[:MOST_ROWS]]

    @property
    def more(self) -> int:
        return max(0, len(self.differing if self.differ else self.walked) - MOST_ROWS)


@dataclass(frozen=True, slots=True)
class Row:
    """A path with what stands there on each side, as JSON cut to LONGEST; blank where a side has nothing, or it only moved."""

    kind: str
    path: str
    a: str
    b: str
    types: tuple[str, str] | None

    @property
    def label(self) -> str:
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class Compared:
    """`text` is None where one of the runs gave no text."""

    a: Run
    b: Run
    differ: bool
    parts: tuple[Part, Part]
    text: TextDifference | None

    @property
    def sides(self) -> list[tuple[str, Run]]:
        return [("A", self.a), ("B", self.b)]


def of(a: Run, b: Run, differ: bool = False) -> Compared:
    """`differ`: whether rows that are the same are left out."""
    parts = (part("Request", asked(a), asked(b), differ), part("Response", answered(a), answered(b), differ))
    spoken = a.output is not None and b.output is not None
    return Compared(a, b, differ, parts, text_difference.of(a.output or "", b.output or "") if spoken else None)


Side = tuple[Any, str]  # a value, or why there is none


def part(name: str, a: Side, b: Side, differ: bool) -> Part:
    unknown = " ".join(f"{side}: {why}" for side, (_, why) in (("A", a), ("B", b)) if why)
    return Part(name, [] if unknown else list(difference.walk(a[0], b[0])), differ, unknown)


def asked(run: Run) -> Side:
    found = requested.shown(run)
    return bounded(found) if found is not None else (None, "the body is not kept on this site.")


def answered(run: Run) -> Side:
    if not run.response_body:
        return None, "there is no body that is kept as text."
    if len(run.response_body) > SHOWN:
        return None, f"the body has more than {SHOWN:,} characters."
    found = answer_of(run)
    return bounded(found) if found is not None else (None, "the body is no JSON.")


def bounded(value: Any) -> Side:
    if checks.deep(value, checks.SHOWN_DEPTH):
        return None, f"the body is nested deeper than {checks.SHOWN_DEPTH} levels."
    if checks.size(value) > MOST_VALUES:
        return None, f"the body has more than {MOST_VALUES:,} values."
    return value, ""


def row(one: Difference) -> Row:
    paths = dict.fromkeys(tree.written(path) for path in (one.at, one.to) if path is not None)
    kinds = (difference.type_of(one.a), difference.type_of(one.b))
    types = kinds if one.kind == "changed" and kinds[0] != kinds[1] else None
    a, b = (brief(value) if shows(one, path) else "" for value, path in ((one.a, one.at), (one.b, one.to)))
    return Row(one.kind, " → ".join(paths), a, b, types)


def shows(one: Difference, path: difference.Path | None) -> bool:
    return path is not None and one.kind != "moved"


def brief(value: Any) -> str:
    text = tree.as_json(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def record(found: Compared) -> dict[str, Any]:
    """What scripts get. Values are as they were; a number that JSON does not know, such as NaN, is its name as a text."""
    request, response = found.parts
    told = {
        "a": str(found.a.id), "b": str(found.b.id), "request": told_part(request), "response": told_part(response),
        "output": found.text and {"unit": found.text.unit or None, "stretches": [s._asdict() for s in found.text.stretches]},
    }  # fmt: skip
    return json.loads(json.dumps(told), parse_constant=str)


def told_part(part: Part) -> dict[str, Any]:
    """`{"differences": [{"kind", "at", "to", "a", "b"}], "more", "unknown"}`; what a side has not is left out."""
    differences = [told_one(one) for one in part.differing[:MOST_IN_RECORD]]
    return {"differences": differences, "more": max(0, len(part.differing) - MOST_IN_RECORD), "unknown": part.unknown or None}


def told_one(one: Difference) -> dict[str, Any]:
    there = {"at": one.at, "a": one.a} if one.at is not None else {}
    here = {"to": one.to, "b": one.b} if one.to is not None else {}
    paths = {name: tree.written(path) for name, path in (there | here).items() if name in ("at", "to")}
    return {"kind": one.kind} | there | here | paths
