"""What people decided about the sources' words, `catalog/editorial.json`: which slugs are one model, what is left out and why.

The bundled catalog and every import are held to it alike, so that an import brings nothing back that was corrected.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from catalog.sources import bundle
from catalog.sources.rows import Refusal, Row, another_name

Claims = dict[str, dict[str, Any]]  # by source
ENDED = {"models.dev": ("retiring", "retired")}  # deprecated, there: gone or soon to go, without a day


@cache
def decided() -> dict[str, Any]:
    return json.loads((Path(__file__).parent.parent / "editorial.json").read_text("utf-8"))


def providers() -> dict[str, tuple[str, str]]:
    """Name and address of the makers, by slug."""
    return {slug: (name, url or "") for slug, (name, url) in decided()["providers"].items()}


@cache
def bundled() -> dict[str, dict[str, Any]]:
    """What models.dev says of the models of the bundled catalog, which other sources are held against."""
    rows, _ = bundle.translate(bundle.fetch())
    return {row.slug: row.claim for row in rows if row.claim["source"] == "models.dev"}


def corrected(rows: list[Row], refusals: list[Refusal]) -> list[Row]:
    """One source's rows as an import takes them: without what is dropped, each model once, its facts amended."""
    editorial = decided()
    good = kept(rows, editorial, refusals)
    made = []
    for slug, model in merged(good, editorial["same"]).items():
        (source, claim), *_ = model["claims"].items()
        amend(f"{source}:{slug}", claim, editorial)
        keep_whole_window(slug, {"models.dev": bundled().get(slug, {"facts": {}}), source: claim}, refusals)
        ended = claim["facts"].get("status") in ENDED.get(source, ("retired",)) and slug not in editorial["keep_retired"]
        made.append(Row(slug, tuple(sorted(model["aliases"] - {slug})), claim, hidden=ended))
    spoken = {id(row.claim) for row in made}
    whole = {one: slug for slug, others in editorial["same"].items() for one in others}
    refusals += [another_name(row.slug, whole.get(row.slug, row.slug)) for row in good if id(row.claim) not in spoken]
    return made


def kept(rows: Iterable[Row], editorial: dict[str, Any], refusals: list[Refusal]) -> list[Row]:
    """The rows that no pattern of `drop` names; a pattern may be of one source only: `litellm:mistral/…`."""
    patterns = [(re.compile("|".join(patterns)), reason) for reason, patterns in editorial["drop"].items()]
    good = []
    for row in rows:
        names = (row.slug, f"{row.claim['source']}:{row.slug}")
        reason = next((why for pattern, why in patterns if any(map(pattern.fullmatch, names))), None)
        if reason:
            refusals.append(Refusal(row.slug, "model", reason))
        else:
            good.append(row)
    return good


def merged(rows: list[Row], same: dict[str, list[str]]) -> dict[str, dict[str, Any]]:
    """`{slug: {"aliases": set, "claims": {source: claim}}}`; of a source's rows of one model the first in `same` speaks."""
    models: dict[str, dict[str, Any]] = defaultdict(lambda: {"aliases": set(), "claims": {}, "listed": False})
    order = {one: (slug, place) for slug, others in same.items() for place, one in enumerate(others, 1)}
    for row in sorted(rows, key=lambda row: order.get(row.slug, ("", 0))[1]):
        slug, place = order.get(row.slug, (row.slug, 0))
        model = models[slug]
        model["aliases"] |= {row.slug, *row.aliases}
        model["listed"] |= not place and row.claim["source"] != "aigateway.sh"
        spoken = model["claims"].setdefault(row.claim["source"], row.claim)
        if spoken is row.claim and place and model["listed"]:
            for field in ("status", "retires_on"):  # a preview's end is not the end of the model that it became
                spoken["facts"].pop(field, None)
    return models


def amend(name: str, claim: dict[str, Any], editorial: dict[str, Any]) -> None:
    """Takes out of a claim what was found to be wrong, and adds what was found to be left out; `name` is source:slug."""
    for field in editorial["omit"].get(name, ()):
        (claim if field == "prices" else claim["facts"]).pop(field, None)
    claim["facts"] |= editorial["add"].get(name, {})


def keep_whole_window(slug: str, claims: Claims, refusals: list[Refusal]) -> None:
    """litellm knows the longest prompt only. Where models.dev knows a larger window, that number is not the window."""
    prompt, window = (claims.get(source, {"facts": {}})["facts"].get("context_window", 0) for source in ("litellm", "models.dev"))
    if 0 < prompt < window:
        del claims["litellm"]["facts"]["context_window"]
        refusals.append(Refusal(slug, "context_window", f"{prompt}: the longest prompt, within a window of {window}"))
