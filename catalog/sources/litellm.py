"""Claims of litellm's model_prices_and_context_window.json (MIT, Berri AI): what a model supports, until when, for how much.

Only the makers' own listings are read (`litellm_listings.json` says which keys these are): a reseller's price is not the
maker's. Makers that litellm lists under a reseller alone are read for what their models are, without prices and limits.
"""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

from catalog.names import endpoint, modality
from catalog.sources import litellm_prices
from catalog.sources.kinds import known_kind
from catalog.sources.rows import Refusal, Row, a_day, claim, one_per_model, slugged, web


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
TRIAL = re.compile(r"-preview|-exp\b|-experimental")


def translate(raw: dict[str, Any], as_of: str) -> tuple[list[Row], list[Refusal]]:
    """Every model in its maker's own listing, and what was left out. `raw` holds Decimals, never floats."""
    refusals: list[Refusal] = []
    listed = [(rank, key, entry) for key, entry in raw.items() if (rank := _listing(key, entry)) is not None]
    rows: dict[str, Row] = {}
    for rank, key, entry in sorted(listed, key=lambda one: one[0]):
        if made := row(key, entry, LISTINGS[rank], as_of, refusals):
            rows.setdefault(made.slug, made)  # some are listed twice: the first of LISTINGS counts
    return one_per_model(list(rows.values())), refusals


def _listing(key: str, entry: dict[str, Any]) -> int | None:
    vendor = entry.get("litellm_provider")
    return next((at for at, one in enumerate(LISTINGS) if one.vendor == vendor and key.startswith(one.match)), None)


def row(key: str, entry: dict[str, Any], listing: Listing, as_of: str, refusals: list[Refusal]) -> Row | None:
    upstream = re.sub(r"-v\d+:\d+$", "", key.removeprefix(listing.cut))  # Bedrock counts its own versions: -v1:0
    slug, mode = slugged(listing.provider, upstream), entry.get("mode")
    named = modality(mode or "")
    kind = known_kind(slug) or named if mode is None or named else None
    if kind is None or NOT_A_MODEL.search(upstream):
        refusals.append(Refusal(slug, "model", f"mode {mode}: no kind of the catalog, or not a model of its own"))
        return None
    facts, prices = _facts(slug, kind, entry), None
    if listing.priced:
        facts |= _limits(kind, entry) | _status(slug, entry, as_of)
        prices = litellm_prices.prices(slug, kind, entry, refusals)
    alias = f"{listing.provider}/{upstream}"
    made = claim("litellm", as_of, web(entry.get("source")), facts, prices)
    return Row(slug, () if alias == slug else (alias,), made)


def _facts(slug: str, kind: str, entry: dict[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {"modality": kind}
    if endpoints := _endpoints(kind, entry):
        facts["endpoints"] = endpoints
    if kind == "embedding" and entry.get("output_vector_size"):
        facts["dimensions"] = int(entry["output_vector_size"])
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
    facts = {"context_window": int(prompt)} if prompt and kind in WINDOWED else {}
    return facts | ({"max_output": int(output)} if output and output != prompt and kind == "chat" else {})


def _status(slug: str, entry: dict[str, Any], as_of: str) -> dict[str, Any]:
    if a_day(day := entry.get("deprecation_date", "")):
        return {"status": "retired" if day < as_of else "retiring", "retires_on": day}
    return {"status": "preview"} if TRIAL.search(slug) else {}
