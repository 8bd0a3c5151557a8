"""Writes the bundled catalog, `catalog/data/*.json`, from the price map, the model list and the notes on the site.

Run it from the repository's root; it reads no network, and the same files always give the same catalog:

    python -m scripts.bundle_catalog litellm-prices.json models-dev.json seed-site-models.json [--refusals refusals.txt]

What is editorial is data, in `catalog/editorial.json`: provider names, which slugs are one model, what is left out and
why, which models hosts may describe, descriptions, and what a model's parameters are.
"""

import argparse
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from catalog.sources import litellm, models_dev, reference_site
from catalog.sources.editorial import Claims, amend, decided, keep_whole_window, kept, merged
from catalog.sources.fetching import read_json
from catalog.sources.rows import Refusal, Row, claim

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("litellm", "models.dev", "aigateway.sh", "modelry")  # the best first
KEYS = (
    "name", "modality", "endpoints", "listed_endpoints", "family", "description", "context_window", "max_output",
    "dimensions", "input_kinds", "output_kinds", "capabilities", "strengths", "use_cases", "status", "released",
    "retires_on", "replacement", "open_weights", "knowledge_cutoff", "parameters",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", nargs=3, type=Path, metavar=("PRICES", "MODELS", "SITE"))
    parser.add_argument("--refusals", type=Path, help="write what was left out, and why")
    options = parser.parse_args()
    editorial = decided()
    prices, listed, site = (read_json(str(file)) for file in options.files)
    models, refusals = bundle(prices, listed, site, editorial)
    write(models, editorial["providers"], ROOT / "catalog/data")
    if options.refusals:
        options.refusals.write_text("".join("\t".join(one) + "\n" for one in sorted(refusals)), "utf-8")


def bundle(prices: dict, listed: dict, site: dict, editorial: dict) -> tuple[list[dict[str, Any]], list[Refusal]]:
    """The models of the catalog, by slug, and everything that was left out of it."""
    days = editorial["as_of"]
    found = [litellm.makers(prices, days["litellm"]), models_dev.makers(listed, days["models.dev"])]
    found.append(reference_site.translate(site, days["aigateway.sh"]))
    refusals = [refusal for _, refused in found for refusal in refused]
    rows = kept([row for made, _ in found for row in made], editorial, refusals)
    models = merged(rows, editorial["same"])
    enrich(models, kept(models_dev.hosted(listed, days["models.dev"]), editorial, []), editorial)
    for slug, model in models.items():
        settle(slug, model["claims"], editorial, refusals)
    return finished(models, editorial, refusals), refusals


def enrich(models: dict[str, dict[str, Any]], hosted: list[Row], editorial: dict) -> None:
    """Adds what hosts agree on, to the models that are wanted and that no better entry of models.dev describes."""
    for slug, model in merged(hosted, editorial["same"]).items():
        never = any(re.fullmatch(pattern, slug) for pattern in editorial["hosted_never"])
        if slug in editorial["hosted"] or (slug in models and not never):
            models[slug]["aliases"] |= model["aliases"]
            models[slug]["claims"].setdefault("models.dev", model["claims"]["models.dev"])


def settle(slug: str, claims: Claims, editorial: dict, refusals: list[Refusal]) -> None:
    """Takes out of the claims of one model what two sources together show to be something else than it seems."""
    for source, made in claims.items():
        amend(f"{source}:{slug}", made, editorial)
    keep_whole_window(slug, claims, refusals)
    keep_one_price_list(slug, claims, refusals)
    add_ours(slug, claims, editorial)


def add_ours(slug: str, claims: Claims, editorial: dict) -> None:
    """What we say ourselves: a description in our words, and the parameters that the maker's documentation states."""
    stated = next((row for row in editorial["parameters"] if slug in row["models"]), {})
    facts = {"description": editorial["descriptions"].get(slug), "parameters": stated.get("parameters")}
    known = {field: value for field, value in facts.items() if value}
    if known:
        claims["modelry"] = claim("modelry", editorial["as_of"]["modelry"], stated.get("url"), known)


def keep_one_price_list(slug: str, claims: Claims, refusals: list[Refusal]) -> None:
    """A lesser source may confirm or dispute a price, not add a tier or a meter to another's price list."""
    lists = [claims[source]["prices"] for source in SOURCES if claims.get(source, {}).get("prices")]
    known = {(one["meter"], one["condition"]) for one in lists[0]} if lists else set()
    for listed in lists[1:]:
        for one in [one for one in listed if (one["meter"], one["condition"]) not in known]:
            listed.remove(one)
            reason = f"{one['amount']}: not on the price list of the better source"
            refusals.append(Refusal(slug, f"{one['meter']} {one['condition']}".strip(), reason))


def finished(models: dict[str, dict[str, Any]], editorial: dict, refusals: list[Refusal]) -> list[dict[str, Any]]:
    slugs = set(models)
    lists = {slug.partition("/")[0] for slug, model in models.items() if "litellm" in model["claims"]}
    done = []
    for slug, model in sorted(models.items()):
        claims = model["claims"]
        if slug.partition("/")[0] in lists:
            end_what_nobody_lists(claims)
        if is_retired(claims) and "aigateway.sh" not in claims and slug not in editorial["keep_retired"]:
            refusals.append(Refusal(slug, "model", "retired"))
            continue
        ordered = [tidy(claims[source]) for source in SOURCES if source in claims]
        done.append({"slug": slug, "aliases": sorted(model["aliases"] - slugs), "claims": ordered})
    return done


def end_what_nobody_lists(claims: Claims) -> None:
    """Deprecated at models.dev, and gone from the later litellm that lists this maker: retired."""
    facts = claims.get("models.dev", {}).get("facts", {})
    if facts.get("status") == "retiring" and "litellm" not in claims:
        facts["status"] = "retired"


def is_retired(claims: Claims) -> bool:
    stated = [claims[source]["facts"].get("status") for source in SOURCES if source in claims]
    return next((status for status in stated if status), None) == "retired"


def tidy(made: dict[str, Any]) -> dict[str, Any]:
    facts = {key: made["facts"][key] for key in KEYS if key in made["facts"]}
    assert len(facts) == len(made["facts"]), made["facts"].keys() - facts.keys()
    prices = sorted(made.get("prices", ()), key=lambda one: (one["condition"] != "", one["condition"]))
    return {**{key: made[key] for key in ("source", "as_of", "url")}, "facts": facts} | {
        key: value for key, value in (("doubts", made.get("doubts")), ("prices", prices)) if value
    }


def write(models: list[dict[str, Any]], providers: dict[str, list], folder: Path) -> None:
    by_provider: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for model in models:
        by_provider[model["slug"].partition("/")[0]].append(model)
    for old in folder.glob("*.json"):
        old.unlink()
    for slug, listed in by_provider.items():
        name, url = providers[slug]
        page = {"provider": {"slug": slug, "name": name, "url": url}, "models": listed}
        text = json.dumps(page, indent=1, ensure_ascii=False, default=int)
        (folder / f"{slug}.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
