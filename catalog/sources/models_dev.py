"""Claims of models.dev (MIT): names, families, dates, limits and kinds of input and output, and the makers' own prices.

A maker's own provider entry is believed alone. Models that their makers do not serve are described by what their hosts
agree on, without prices: a host's price is not the maker's. What each host lists is a model of its own besides, hidden.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from catalog.sources import editorial
from catalog.sources.checks import checked
from catalog.sources.editorial import corrected, decided, kept
from catalog.sources.fetching import Unreadable, read_json
from catalog.sources.kinds import kind_of
from catalog.sources.models_dev_prices import prices
from catalog.sources.models_dev_votes import MEDIA, TAKEN, agreed
from catalog.sources.rows import (
    Refusal,
    Row,
    a_day,
    another_name,
    attempt,
    claim,
    not_understood,
    one_per_model,
    slugged,
    web,
)  # fmt: skip

KEY = "models.dev"
URL = "https://models.dev/api.json"

# The maker's own entry -> our provider slug. With a prefix, only the ids under it are the maker's.
OWN = {
    "alibaba": ("qwen", ""),
    "anthropic": ("anthropic", ""),
    "bailing": ("inclusionai", ""),
    "cohere": ("cohere", ""),
    "deepseek": ("deepseek", ""),
    "google": ("google", ""),
    "inception": ("inception", ""),
    "minimax": ("minimax", ""),
    "mistral": ("mistral", ""),
    "moonshotai": ("moonshot", ""),
    "morph": ("morph", "morph-"),
    "nova": ("amazon", ""),
    "nvidia": ("nvidia", "nvidia/"),
    "openai": ("openai", ""),
    "perplexity": ("perplexity", ""),
    "poolside": ("poolside", "poolside/"),
    "sakana": ("sakana", ""),
    "sarvam": ("sarvam", ""),
    "stepfun": ("stepfun", ""),
    "tencent-coding-plan": ("tencent", "hunyuan"),
    "tencent-tokenhub": ("tencent", "hy3"),
    "upstage": ("upstage", ""),
    "v0": ("vercel", ""),
    "xai": ("xai", ""),
    "xiaomi": ("xiaomi", ""),
    "xiaomi-token-plan-sgp": ("xiaomi", "mimo-v2.5-tts"),
    "zai": ("zai", ""),
}
# Hosts whose ids read maker/model, after a prefix; the most careful with names first.
HOSTS = {
    "openrouter": "", "vercel": "", "kilo": "", "huggingface": "", "poe": "", "nvidia": "", "nano-gpt": "",
    "novita-ai": "", "siliconflow": "", "togetherai": "", "deepinfra": "", "fastrouter": "", "evroc": "", "stackit": "",
    "nearai": "", "groq": "", "cloudflare-workers-ai": "@cf/", "cloudflare-ai-gateway": "workers-ai/@cf/",
    "digitalocean": "", "llmgateway": "",
}  # fmt: skip
# The maker's name in those ids, where it is not our provider slug.
MAKERS = {
    "alibaba": "qwen", "bfl": "black-forest-labs", "bytedance-seed": "bytedance", "deepseek-ai": "deepseek",
    "essentialai": "essential-ai", "ideogramai": "ideogram", "klingai": "kling", "lumalabs": "luma", "meta-llama": "meta",
    "minimaxai": "minimax", "mistralai": "mistral", "moonshotai": "moonshot", "paddlepaddle": "baidu", "rekaai": "reka",
    "sarvamai": "sarvam", "stabilityai": "stability-ai", "stepfun-ai": "stepfun", "thudm": "zai", "x-ai": "xai",
    "xiaomimimo": "xiaomi", "z-ai": "zai", "zai-org": "zai",
}  # fmt: skip
# What some vendors fill in alike for all models says nothing of one model.
SAME_LAUNCH = ("cloudflare-ai-gateway",)  # dates, limits and media
SAME_LIMITS = {"nvidia": {(128000, 4096), (128000, 8192)}}
GUESSED = ("vercel",)  # families off the name; text as the only input

CAPABILITIES = {"tool_call": "tools", "structured_output": "json_schema", "reasoning": "reasoning"}
STATUSES = {"deprecated": "retiring", "beta": "preview", "alpha": "preview"}
READ = {
    "id", "name", "family", "modalities", "open_weights", "release_date", "knowledge", "limit", "status", "temperature",
    "cost", *CAPABILITIES,
}  # fmt: skip
SCORED = ("embedding", "rerank", "moderation", "classification")  # their vectors and scores are called text there
WINDOWED = ("chat", "embedding", "rerank", "moderation", "ocr")


def fetch(place: str | None) -> Any:
    return read_json(place or URL)


def providers(raw: Any) -> dict[str, tuple[str, str]]:
    """Name and address by slug: the vendors' as the file has them, the makers' as we call them."""
    pages = {vendor: page.get("name") for vendor, page in raw.items() if isinstance(page, dict)}
    return {vendor: (name[:120], "") for vendor, name in pages.items() if isinstance(name, str)} | editorial.providers()


def translate(raw: Any, as_of: str) -> tuple[list[Row], list[Refusal]]:
    """Every row of the file, or why it is left out, then what hosts agree on. `raw` holds Decimals, never floats."""
    refusals: list[Refusal] = []
    vendors = _whole(raw, refusals)
    rows, told = makers(vendors, as_of)
    refusals += told
    rows = corrected(rows, refusals)
    own = {name for row in rows for name in (row.slug, *row.aliases)}
    rows += resold(vendors, own, as_of, refusals) + wanted(hosted(vendors, as_of), {row.slug for row in rows})
    entries = [entry for vendor in vendors.values() for entry in vendor["models"].values()]
    good = [made for row in rows if (made := checked(row, refusals))]
    return good, refusals + not_understood(entries, READ)


def _whole(raw: Any, refusals: list[Refusal]) -> dict[str, Any]:
    """The vendors, with those of their models that are of the file's shape."""
    if not isinstance(raw, dict):
        raise Unreadable("Not the models of models.dev: no object of vendors.")
    found: dict[str, Any] = {}
    for vendor, page in raw.items():
        models = page.get("models") if isinstance(page, dict) else None
        if not isinstance(models, dict):
            refusals.append(Refusal(vendor, "model", "no object of models"))
            continue
        good = {key: entry for key, entry in models.items() if not _misshapen(vendor, key, entry, refusals)}
        found[vendor] = {"doc": page.get("doc"), "models": good}
    return found


