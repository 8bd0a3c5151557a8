"""Claims of litellm's model_prices_and_context_window.json (MIT, Berri AI): what a model supports, until when, for how much.

The makers' own listings (`litellm_listings.json` says which keys these are) speak of the makers' models. A host's or
reseller's listing is a model of its own, hidden, since its price is not the maker's. Makers that litellm lists under a
reseller alone are read for what their models are, without prices and limits.
"""

import json
import re
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from catalog.names import endpoint, modality
from catalog.sources import editorial, litellm_prices
from catalog.sources.checks import checked
from catalog.sources.editorial import corrected
from catalog.sources.fetching import Unreadable, read_json
from catalog.sources.kinds import known_kind
from catalog.sources.litellm_prices import A_PRICE
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
    whole,
)  # fmt: skip

KEY = "litellm"
URL = "https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json"


class Listing(NamedTuple):
    """Keys of one `litellm_provider` that are one maker's models."""

    vendor: str  # litellm_provider
    match: str  # how the keys start
    cut: str  # the part of that start that is not the model's name
    provider: str  # our provider slug
    priced: bool = True  # False: a reseller's listing, whose prices, limits and end dates are not the maker's


LISTINGS = [Listing(**one) for one in json.loads(Path(__file__).with_name("litellm_listings.json").read_text("utf-8"))]

CAPABILITIES = {
    "supports_vision": "vision",
    "supports_function_calling": "tools",
    "supports_response_schema": "json_schema",
    "supports_reasoning": "reasoning",
    "supports_native_streaming": "streaming",
    "supports_prompt_caching": "prompt_caching",
    "supports_audio_input": "audio_in",
    "supports_audio_output": "audio_out",
    "supports_pdf_input": "pdf",
    "supports_web_search": "web_search",
}
MEDIA = ("text", "image", "audio", "video")
WINDOWED = ("chat", "embedding", "rerank", "moderation")  # where a number of tokens is the model's own limit
NOT_A_MODEL = re.compile(r"/|realtime|^ft:")  # a size or quality of another model, a live session, somebody's fine-tune
NO_HOSTED_MODEL = re.compile(r"(^|/)(\d+|max)-x-(\d+|max)/|(^|/)(low|medium|high|standard|hd)/|realtime|^ft:")
HOST = re.compile(r"(?<=^vertex_ai)-.*|(?<=^fireworks_ai)-.*|(?<=^bedrock)_converse$|(?<=^azure)_text$")  # parts of one host
TRIAL = re.compile(r"-preview|-exp\b|-experimental")
READ = {
    "litellm_provider", "mode", "source", "supported_endpoints", "supported_modalities", "supported_output_modalities",
    "output_vector_size", "supports_sampling_params", "max_input_tokens", "max_output_tokens", "deprecation_date",
    *CAPABILITIES,
}  # fmt: skip


def fetch(place: str | None) -> Any:
    return read_json(place or URL)


def providers(raw: Any) -> dict[str, tuple[str, str]]:
    return editorial.providers()


def translate(raw: Any, as_of: str) -> tuple[list[Row], list[Refusal]]:
    """Every row of the map, or why it is left out. `raw` holds Decimals, never floats."""
    if not isinstance(raw, dict):
        raise Unreadable("Not litellm's price map: no object of models.")
    entries = {key: entry for key, entry in raw.items() if isinstance(entry, dict)}
    refusals = [Refusal(key, "model", "not an object") for key in raw if key not in entries]
    rows, told = makers(entries, as_of)
    refusals += told
    rows = corrected(rows, refusals)
    own = {name for row in rows for name in (row.slug, *row.aliases)}
    rows += hosts(entries, own, as_of, refusals)
    rows = [good for row in rows if (good := checked(row, refusals))]
    read = READ | {field for entry in entries.values() for field in entry if A_PRICE.search(field)}
    return rows, refusals + not_understood(entries.values(), read)


def makers(raw: dict[str, Any], as_of: str) -> tuple[list[Row], list[Refusal]]:
    """Every model in its maker's own listing, and what was left out."""
    refusals: list[Refusal] = []
    listed = [(rank, key, entry) for key, entry in raw.items() if (rank := _listing(key, entry)) is not None]
    rows: dict[str, Row] = {}
    for rank, key, entry in sorted(listed, key=lambda one: one[0]):
        listing = LISTINGS[rank]
        upstream = re.sub(r"-v\d+:\d+$", "", key.removeprefix(listing.cut))  # Bedrock counts its own versions: -v1:0
        make = partial(row, listing.provider, upstream, entry, as_of, refusals, priced=listing.priced)
        made = None if _no_model(upstream, NOT_A_MODEL, listing.provider, refusals) else attempt(make, key, refusals)
        if made and rows.setdefault(made.slug, made) is not made:  # some are listed twice: the first of LISTINGS counts
            refusals.append(another_name(key, made.slug))
    return one_per_model(list(rows.values()), refusals), refusals


def hosts(raw: dict[str, Any], own: set[str], as_of: str, refusals: list[Refusal]) -> list[Row]:
    """What is no maker's own listing, as hidden models of the host: `azure/gpt-5` at azure's price. `own` is the makers'."""
    rows: dict[str, Row] = {}
    for key, entry in raw.items():
        if _listing(key, entry) is not None:
            continue
        made = attempt(partial(_hosted, key, entry, as_of, refusals), key, refusals)
        if made and (made.slug in own or rows.setdefault(made.slug, made) is not made):
            refusals.append(another_name(key, made.slug))
    return list(rows.values())


