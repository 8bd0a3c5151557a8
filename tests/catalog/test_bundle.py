"""What holds for every row of the bundled catalog, `catalog/data/*.json`."""

import json
import re
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from catalog.costs.pricing import METERS, is_condition
from catalog.endpoints import ENDPOINTS
from catalog.sources import editorial, rows
from catalog.vocabulary import CAPABILITIES, KINDS, MODALITIES, STATUSES
from scripts import bundle_catalog

ROOT = Path(__file__).parent.parent.parent
FILES = {file.stem: json.loads(file.read_text("utf-8")) for file in sorted((ROOT / "catalog/data").glob("*.json"))}
MODELS: list[dict[str, Any]] = [model for file in FILES.values() for model in file["models"]]
BY_SLUG = {model["slug"]: model for model in MODELS}
CLAIMS = [(model["slug"], claim) for model in MODELS for claim in model["claims"]]
SOURCES = ("litellm", "models.dev", "aigateway.sh", "modelry")
SLUG = re.compile(r"[A-Za-z0-9._:~@+-]+(/[A-Za-z0-9._:~@+-]+)+")
TYPES: dict[str, type] = {
    "name": str, "modality": str, "endpoints": list, "listed_endpoints": list, "family": str, "description": str,
    "context_window": int, "max_output": int, "dimensions": int, "input_kinds": list, "output_kinds": list,
    "capabilities": dict, "strengths": list, "use_cases": list, "status": str, "released": str, "retires_on": str,
    "replacement": str, "open_weights": bool, "knowledge_cutoff": str, "parameters": dict,
}  # fmt: skip


def shown(slug: str, field: str) -> Any:
    return next((one["facts"][field] for one in BY_SLUG[slug]["claims"] if field in one["facts"]), None)


def claim(slug: str, source: str) -> dict[str, Any]:
    return next(one for one in BY_SLUG[slug]["claims"] if one["source"] == source)


# Size and names


def test_is_large_and_covers_every_modality() -> None:
    assert len(MODELS) >= 350
    assert len(FILES) >= 45
    assert {shown(slug, "modality") for slug in BY_SLUG} == set(MODALITIES)


def test_files_are_named_after_their_provider() -> None:
    for name, file in FILES.items():
        assert file["provider"]["slug"] == name
        assert file["provider"]["name"]
        assert {model["slug"].partition("/")[0] for model in file["models"]} == {name}
        assert [model["slug"] for model in file["models"]] == sorted(model["slug"] for model in file["models"])


def test_slugs_and_aliases_are_well_formed_and_unique() -> None:
    names = [model["slug"] for model in MODELS] + [alias for model in MODELS for alias in model["aliases"]]
    assert [name for name in names if not SLUG.fullmatch(name)] == []
    assert [name for name, times in Counter(names).items() if times > 1] == []


def test_has_every_model_of_the_reference_site() -> None:
    seed = json.loads((ROOT / "tests/data/seed-site-models.json").read_text("utf-8"))
    aliases = {alias for model in MODELS for alias in model["aliases"]}
    assert [one["slug"] for one in seed["models"] if one["slug"] not in BY_SLUG and one["slug"] not in aliases] == []


def test_no_two_models_go_by_one_name() -> None:
    names = Counter(name.lower() for slug in BY_SLUG if (name := shown(slug, "name")))
    assert [name for name, times in names.items() if times > 1] == []


# Claims


def test_claims_say_who_and_when_best_source_first() -> None:
    for slug, model in BY_SLUG.items():
        sources = [one["source"] for one in model["claims"]]
        assert sources == sorted(set(sources), key=SOURCES.index), slug
    for slug, one in CLAIMS:
        assert date.fromisoformat(one["as_of"]) <= date(2026, 11, 23), slug
        assert one["url"] is None or one["url"].startswith("https://"), slug


def test_facts_are_known_fields_of_their_type_and_never_null() -> None:
    for slug, one in CLAIMS:
        for field, value in one["facts"].items():
            assert type(value) is TYPES[field], f"{slug} {field}"
            assert value or value is False, f"{slug} {field}"


def test_words_are_from_the_closed_vocabularies() -> None:
    for slug, one in CLAIMS:
        stated = one["facts"]
        assert stated.get("modality", "chat") in MODALITIES, slug
        assert {*stated.get("endpoints", ()), *stated.get("listed_endpoints", ())} <= set(ENDPOINTS), slug
        assert set(stated.get("capabilities", ())) <= set(CAPABILITIES), slug
        assert {*stated.get("input_kinds", ()), *stated.get("output_kinds", ())} <= set(KINDS), slug
        assert stated.get("status", "active") in STATUSES, slug
        assert set(stated.get("parameters", ())) <= {"reject", "rename", "bound", "add"}, slug


