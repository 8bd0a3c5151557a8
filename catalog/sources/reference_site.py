"""Claims of aigateway.sh, the reference site, from facts noted off its pages. What they make doubtful is marked."""

from collections import Counter
from decimal import Decimal
from typing import Any

from catalog.names import modality
from catalog.sources.kinds import known_kind
from catalog.sources.rows import Refusal, Row, claim, price, web

METERS = {
    ("input", "1M tokens"): "input_tokens",
    ("output", "1M tokens"): "output_tokens",
    ("cache_read", "1M tokens"): "cache_read_tokens",
    ("characters", "1K chars"): "characters",
    ("audio", "minute"): "audio_minutes",
    ("video", "second"): "video_seconds",
    ("image", "image"): "images",
    ("request", "request"): "requests",
}
CAPABILITIES = {
    "streaming": "streaming",
    "tools": "tools",
    "vision": "vision",
    "json": "json_mode",
    "structured_outputs": "json_schema",
    "reasoning": "reasoning",
    "prompt_caching": "prompt_caching",
    "batch": "batch",
}
FACTS = {
    "name": "name",
    "family": "family",
    "description": "description",
    "listed_endpoints": "listed_endpoints",
    "context_length": "context_window",
    "max_output": "max_output",
    "dimensions": "dimensions",
    "strengths": "strengths",
    "use_cases": "use_cases",
    "released": "released",
}
DEFAULTS = ("Text-to-image generation", "Creative control")  # strengths shown for every image model alike


def translate(raw: dict[str, Any], as_of: str) -> tuple[list[Row], list[Refusal]]:
    """A row for every model noted; `raw` holds Decimals, never floats."""
    refusals: list[Refusal] = []
    days = Counter(entry["released"] for entry in raw["models"])
    shared = {day for day, times in days.items() if day and times > 1}
    return [row(entry, as_of, shared, refusals) for entry in raw["models"]], refusals


def row(entry: dict[str, Any], as_of: str, shared: set[str], refusals: list[Refusal]) -> Row:
    url = next((found for source in entry["sources"] if (found := web(source))), None)
    facts, prices = _facts(entry), _prices(entry, refusals)
    return Row(entry["slug"], (), claim("aigateway.sh", as_of, url, facts, prices, _doubts(entry, facts, shared)))


def _facts(entry: dict[str, Any]) -> dict[str, Any]:
    kind = known_kind(entry["slug"]) or modality(entry["modality"])
    facts: dict[str, Any] = {"modality": kind} if kind else {}
    facts |= {ours: entry[field] for field, ours in FACTS.items() if entry.get(field)}
    stated = {CAPABILITIES[one]: True for one in entry["capabilities"] if one in CAPABILITIES}
    if entry["modality"] == "reasoning":
        stated["reasoning"] = True
    return facts | ({"capabilities": stated} if stated else {})


def _doubts(entry: dict[str, Any], facts: dict[str, Any], shared: set[str]) -> dict[str, Any]:
    noted = entry.get("doubt") or ""
    doubts: dict[str, Any] = {}
    if facts.get("modality") != modality(entry["modality"]):
        doubts["modality"] = f"The gateway files it under {entry['modality']}."
    if facts.get("released") in shared:
        doubts["released"] = "A date shared by several models: the day the gateway loaded them."
    elif "catalog date" in noted:
        doubts["released"] = "Looks like the day the gateway loaded it."
    if "context_window" in facts and "context" in noted:
        doubts["context_window"] = f"As noted off its pages: {noted}."
    if "voice cloning" in noted:
        doubts["strengths"] = {"Voice cloning": "The maker's speech API offers preset voices only."}
    if tuple(facts.get("strengths", ())) == DEFAULTS:
        doubts["strengths"] = {one: "Shown alike for every image model there." for one in DEFAULTS}
    return doubts


def _prices(entry: dict[str, Any], refusals: list[Refusal]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for stated in entry["prices"]:
        amount, meter = Decimal(stated["usd"]), METERS.get((stated["kind"], stated["unit"]))
        if reason := _objection(entry, stated, meter, amount):
            refusals.append(Refusal(entry["slug"], stated["kind"], f"{amount} per {stated['unit']}: {reason}"))
        elif meter:
            found.append(price(meter, amount))
    return found


def _objection(entry: dict[str, Any], stated: dict[str, Any], meter: str | None, amount: Decimal) -> str | None:
    if not meter or "unit" in (entry.get("doubt") or ""):
        return "the unit is the page's label for another kind"
    if "version" in stated:
        return "two versions of the page show different amounts"
    return None if amount else "a placeholder or a rounded amount, not known to be free"