def _hosted(key: str, entry: dict[str, Any], as_of: str, refusals: list[Refusal]) -> Row | None:
    vendor = entry["litellm_provider"]
    host = HOST.sub("", vendor)
    upstream = key.removeprefix(f"{host}/").removeprefix(f"{vendor}/")
    if _no_model(key, NO_HOSTED_MODEL, host, refusals):
        return None
    made = row(host.lower().replace("_", "-"), upstream, entry, as_of, refusals)
    if made is None:
        return None
    names = (key,) if "/" in key else made.aliases
    return made._replace(hidden=True, aliases=tuple(name for name in names if name != made.slug))


def _listing(key: str, entry: dict[str, Any]) -> int | None:
    vendor = entry.get("litellm_provider")
    return next((at for at, one in enumerate(LISTINGS) if one.vendor == vendor and key.startswith(one.match)), None)


def _no_model(upstream: str, pattern: re.Pattern[str], provider: str, refusals: list[Refusal]) -> bool:
    if found := pattern.search(upstream):
        refusals.append(Refusal(slugged(provider, upstream), "model", "no model of its own: a size, live session or fine-tune"))
    return found is not None


def row(
    provider: str, upstream: str, entry: dict[str, Any], as_of: str, refusals: list[Refusal], *, priced: bool = True
) -> Row | None:
    slug, mode = slugged(provider, upstream), entry.get("mode")
    kind = known_kind(slug) or modality(mode or "") if mode is None or modality(mode) else None
    if kind is None:
        refusals.append(Refusal(slug, "model", f"mode {str(mode)[:80]}: no kind of the catalog"))
        return None
    facts, prices = _facts(slug, kind, entry), None
    if priced:
        facts |= _limits(kind, entry) | _status(slug, entry, as_of)
        prices = litellm_prices.prices(slug, kind, entry, refusals)
    elif any(A_PRICE.search(field) for field in entry):
        refusals.append(Refusal(slug, "prices", "a reseller's, not the maker's"))
    alias = f"{provider}/{upstream}"
    made = claim("litellm", as_of, web(entry.get("source")), facts, prices)
    return Row(slug, () if alias == slug else (alias,), made)


def _facts(slug: str, kind: str, entry: dict[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {"modality": kind}
    if endpoints := _endpoints(kind, entry):
        facts["endpoints"] = endpoints
    if kind == "embedding" and entry.get("output_vector_size"):
        facts["dimensions"] = whole(entry["output_vector_size"])
    for field, ours in (("supported_modalities", "input_kinds"), ("supported_output_modalities", "output_kinds")):
        if kinds := [one for one in MEDIA if one in entry.get(field, ())]:
            facts[ours] = kinds
    return facts | _capabilities(kind, entry) | _parameters(slug, kind, entry, facts)


def _endpoints(kind: str, entry: dict[str, Any]) -> list[str]:
    """The listed endpoints that we know, the kind's own first. None listed, or only a detour of litellm's: left to the kind."""
    listed = [key for path in entry.get("supported_endpoints", ()) if (key := endpoint(path))]
    if not listed and kind == "chat" and entry.get("mode") == "responses":
        return ["responses"]
    if kind not in listed and kind != "chat":
        return []
    return sorted(set(listed), key=lambda one: (one != kind, listed.index(one)))


def _capabilities(kind: str, entry: dict[str, Any]) -> dict[str, Any]:
    known = CAPABILITIES if kind == "chat" else {}  # on other kinds these flags say what goes in
    stated = {ours: entry[field] for field, ours in known.items() if isinstance(entry.get(field), bool)}
    if "/v1/batch" in entry.get("supported_endpoints", ()):
        stated["batch"] = True
    return {"capabilities": stated} if stated else {}


def _parameters(slug: str, kind: str, entry: dict[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
    """What a reasoning model will not take; OpenAI's chat endpoint has a newer name for the cap on tokens."""
    made: dict[str, Any] = {}
    if kind == "chat" and entry.get("supports_sampling_params") is False:
        made["reject"] = ["temperature", "top_p"]
    if slug.startswith("openai/") and entry.get("supports_reasoning") and facts.get("endpoints") != ["responses"]:
        made["rename"] = {"max_tokens": "max_completion_tokens"}
    return {"parameters": made} if made else {}


def _limits(kind: str, entry: dict[str, Any]) -> dict[str, int]:
    """litellm knows the longest prompt, not the window; an output as long as the prompt is a filler there."""
    prompt, output = entry.get("max_input_tokens"), entry.get("max_output_tokens")
    facts = {"context_window": whole(prompt)} if prompt and kind in WINDOWED else {}
    return facts | ({"max_output": whole(output)} if output and output != prompt and kind == "chat" else {})


def _status(slug: str, entry: dict[str, Any], as_of: str) -> dict[str, Any]:
    if a_day(day := entry.get("deprecation_date", "")):
        return {"status": "retired" if day < as_of else "retiring", "retires_on": day}
    return {"status": "preview"} if TRIAL.search(slug) else {}