def test_sources_agree_on_the_kind() -> None:
    for slug, model in BY_SLUG.items():
        assert len({one["facts"]["modality"] for one in model["claims"] if "modality" in one["facts"]}) == 1, slug


def test_dates_are_days() -> None:
    for slug, one in CLAIMS:
        for field in ("released", "retires_on"):
            assert date.fromisoformat(one["facts"].get(field, "2026-01-01")), slug


def test_doubts_are_about_facts_of_the_same_claim() -> None:
    for slug, one in CLAIMS:
        assert set(one.get("doubts", ())) <= set(one["facts"]), slug


# Prices


def test_prices_are_exact_and_not_negative() -> None:
    for slug, one in CLAIMS:
        for price in one.get("prices", ()):
            assert re.fullmatch(r"0|[1-9]\d*|\d+\.\d*[1-9]", price["amount"]), f"{slug} {price}"
            assert Decimal(price["amount"]) >= 0


def test_prices_have_a_meter_and_a_condition_of_ours() -> None:
    for slug, one in CLAIMS:
        pairs = [(price["meter"], price["condition"]) for price in one.get("prices", ())]
        assert len(pairs) == len(set(pairs)), slug
        assert all(meter in METERS and is_condition(condition) for meter, condition in pairs), slug


def test_prices_make_sense_for_an_endpoint_of_the_model() -> None:
    for slug, one in CLAIMS:
        keys = [shown(slug, "modality"), *(shown(slug, "endpoints") or ())]
        sensible = {meter for key in keys for meter in ENDPOINTS[key].METERS}
        assert {price["meter"] for price in one.get("prices", ())} <= sensible, slug


def test_only_models_known_to_be_free_cost_nothing() -> None:
    free = {slug for slug, one in CLAIMS for price in one.get("prices", ()) if price["amount"] == "0"}
    assert free == {"openai/omni-moderation", "zai/glm-4.5-flash", "zai/glm-4.7-flash"}


def test_lesser_sources_add_nothing_to_a_price_list() -> None:
    for slug, model in BY_SLUG.items():
        lists = [{(p["meter"], p["condition"]) for p in one["prices"]} for one in model["claims"] if "prices" in one]
        assert all(listed <= lists[0] for listed in lists), slug


# Models that pages and tests rely on


def test_tts_1_hd_has_the_reference_page() -> None:
    site = claim("openai/tts-1-hd", "aigateway.sh")
    assert site["facts"] == {
        "name": "tts-1-hd",
        "modality": "speech",
        "listed_endpoints": ["chat"],
        "family": "openai",
        "description": "OpenAI's high-definition text-to-speech model producing higher quality audio output.",
        "strengths": ["Text-to-speech synthesis", "Voice cloning"],
        "use_cases": ["Voice agents", "IVR", "Audiobook narration"],
        "released": "2026-04-13",
    }
    assert site["prices"] == [{"meter": "characters", "amount": "0.03", "condition": ""}]
    assert claim("openai/tts-1-hd", "litellm")["prices"] == site["prices"]
    assert {one["source"] for one in BY_SLUG["openai/tts-1-hd"]["claims"]} == {"litellm", "aigateway.sh", "modelry"}


@pytest.mark.parametrize(
    ("alias", "slug"),
    [
        ("openai/tts-hd", "openai/tts-1-hd"),
        ("anthropic/claude-4.6-sonnet", "anthropic/claude-sonnet-4.6"),
        ("anthropic/claude-sonnet-4-6", "anthropic/claude-sonnet-4.6"),
        ("bfl/flux-2-pro", "black-forest-labs/flux-2-pro"),
        ("meta-llama/llama-4-maverick-instruct", "meta/llama-4-maverick-instruct"),
        ("google/gemini-3-flash-preview", "google/gemini-3-flash"),
        ("elevenlabs/eleven_v3", "elevenlabs/eleven-v3"),
    ],
)
def test_finds_models_by_their_other_names(alias: str, slug: str) -> None:
    assert alias in BY_SLUG[slug]["aliases"]


