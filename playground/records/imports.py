"""A file of `exports` read back: checked field by field, then written as runs of the visitor who brings it.

An imported run keeps the time at which it ran and gets an id of its own. It is marked, counts for no limit, sum or ranking,
and says nothing that this site vouches for.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from math import ceil
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from catalog.costs.pricing import METERS, is_condition
from catalog.endpoints import ENDPOINTS
from playground.bounds import buckets
from playground.models import STATES, RunGroup
from playground.models.runs import IMPORTED
from playground.records.documents import run_of
from playground.records.exports import FORMAT, VERSION
from playground.records.store import storable
from playground.visitors import Owner
from playground.workbench import checks, forms

MOST_IMPORTED = 1000
MAX_FILE = 20 * 1024 * 1024  # bytes
MOST_ARRIVALS = 2000
FEWER = "Export fewer runs, such as one day's."

TEXT = {"type": ["string", "null"]}
COUNT = {"type": ["number", "null"], "minimum": 0, "maximum": 1e12}
DECIMAL = r"^[0-9]{1,9}(\.[0-9]{1,12})?$"  # SQLite rounds: with more digits in front the tables could not give it back
AMOUNT = {"type": ["string", "null"], "pattern": DECIMAL}
STATUS = {"type": ["integer", "null"], "minimum": 100, "maximum": 599}


def short(length: int, **more: Any) -> dict[str, Any]:
    return {"type": "string", "maxLength": length} | more


def shaped(**properties: Any) -> dict[str, Any]:
    """An object with all of these; what else it has is left out when it is read."""
    return {"type": "object", "required": list(properties), "properties": properties}


def rows(most: int, **more: Any) -> dict[str, Any]:
    return {"type": "array", "maxItems": most} | more


HEADERS = rows(200, items=rows(2, minItems=2, items=short(10_000)))
PART = {"type": "object", "required": ["name"], "properties": {"name": short(200), "value": short(forms.MAX_BODY)}}
PARTS = rows(200, items=PART) | {"type": ["array", "null"]}
RUN = shaped(
    model=short(200, minLength=1),
    endpoint={"enum": list(ENDPOINTS)},
    sandbox={"type": "boolean"},
    state={"enum": [state for state in STATES if state != "running"]},
    created=short(40),
    finished=TEXT,
    request=shaped(method={"enum": ["GET", "POST"]}, url=short(500), headers=HEADERS, body=TEXT, parts=PARTS),
    response=shaped(status=STATUS, headers=HEADERS, body=TEXT),
    output=TEXT,
    error={
        "type": ["object", "null"],
        "required": ["status", "type", "message", "retry_after"],
        "properties": {"status": STATUS, "type": short(200), "message": short(10_000), "retry_after": COUNT},
    },
    left_out=rows(200, items=shaped(name=short(200), reason=short(500))),
    usage={
        "type": ["object", "null"],
        "propertyNames": {"enum": list(METERS)},
        "additionalProperties": {"type": "integer", "minimum": 0, "maximum": 10**12},
    },
    prices=rows(200, items=rows(3, minItems=3, items={"type": "string", "maxLength": 60})),
    arrivals=rows(MOST_ARRIVALS),
    job=short(500),
    cost=shaped(list=AMOUNT, effective=AMOUNT, told=AMOUNT),
    timing=shaped(first_token_ms=COUNT, total_ms=COUNT),
)


class Unreadable(ValueError):
    """Why a file is not imported, in a sentence."""


def read(file: UploadedFile) -> list[dict[str, Any]]:
    """The runs of a file, every one checked. Raises Unreadable with the place of the first fault."""
    runs = listed(file)
    for n, run in enumerate(runs):
        if wrong := fault(run):
            raise Unreadable(f"runs[{n}]{wrong}")
    return runs


def listed(file: UploadedFile) -> list[Any]:
    """What stands in the file's list of runs."""
    if (file.size or 0) > MAX_FILE:
        raise Unreadable(f"the file has {file.size:,} bytes; at most {MAX_FILE:,} are read. {FEWER}")
    told = parsed(file.read())
    runs = storable(told.get("runs")) if isinstance(told, dict) and told.get("format") == FORMAT else None
    if not isinstance(runs, list):
        raise Unreadable(f"the file is no export of runs: it has no format “{FORMAT}” with a list of runs.")
    if told.get("version") != VERSION:
        raise Unreadable(f"the file's version is not {VERSION}, the only one that is read here.")
    if len(runs) > MOST_IMPORTED:
        raise Unreadable(f"the file has {len(runs):,} runs; at most {MOST_IMPORTED:,} are read. {FEWER}")
    return runs