def _misshapen(vendor: str, key: str, entry: Any, refusals: list[Refusal]) -> bool:
    made = attempt(lambda: row({vendor: {}}, vendor, vendor, "", entry, "", []), f"{vendor}/{key}", refusals)
    return made is None


def makers(raw: dict[str, Any], as_of: str) -> tuple[list[Row], list[Refusal]]:
    """The makers' own entries, and what of them was left out."""
    refusals: list[Refusal] = []
    found = [row(raw, vendor, *OWN[vendor], entry, as_of, refusals) for vendor, entry in _own(raw)]
    return one_per_model(_once(found, refusals), refusals), refusals


def _once(rows: list[Row], refusals: list[Refusal]) -> list[Row]:
    """Of rows with one slug the last speaks."""
    listed = {row.slug: row for row in rows}
    refusals += [another_name(row.slug, row.slug) for row in rows if listed[row.slug] is not row]
    return list(listed.values())


def resold(raw: dict[str, Any], own: set[str], as_of: str, refusals: list[Refusal]) -> list[Row]:
    """What is no maker's own entry, as hidden models of the vendor at the vendor's price. `own` is the makers'."""
    mine = {(vendor, entry["id"]) for vendor, entry in _own(raw)}
    found = [
        row(raw, vendor, vendor, "", entry, as_of, refusals)._replace(hidden=True)
        for vendor, page in raw.items() for entry in page["models"].values() if (vendor, entry["id"]) not in mine
    ]  # fmt: skip
    refusals += [another_name(row.slug, row.slug) for row in found if row.slug in own]
    return kept(_once([row for row in found if row.slug not in own], refusals), decided(), refusals)


def hosted(raw: dict[str, Any], as_of: str) -> list[Row]:
    """What hosts agree on, of every model that its maker's own entry does not have. Each host votes once."""
    own = {row(raw, vendor, *OWN[vendor], entry, as_of, []).slug for vendor, entry in _own(raw)}
    votes: dict[str, list[dict[str, Any]]] = defaultdict(list)
    docs: dict[str, str | None] = {}
    for host, slug, entry in _hosts(raw):
        if slug not in own:
            docs.setdefault(slug, web(raw[host].get("doc")))
            votes[slug].append(_facts(host, slug, entry))
    return [Row(slug, (), claim("models.dev", as_of, docs[slug], agreed(facts))) for slug, facts in votes.items()]


def wanted(rows: list[Row], own: set[str]) -> list[Row]:
    """Of what hosts agree on, the models that nobody else describes better; hidden, but for those that were chosen."""
    editorial = decided()
    good = [row for row in corrected(rows, []) if row.slug not in own]
    never = re.compile("|".join(editorial["hosted_never"]))
    chosen = {row.slug for row in good if row.slug in editorial["hosted"]}
    return [row._replace(hidden=row.slug not in chosen) for row in good if row.slug in chosen or not never.fullmatch(row.slug)]