@pytest.mark.parametrize(
    ("slug", "kind"),
    [
        ("elevenlabs/elevenlabs-tts-multilingual-v2", "speech"),
        ("facebook/detr-resnet-50", "detection"),
        ("huggingface/distilbert-sst-2-int8", "classification"),
        ("meta/llama-guard-3-8b", "moderation"),
        ("meta/m2m100-1.2b", "translation"),
        ("fal-ai/trellis", "model_3d"),
        ("google/lyria-3.5", "music"),
        ("mistral/mistral-ocr-4", "ocr"),
    ],
)
def test_kinds_are_the_true_ones(slug: str, kind: str) -> None:
    assert shown(slug, "modality") == kind


def test_a_preview_that_was_released_keeps_no_end_date() -> None:
    assert shown("google/veo-3.1", "retires_on") is None
    assert shown("google/gemini-3-pro-image", "status") is None


def test_the_longest_prompt_is_not_shown_as_the_window() -> None:
    assert shown("openai/gpt-5", "context_window") == 400000


def test_reasoning_models_say_what_they_refuse() -> None:
    claims = [one["facts"].get("parameters", {}) for one in BY_SLUG["openai/gpt-5"]["claims"]]
    assert {"rename": {"max_tokens": "max_completion_tokens"}} in claims
    assert {"reject": ["temperature", "top_p"]} in claims


# How the bundle is made


def made(source: str, prices: list[dict[str, str]] | None = None, **stated: Any) -> dict[str, Any]:
    return rows.claim(source, "2026-11-23", None, stated, prices)


def test_the_first_of_several_names_speaks_and_the_others_are_aliases() -> None:
    same = {"google/veo-9": ["google/veo-9-001", "google/veo-9-preview"]}
    found = [
        rows.Row("google/veo-9-preview", (), made("litellm", status="retired")),
        rows.Row("google/veo-9-001", (), made("litellm", modality="video")),
    ]
    model = editorial.merged(found, same)["google/veo-9"]
    assert model["aliases"] == {"google/veo-9-001", "google/veo-9-preview"}
    assert model["claims"]["litellm"]["facts"] == {"modality": "video"}


def test_a_lesser_price_list_is_cut_to_the_better_one() -> None:
    claims = {
        "litellm": made("litellm", [rows.price("input_tokens", Decimal(1))]),
        "models.dev": made("models.dev", [rows.price("input_tokens", Decimal(2)), rows.price("output_tokens", Decimal(3))]),
    }
    refusals: list[rows.Refusal] = []
    bundle_catalog.keep_one_price_list("a/b", claims, refusals)
    assert claims["models.dev"]["prices"] == [{"meter": "input_tokens", "amount": "2", "condition": ""}]
    assert [one.field for one in refusals] == ["output_tokens"]


def test_deprecated_and_no_longer_listed_is_retired() -> None:
    gone = {"models.dev": made("models.dev", status="retiring")}
    listed = {"models.dev": made("models.dev", status="retiring"), "litellm": made("litellm")}
    for claims in (gone, listed):
        bundle_catalog.end_what_nobody_lists(claims)
    assert (bundle_catalog.is_retired(gone), bundle_catalog.is_retired(listed)) == (True, False)


def test_a_pattern_may_drop_the_row_of_one_source() -> None:
    decided = {"drop": {"a pointer": ["litellm:mistral/.*-latest"]}}
    found = [rows.Row("mistral/x-latest", (), made(source)) for source in ("litellm", "models.dev")]
    refusals: list[rows.Refusal] = []
    assert [row.claim["source"] for row in editorial.kept(found, decided, refusals)] == ["models.dev"]
    assert refusals == [rows.Refusal("mistral/x-latest", "model", "a pointer")]


def test_makes_the_same_catalog_from_the_same_files(tmp_path: Path) -> None:
    decided = editorial.decided()
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        models, _ = bundle_catalog.bundle(*(excerpt(name) for name in EXCERPTS), decided)
        bundle_catalog.write(models, decided["providers"], folder)
    pages = [{file.name: file.read_bytes() for file in (tmp_path / name).iterdir()} for name in ("one", "two")]
    assert pages[0] == pages[1]
    assert b'"slug": "openai/tts-1-hd"' in pages[0]["openai.json"]


EXCERPTS = ("litellm-excerpt.json", "models-dev-excerpt.json", "seed-site-models.json")


def excerpt(name: str) -> dict[str, Any]:
    return json.loads((ROOT / "tests/data" / name).read_text("utf-8"), parse_float=Decimal)