def parsed(content: bytes) -> Any:
    try:
        told = json.loads(content, parse_float=checks.finite, parse_constant=checks.finite)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"the file is not valid JSON{checks.where(error)}.") from None
    if checks.deep(told, checks.SHOWN_DEPTH):
        raise Unreadable(f"the file is nested too deep: at most {checks.SHOWN_DEPTH} levels are read.")
    return told


def fault(run: Any) -> str:
    """The first thing that is wrong with a run: where, and what. Blank where nothing is."""
    import jsonschema  # see `checks.read_json`

    wrong = jsonschema.exceptions.best_match(validator().iter_errors(run))
    if wrong:
        return f"{checks.place(wrong)}: {wrong.message[: checks.MAX_MESSAGE]}."
    return next((f".{name}: {found}" for name, check in CHECKS.items() if (found := check(run))), "")


@cache
def validator() -> Any:
    import jsonschema

    return jsonschema.Draft202012Validator(RUN)


def wrong_body(run: dict[str, Any]) -> str:
    return forms.read_object(run["request"]["body"])[1] if run["request"]["body"] else ""


def wrong_time(text: str | None) -> str:
    wrong = text is not None and not is_past(text)
    return "is not a time in the past with its zone, such as 2026-07-31T12:00:00+00:00." if wrong else ""


def is_past(text: str) -> bool:
    try:
        told = datetime.fromisoformat(text)
        return told.tzinfo is not None and told.astimezone(UTC) <= timezone.now()
    except (ValueError, OverflowError):  # no time at all, or one before the first that there is
        return False


def wrong_arrivals(run: dict[str, Any]) -> str:
    right = all(type(at) in (int, float) and 0 <= at < 1e9 for at in run["arrivals"])
    return "" if right else "each is a number of milliseconds."


def wrong_prices(run: dict[str, Any]) -> str:
    return "" if all(is_price(*price) for price in run["prices"]) else "each is a meter, a condition or blank, and an amount."


def is_price(meter: str, condition: str, amount: str) -> bool:
    return meter in METERS and is_condition(condition) and re.fullmatch(DECIMAL, amount) is not None


CHECKS: dict[str, Callable[[dict[str, Any]], str]] = {
    "request.body": wrong_body, "created": lambda run: wrong_time(run["created"]),
    "finished": lambda run: wrong_time(run["finished"]), "arrivals": wrong_arrivals, "prices": wrong_prices,
}  # fmt: skip


def pace(address: str, more: int) -> None:
    """Raises Unreadable where a network address has had MOST_IMPORTED runs a minute imported."""
    who = sha256(f"imports of {address}".encode()).hexdigest()
    if wait := buckets.take([buckets.Share(who, MOST_IMPORTED)], more):
        told = f"at most {MOST_IMPORTED:,} runs a minute are imported for one network address."
        raise Unreadable(f"{told} Try again in {ceil(wait)} s.")


@transaction.atomic
def take(owner: Owner, told: list[dict[str, Any]]) -> int:
    """Writes the runs of a checked file as this visitor's own. Returns how many."""
    origin = f"{IMPORTED}{timezone.localdate()}"
    groups: dict[str, RunGroup] = {}
    for entry in told:
        group = group_of(entry, owner, groups)
        place = entry.get("position")
        position = place if type(place) is int and 0 <= place < 100 else 0
        run_of(entry, **owner._asdict(), address=origin, group=group, position=position).save(force_insert=True)
    return len(told)


def group_of(entry: dict[str, Any], owner: Owner, groups: dict[str, RunGroup]) -> RunGroup | None:
    """A new group for each that the file names."""
    name = entry.get("group")
    if not isinstance(name, str):
        return None
    if name not in groups:
        groups[name] = RunGroup.objects.create(**owner._asdict(), created=datetime.fromisoformat(entry["created"]))
    return groups[name]
