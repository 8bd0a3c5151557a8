"""The translators, on excerpts of the real files in `tests/data/`."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from catalog.sources import litellm, litellm_prices, models_dev, models_dev_votes, reference_site
from catalog.sources.kinds import kind_of, known_kind
from catalog.sources.rows import Row, exact, slugged

DATA = Path(__file__).parent.parent / "data"


def raw(name: str) -> dict:
    return json.loads((DATA / name).read_text("utf-8"), parse_float=Decimal)


def by_slug(rows: list[Row]) -> dict[str, Row]:
    return {row.slug: row for row in rows}


def facts(row: Row) -> dict:
    return row.claim["facts"]


def prices(row: Row) -> dict[tuple[str, str], str]:
    return {(one["meter"], one["condition"]): one["amount"] for one in row.claim.get("prices", ())}


def headline(row: Row) -> dict[str, str]:
    return {meter: amount for (meter, condition), amount in prices(row).items() if not condition}


@pytest.fixture(scope="module")
def lite() -> dict[str, Row]:
    return by_slug(litellm.makers(raw("litellm-excerpt.json"), "2026-11-23")[0])


@pytest.fixture(scope="module")
def lite_refused() -> set[tuple[str, str]]:
    return {(one.slug, one.field) for one in litellm.makers(raw("litellm-excerpt.json"), "2026-11-23")[1]}


@pytest.fixture(scope="module")
def dev() -> dict[str, Row]:
    return by_slug(models_dev.makers(raw("models-dev-excerpt.json"), "2026-06-30")[0])


@pytest.fixture(scope="module")
def hosted() -> dict[str, Row]:
    return by_slug(models_dev.hosted(raw("models-dev-excerpt.json"), "2026-06-30"))


@pytest.fixture(scope="module")
def site() -> dict[str, Row]:
    return by_slug(reference_site.translate(raw("seed-site-models.json"), "2026-07-02")[0])


# How amounts are written and converted


@pytest.mark.parametrize(
    ("number", "text"),
    [("0.000005000", "0.000005"), ("3E+1", "30"), ("0.0", "0"), ("1.250", "1.25"), ("1E-7", "0.0000001")],
)
def test_writes_amounts_without_exponents_or_spare_zeros(number: str, text: str) -> None:
    assert exact(Decimal(number)) == text


def test_converts_tokens_to_millions_exactly(lite: dict[str, Row]) -> None:
    assert headline(lite["openai/gpt-5.4"]) == {
        "input_tokens": "2.5",
        "output_tokens": "15",
        "cache_read_tokens": "0.25",
    }


def test_converts_characters_to_thousands(lite: dict[str, Row]) -> None:
    assert headline(lite["openai/tts-1-hd"]) == {"characters": "0.03"}


def test_prices_songs_meshes_searches_and_pages_by_the_piece(lite: dict[str, Row]) -> None:
    assert headline(lite["google/lyria-3.5"]) == {"generations": "0.08"}
    assert headline(lite["fal-ai/trellis"]) == {"generations": "0.02"}
    assert headline(lite["cohere/rerank-v3.5"]) == {"searches": "0.002"}
    assert headline(lite["mistral/mistral-ocr-3"]) == {"pages": "0.002"}


def test_reads_the_price_of_a_picture_wherever_it_stands(lite: dict[str, Row]) -> None:
    assert headline(lite["xai/grok-imagine-image"]) == {"images": "0.02"}
    assert headline(lite["black-forest-labs/flux-kontext-pro"]) == {"images": "0.04"}


# Conditions


def test_reads_tiers_and_services_as_conditions(lite: dict[str, Row]) -> None:
    found = prices(lite["openai/gpt-5.4"])
    assert found["input_tokens", "prompt>272000"] == "5"
    assert found["input_tokens", "batch"] == "1.25"
    assert found["output_tokens", "batch+prompt>272000"] == "11.25"
    assert found["output_tokens", "priority"] == "30"


def test_reads_a_table_of_tiers(lite: dict[str, Row]) -> None:
    found = prices(lite["qwen/qwen3-max"])
    assert [found["input_tokens", tier] for tier in ("", "prompt>32000", "prompt>128000")] == ["1.2", "2.4", "3"]


def test_reads_resolutions_as_conditions(lite: dict[str, Row]) -> None:
    assert prices(lite["google/veo-3.1-generate-001"])["video_seconds", "4k"] == "0.6"
    assert prices(lite["minimax/minimax-h3"])["video_seconds", "768p"] == "0.08"


def test_leaves_out_what_no_condition_says(lite: dict[str, Row], lite_refused: set[tuple[str, str]]) -> None:
    assert ("anthropic/claude-sonnet-4.6", "cache_creation_input_token_cost_above_1hr") in lite_refused
    assert ("deepseek/deepseek-v4-pro", "off_peak_pricing") in lite_refused
    assert ("fal-ai/trellis-2", "output_cost_per_image_512") in lite_refused
    assert ("reducto/parse-v3", "ocr_cost_per_credit") in lite_refused
    assert "prices" not in lite["reducto/parse-v3"].claim


# Zeros, estimates, slips


def test_drops_filler_zeros(lite: dict[str, Row]) -> None:
    assert headline(lite["openai/text-embedding-3-small"]) == {"input_tokens": "0.02"}
    assert headline(lite["amazon/rerank"]) == {"searches": "0.001"}
    assert headline(lite["cohere/rerank-v5.0-pro"]) == {"input_tokens": "0.05"}
    assert "prices" not in lite["cohere/command-a-plus-05-2026"].claim


def test_keeps_zero_where_the_model_is_free(lite: dict[str, Row]) -> None:
    assert headline(lite["openai/omni-moderation-latest"]) == {"input_tokens": "0", "output_tokens": "0"}
    assert headline(lite["zai/glm-4.5-flash"])["input_tokens"] == "0"


def test_drops_a_sources_estimate_of_its_own_token_prices(lite: dict[str, Row]) -> None:
    assert "audio_minutes" not in headline(lite["openai/gpt-4o-transcribe"])
    assert "audio_seconds" not in headline(lite["openai/gpt-4o-mini-tts"])
    assert "images" not in headline(lite["google/gemini-3-pro-image"])


def test_refuses_negative_and_absurd_prices(lite_refused: set[tuple[str, str]]) -> None:
    assert litellm_prices.objection("a/b", "chat", "input_tokens", Decimal(-1)) == "a negative number means unknown"
    assert ("cohere/embed-multilingual-light-v3.0", "input_cost_per_token") in lite_refused


# Which rows, under which slug


def test_takes_makers_listings_only(lite: dict[str, Row]) -> None:
    assert "perplexity/openai/gpt-5.2" not in lite
    assert "prices" not in lite["twelvelabs/pegasus-1-2"].claim
    assert "retires_on" not in facts(lite["twelvelabs/pegasus-1-2"])


def test_leaves_out_sizes_fine_tunes_and_live_sessions(lite: dict[str, Row]) -> None:
    assert not [slug for slug in lite if "1024" in slug or "ft:" in slug or "realtime" in slug]


def test_folds_snapshots_into_the_undated_model(lite: dict[str, Row]) -> None:
    assert lite["openai/gpt-5.4"].aliases == ("openai/gpt-5.4-2026-03-05",)
    assert "openai/gpt-5.4-2026-03-05" not in lite


def test_keeps_the_upstream_spelling_as_an_alias(lite: dict[str, Row]) -> None:
    assert slugged("anthropic", "claude-opus-4-5-20251101") == "anthropic/claude-opus-4.5-20251101"
    assert "anthropic/claude-sonnet-4-5" in lite["anthropic/claude-sonnet-4.5"].aliases
    assert "minimax/MiniMax-M3" in lite["minimax/minimax-m3"].aliases


# Facts of litellm


@pytest.mark.parametrize(
    ("slug", "kind"),
    [
        ("google/lyria-3.5", "music"),
        ("fal-ai/trellis-2", "model_3d"),
        ("deepgram/aura", "speech"),
        ("microsoft/prebuilt-read", "ocr"),
        ("black-forest-labs/flux-kontext-pro", "image_edit"),
    ],
)
def test_knows_kinds_that_litellm_misfiles(lite: dict[str, Row], slug: str, kind: str) -> None:
    assert facts(lite[slug])["modality"] == kind


def test_lists_endpoints_native_first(lite: dict[str, Row]) -> None:
    assert facts(lite["openai/gpt-5.4"])["endpoints"] == ["chat", "responses"]
    assert facts(lite["openai/o1-pro"])["endpoints"] == ["responses"]
    assert facts(lite["google/gemini-3-pro-image"])["endpoints"] == ["image", "chat", "image_edit"]
    assert "endpoints" not in facts(lite["anthropic/claude-sonnet-4.6"])


def test_tells_retired_from_retiring(lite: dict[str, Row]) -> None:
    assert facts(lite["openai/gpt-4"])["status"] == "retired"
    assert facts(lite["openai/tts-1-hd"])["status"] == "retiring"
    assert facts(lite["google/gemini-3-flash-preview"])["status"] == "preview"


def test_says_which_parameters_a_reasoning_model_takes(lite: dict[str, Row]) -> None:
    assert facts(lite["openai/gpt-5"])["parameters"] == {"rename": {"max_tokens": "max_completion_tokens"}}
    assert facts(lite["anthropic/claude-sonnet-5.5"])["parameters"] == {"reject": ["temperature", "top_p"]}
    assert "parameters" not in facts(lite["openai/o1-pro"])


# models.dev


def test_reads_prices_and_tiers_per_million(dev: dict[str, Row]) -> None:
    found = prices(dev["openai/gpt-5.4"])
    assert found["input_tokens", ""] == "2.5"
    assert found["output_tokens", "prompt>272000"] == "22.5"


def test_does_not_price_speech_or_pictures_by_tokens_alone(dev: dict[str, Row]) -> None:
    assert "prices" not in dev["google/gemini-2.5-flash-preview-tts"].claim
    assert "prices" not in dev["qwen/qwen3-asr-flash"].claim
    assert "prices" not in dev["openai/gpt-image-2"].claim


def test_takes_no_trial_zero_for_free(dev: dict[str, Row]) -> None:
    assert "prices" not in dev["nvidia/riva-translate-4b-instruct-v1-1"].claim
    assert headline(dev["zai/glm-4.5-flash"])["output_tokens"] == "0"


def test_reads_names_dates_and_media(dev: dict[str, Row]) -> None:
    found = facts(dev["anthropic/claude-opus-4.8"])
    assert (found["name"], found["released"]) == ("Claude Opus 4.8", "2026-05-28")
    assert found["input_kinds"] == ["text", "image", "pdf"]
    assert found["parameters"] == {"reject": ["temperature", "top_p"]}
    assert "released" not in facts(dev["qwen/qwen-mt-plus"]), "a month is no date"


def test_takes_no_default_limits(dev: dict[str, Row]) -> None:
    assert "context_window" not in facts(dev["nvidia/riva-translate-4b-instruct-v1-1"])
    assert facts(dev["nvidia/nemotron-3-super-120b-a12b"])["context_window"] == 262144


def test_hosts_agree_on_facts_and_set_no_price(hosted: dict[str, Row]) -> None:
    llama = hosted["meta/llama-3.3-70b-instruct"]
    assert facts(llama)["context_window"] == 131072
    assert facts(llama)["open_weights"] is True
    assert "max_output" not in facts(llama), "two hosts, two caps"
    assert "context_window" not in facts(hosted["deepseek/deepseek-r1"]), "one host dissents"
    assert not [slug for slug, row in hosted.items() if "prices" in row.claim]


def test_one_host_s_pictures_are_no_vision() -> None:
    plain = {"name": "M", "modality": "chat", "input_kinds": ["text"], "capabilities": {"tools": True}}
    odd = plain | {"input_kinds": ["text", "image"], "capabilities": {"tools": True, "vision": True}}
    assert models_dev_votes.agreed([odd, plain, plain])["capabilities"] == {"tools": True}
    assert models_dev_votes.agreed([odd, odd, plain])["capabilities"] == {"tools": True, "vision": True}


def test_ignores_dates_and_limits_that_one_vendor_gives_to_all(hosted: dict[str, Row]) -> None:
    assert not {"released", "context_window", "output_kinds"} & facts(hosted["meta/m2m100-1.2b"]).keys()


def test_does_not_describe_twice_what_the_maker_lists(hosted: dict[str, Row]) -> None:
    assert "openai/gpt-5" not in hosted


@pytest.mark.parametrize(
    ("slug", "kind"),
    [
        ("meta/m2m100-1.2b", "translation"),
        ("ai4bharat/indictrans2-en-indic-1b", "translation"),
        ("huggingface/distilbert-sst-2-int8", "classification"),
        ("meta/llama-guard-4-12b", "moderation"),
        ("kling/kling-v3.0-t2v", "video"),
    ],
)
def test_tells_kinds_that_models_dev_does_not(hosted: dict[str, Row], slug: str, kind: str) -> None:
    assert facts(hosted[slug])["modality"] == kind


def test_tells_kinds_by_media() -> None:
    assert kind_of("x/y", ["audio"], ["text"]) == "transcription"
    assert kind_of("x/y", ["text", "image"], ["text", "image"]) == "image"
    assert kind_of("x/y", ["text"], ["audio"]) == "speech"
    assert known_kind("openai/gpt-5") is None


# aigateway.sh


def test_marks_what_the_site_makes_doubtful(site: dict[str, Row]) -> None:
    doubts = site["openai/tts-1-hd"].claim["doubts"]
    assert "several models" in doubts["released"]
    assert set(doubts["strengths"]) == {"Voice cloning"}
    assert "context_window" in site["baai/bge-m3"].claim["doubts"]


def test_takes_no_placeholder_for_free(site: dict[str, Row]) -> None:
    assert "prices" not in site["black-forest-labs/flux-2-flex"].claim
    assert "prices" not in site["elevenlabs/elevenlabs-music"].claim, "a price per video second"
    assert "prices" not in site["meta/llama-guard-3-8b"].claim, "two versions of the page"
    assert headline(site["baai/bge-m3"]) == {"input_tokens": "0.012"}


@pytest.mark.parametrize(
    ("slug", "kind"),
    [
        ("openai/tts-1-hd", "speech"),
        ("elevenlabs/elevenlabs-tts-multilingual-v2", "speech"),
        ("facebook/detr-resnet-50", "detection"),
        ("huggingface/distilbert-sst-2-int8", "classification"),
        ("meta/llama-guard-3-8b", "moderation"),
        ("deepgram/flux", "transcription"),
        ("black-forest-labs/flux-2-dev", "image"),
        ("fal-ai/ace-step/prompt-to-audio", "music"),
        ("bria/fibo-edit/edit", "image_edit"),
    ],
)
def test_mends_wrong_badges(site: dict[str, Row], slug: str, kind: str) -> None:
    assert facts(site[slug])["modality"] == kind
