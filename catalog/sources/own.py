"""Our own exports read back: one model of a JSON file or one line of a CSV as rows.

With `claims` (the full export, a model's own JSON) every source's word comes back as its own. Without, what is stated
is a person's word: a claim of "pin", which counts only where it differs from what is shown. What is blank says nothing.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from catalog.sources.checks import checked
from catalog.sources.rows import Refusal, Row, a_day
from catalog.vocabulary import CAPABILITIES, PIN

PRICE = "price."
SOURCE = re.compile(r"[\w.-]{1,40}")
# The fields of an item that are facts under the same name. Descriptions are not: an export writes one where there is none.
FACTS = (
    "name", "modality", "endpoints", "family", "context_window", "max_output", "dimensions", "input_kinds", "output_kinds",
    "strengths", "use_cases", "status", "released", "retires_on", "replacement", "open_weights", "knowledge_cutoff",
)  # fmt: skip
# What an item says besides, and an import leaves alone: worked out, or not of the model itself.
ASIDE = (
    "object", "created", "owned_by", "provider", "upstream_id", "badge", "description", "collections", "added", "served",
    "url", "disagreements", "facts", "abilities", "proofs",
)  # fmt: skip
READ = {"id", "aliases", "capabilities", "pricing", "claims", "listed", *FACTS, *ASIDE}


def rows(item: dict[str, Any], as_of: str, refusals: list[Refusal]) -> list[Row]:
    """A row for each source that speaks of the model."""
    slug, aliases = item["id"], tuple(one for one in item.get("aliases") or () if isinstance(one, str))
    made = claimed(item["claims"]) if item.get("claims") else [stated(item, as_of)]
    found = [Row(slug, aliases, claim, hidden=item.get("listed") is False) for claim in made]
    return [good for row in found if (good := checked(row, refusals))]


def claimed(claims: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The claims of each source as one; where they are of several days, as of the last of them."""
    by_source: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in claims:
        if not SOURCE.fullmatch(one["source"]) or not a_day(one["as_of"]):
            raise ValueError(f"a claim without source or day: {str(one)[:80]}")
        by_source[one["source"]].append(one)
    for source, said in by_source.items():
        last = max(said, key=lambda one: one["as_of"])
        yield {
            "source": source, "as_of": last["as_of"], "url": last.get("url"),
            "facts": {one["field"]: one["value"] for one in said if not one["field"].startswith(PRICE)},
            "prices": [priced(one["field"], one["value"]) for one in said if one["field"].startswith(PRICE)],
            "doubts": {one["field"]: one["doubt"] for one in said if one.get("doubt") is not None},
        }  # fmt: skip


def priced(field: str, amount: Any) -> dict[str, Any]:
    """`price.input_tokens@batch` and its amount, as a price."""
    meter, _, condition = field.removeprefix(PRICE).partition("@")
    return {"meter": meter, "condition": condition, "amount": amount}


def stated(item: dict[str, Any], as_of: str) -> dict[str, Any]:
    """What an item without claims says."""
    facts = {field: item[field] for field in FACTS if item.get(field) not in (None, "", [])}
    if facts.get("status") == "retired" and a_day(day := item.get("retires_on")) and day <= as_of:
        del facts["status"]  # worked out from the day
    if can := item.get("capabilities"):
        facts["capabilities"] = {key: True for key in can if key in CAPABILITIES}
    prices = [{key: one[key] for key in ("meter", "condition", "amount")} for one in item.get("pricing") or ()]
    return {"source": PIN, "as_of": as_of, "url": None, "facts": facts, "prices": prices, "doubts": {}}
