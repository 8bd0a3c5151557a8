"""Synthetic catalogs of any size: the bundled models first, then variations of them. The same size gives the same models.

In the form of the files in `catalog/data`, so that what loads those takes these.
"""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import count, islice
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent.parent / "catalog" / "data"
PROVIDERS, FAMILIES, SOURCES = 40, 60, 3  # at most: of all, of all, of one model
VARIANTS = "mini pro turbo lite max instruct preview thinking nano ultra fp8 int4 hd".split()
WORDS = (
    "fast accurate compact multilingual frontier long-context efficient reasoning coding vision audio retrieval agentic "
    "distilled low-latency enterprise research balanced high-throughput structured document speech translation creative"
).split()
DATED = ("released", "retires_on")
Stated = dict[str, Any]  # a model as catalog/data has it: {"slug", "aliases", "claims"}


def catalog(size: int, folder: Path = DATA) -> list[Stated]:
    """`size` models: every modality and provider among the first, then the bundled ones, then variations of those."""
    return list(islice(unlike(endless(seeds(folder))), size))


def endless(models: list[Stated]) -> Iterator[Stated]:
    yield from models
    for generation in count(1):
        yield from (varied(model, generation) for model in models)


def unlike(models: Iterable[Stated]) -> Iterator[Stated]:
    """Those whose slug is not taken yet, each with the other names that are not: gpt-4-mini may be bundled and a variation."""
    taken: set[str] = set()
    for model in models:
        if model["slug"] not in taken:
            taken.add(model["slug"])
            model["aliases"] = [alias for alias in dict.fromkeys(model["aliases"]) if alias not in taken]
            taken.update(model["aliases"])
            yield model


def providers(folder: Path = DATA) -> dict[str, tuple[str, str]]:
    """Name and address by slug, of all bundled providers."""
    rows = [file["provider"] for file in files(folder)]
    return {row["slug"]: (row["name"], row.get("url") or "") for row in rows}


def files(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]


def seeds(folder: Path) -> list[Stated]:
    """The bundled models of 40 providers, in a fixed disorder, one of each modality and of each provider first."""
    models = [model for file in files(folder) for model in file["models"]]
    kept = chosen_providers(models)
    models = [plain(model) for model in models if maker(model) in kept]
    random.Random(1).shuffle(models)
    common = {family for family, _ in Counter(filter(None, (said(m, "family") for m in models))).most_common(FAMILIES - 1)}
    for model in models:
        for claim in model["claims"]:
            if claim["facts"].get("family") not in (None, *common):
                claim["facts"]["family"] = "other"
    return first_of_each(models, lambda model: said(model, "modality"), maker)


def chosen_providers(models: list[Stated]) -> set[str]:
    """The makers of the rarest modalities, then those with most models."""
    counts = Counter(maker(model) for model in models)
    rare = Counter(said(model, "modality") for model in models)
    needed = {kind: maker(model) for model in models if rare[kind := said(model, "modality")] <= 10}
    by_size = [slug for slug, _ in counts.most_common()]
    return set(islice(dict.fromkeys([*needed.values(), *by_size]), PROVIDERS))


def first_of_each(models: list[Stated], *keys: Callable[[Stated], Any]) -> list[Stated]:
    """The same models, those first that are the first of something."""
    first = {id(model) for key in keys for model in {key(model): model for model in reversed(models)}.values()}
    return sorted(models, key=lambda model: id(model) not in first)


def maker(model: Stated) -> str:
    return model["slug"].partition("/")[0]


def said(model: Stated, fact: str) -> Any:
    return next((claim["facts"][fact] for claim in model["claims"] if fact in claim.get("facts", {})), None)


def plain(model: Stated) -> Stated:
    """A copy with at most three sources, each with its facts and prices."""
    claims = [{**claim, "facts": dict(claim.get("facts", {}))} for claim in model["claims"][:SOURCES]]
    return {**model, "aliases": list(model.get("aliases", ())), "claims": claims}


def varied(model: Stated, generation: int) -> Stated:
    """A sibling: another slug, name, age and price; the same kind, family and abilities."""
    rest, variant = divmod(generation - 1, len(VARIANTS))
    suffix = VARIANTS[variant] + (f"-r{rest + 1}" if rest else "")
    chance = random.Random(f"{model['slug']} {generation}")
    return {
        "slug": f"{model['slug']}-{suffix}",
        "aliases": [f"{alias}-{suffix}" for alias in model["aliases"]],
        "claims": [varied_claim(claim, suffix, chance, 1 + generation % 7) for claim in model["claims"]],
    }


def varied_claim(claim: dict[str, Any], suffix: str, chance: random.Random, tenths: int) -> dict[str, Any]:
    facts = dict(claim["facts"])
    if "name" in facts:
        facts["name"] = f"{facts['name']} {suffix}"[:200]
    if "description" in facts:
        facts["description"] = f"{facts['description']} The {suffix} variant: {' '.join(chance.sample(WORDS, 4))}."
    if facts.get("context_window"):
        facts["context_window"] = facts["context_window"] * chance.choice((1, 1, 2, 4)) // chance.choice((1, 2))
    facts |= {name: earlier(facts[name], chance) for name in DATED if facts.get(name)}
    prices = [{**price, "amount": scaled(price["amount"], tenths)} for price in claim.get("prices") or ()]
    return {**claim, "facts": facts, "prices": prices}


def earlier(day: str, chance: random.Random) -> str:
    return (date.fromisoformat(day) - timedelta(days=chance.randrange(365))).isoformat()


def scaled(amount: str, tenths: int) -> str:
    """A price a few tenths higher; free stays free."""
    return format((Decimal(amount) * (10 + tenths) / 10).normalize(), "f")