def _own(raw: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for vendor, (_, prefix) in OWN.items():
        for entry in raw.get(vendor, {"models": {}})["models"].values():
            if entry["id"].startswith(prefix):
                yield vendor, entry


def _hosts(raw: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for host, prefix in HOSTS.items():
        for entry in raw.get(host, {"models": {}})["models"].values():
            maker, _, name = entry["id"].removeprefix(prefix).lower().partition("/")
            if entry["id"].startswith(prefix) and name and ":" not in name:
                yield host, slugged(MAKERS.get(maker, maker), name), entry


def row(
    raw: dict[str, Any], vendor: str, provider: str, prefix: str, entry: dict[str, Any], as_of: str, refusals: list[Refusal]
) -> Row:
    upstream = entry["id"].removeprefix(prefix) if prefix.endswith("/") else entry["id"]
    slug = slugged(provider, upstream)
    facts = _facts(vendor, slug, entry)
    alias = f"{provider}/{upstream}"
    made = claim("models.dev", as_of, web(raw[vendor].get("doc")), facts, prices(slug, facts["modality"], entry, refusals))
    return Row(slug, () if alias == slug else (alias,), made)


def _facts(vendor: str, slug: str, entry: dict[str, Any]) -> dict[str, Any]:
    media = {way: [one for one in MEDIA if one in entry["modalities"][way]] for way in ("input", "output")}
    kind = kind_of(slug, media["input"], media["output"])
    facts: dict[str, Any] = {"name": _name(entry["name"]), "modality": kind, "open_weights": entry["open_weights"]}
    facts |= _dates(vendor, entry) | _limits(vendor, kind, entry) | _media(vendor, kind, media)
    if entry.get("family") and vendor not in GUESSED:
        facts["family"] = entry["family"]
    if kind == "chat":
        facts["capabilities"] = _capabilities(media, entry)
    return facts | _status(slug, entry) | _parameters(kind, entry)


def _name(text: str) -> str:
    """Without the vendor's decoration: "Meta: Llama 4 (free)" and "meta/Llama 4" are Llama 4."""
    return (text.partition(": ")[2] or text.rpartition("/")[2]).removesuffix(" (free)").removesuffix(" (latest)").strip()


def _dates(vendor: str, entry: dict[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    day, cutoff = entry["release_date"], entry.get("knowledge", "")
    if a_day(day) and not day.endswith("-01-01") and vendor not in SAME_LAUNCH:  # New Year's Day stands for the year
        facts["released"] = day
    if len(cutoff) == 7 or a_day(cutoff):
        facts["knowledge_cutoff"] = cutoff
    return facts


def _limits(vendor: str, kind: str, entry: dict[str, Any]) -> dict[str, Any]:
    window, output = entry["limit"].get("context"), entry["limit"].get("output")
    if vendor in SAME_LAUNCH or (window, output) in SAME_LIMITS.get(vendor, ()):
        return {}
    facts = {"context_window": window} if window and kind in WINDOWED else {}
    return facts | ({"max_output": output} if output and kind in ("chat", "ocr") else {})


def _media(vendor: str, kind: str, media: dict[str, list[str]]) -> dict[str, list[str]]:
    if vendor in SAME_LAUNCH:
        return {}
    taken = [] if vendor in GUESSED and kind != "chat" else media["input"]
    given = [] if kind in SCORED else [one for one in media["output"] if one != "pdf"]
    return {field: found for field, found in (("input_kinds", taken), ("output_kinds", given)) if found}


def _capabilities(media: dict[str, list[str]], entry: dict[str, Any]) -> dict[str, bool]:
    made = {ours: entry[field] for field, ours in CAPABILITIES.items() if field in entry}
    made |= {capability: True for capability, medium in TAKEN.items() if medium in media["input"]}
    return made | ({"audio_out": True} if "audio" in media["output"] else {})


def _status(slug: str, entry: dict[str, Any]) -> dict[str, str]:
    if status := STATUSES.get(entry.get("status", "")):
        return {"status": status}
    return {"status": "preview"} if "-preview" in slug else {}


def _parameters(kind: str, entry: dict[str, Any]) -> dict[str, Any]:
    """Some reasoning models take no temperature; a plain model of which it is said is another kind of model."""
    refused = kind == "chat" and entry["reasoning"] and entry.get("temperature") is False
    return {"parameters": {"reject": ["temperature", "top_p"]}} if refused else {}
