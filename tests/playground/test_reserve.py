"""What is held of the budget for a call: never less than it can cost."""

from dataclasses import replace
from decimal import Decimal

import pytest

from catalog.costs.pricing import cost
from catalog.endpoints import call
from catalog.endpoints.uploads import sample
from gateway.call import Call, File
from playground.bounds.reserve import FRAME, MEDIUM, MOST, most

HELLO = {"messages": [{"role": "user", "content": "Hello!"}]}


@pytest.fixture(autouse=True)
def no_fee(settings):
    settings.TOP_UP_FEE, settings.UNPRICED_RUN_USD = Decimal(0), Decimal("0.05")


@pytest.fixture
def large(catalog):
    return catalog.by_slug["acme/talk-large"]


def held(card, key: str = "chat", **data) -> Decimal:
    return most(card, key, call(key, card, HELLO | data if key == "chat" else data))


def test_what_is_asked_bounds_the_answer(large):
    assert held(large, max_tokens=100) < Decimal("0.01") < held(large, max_tokens=1000) < held(large)


def test_more_answers_cost_more(large):
    assert held(large, n=3) > 3 * 64_000 * Decimal(15) / 1_000_000


def test_a_picture_is_no_text(large):
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 1_000_000}}
    body = {"messages": [{"role": "user", "content": [picture]}], "max_tokens": 1}
    assert most(large, "chat", Call("/chat/completions", json=body)) < Decimal("2.5") * (MEDIUM + 2 * FRAME) / 1_000_000


def test_a_text_that_looks_like_a_picture_is_a_text(large):
    body = {"messages": [{"role": "user", "content": "data:image/png," + "a b " * 100_000}], "max_tokens": 1}
    assert most(large, "chat", Call("/chat/completions", json=body)) >= Decimal("2.5") * 400_000 / 1_000_000


@pytest.mark.parametrize("tokens", [-5, "many", 0, True, 1.5, None, [100]])
def test_a_nonsensical_limit_counts_as_none(large, tokens):
    body = HELLO | {"max_tokens": tokens}
    assert most(large, "chat", Call("/chat/completions", json=body)) >= 64_000 * Decimal(15) / 1_000_000


def test_the_largest_of_several_limits_counts(large):
    body = HELLO | {"max_tokens": 1, "max_completion_tokens": 50_000}
    assert most(large, "chat", Call("/chat/completions", json=body)) > 50_000 * Decimal(15) / 1_000_000


def test_speech_is_held_by_its_letters(catalog):
    card = catalog.by_slug["openai/tts-1-hd"]
    body = {"input": "Hello! " * 100, "voice": "alloy"}
    assert cost({"characters": 700}, card.rates) <= held(card, "speech", **body) < Decimal("0.03")


def test_an_unknown_price_holds_a_stated_amount(catalog):
    card = next(card for card in catalog.cards if card.price_state == "unknown" and "image" in card.endpoints)
    assert held(card, "image", prompt="A cat", n=2) == Decimal("0.05")


def test_a_price_that_is_half_known_holds_both(large):
    half = replace(large, rates=tuple(rate for rate in large.rates if rate.meter == "input_tokens"))
    assert Decimal("0.05") < held(half) < Decimal("0.06")


def test_sound_is_held_by_its_bytes(large):
    spoken = replace(large, rates=(replace(large.rates[0], meter="audio_minutes", condition="", amount=Decimal("0.006")),))
    wav = sample("speech.wav")
    sent = Call("/audio/transcriptions", data=(("model", "x"),), files=(File("file", wav.name, wav.content_type, wav.content),))
    assert most(spoken, "transcription", sent) == Decimal("0.006") * len(wav.content) / 60_000


def test_no_request_can_be_too_dear_to_count(large):
    film = replace(large, rates=(replace(large.rates[0], meter="video_seconds", condition="", amount=Decimal(1)),))
    assert most(film, "video", Call("/v", json={"duration": 1e300})) == MOST


def test_a_free_model_holds_nothing(catalog):
    card = next(card for card in catalog.cards if card.price_state == "free")
    assert most(card, card.endpoints[0], Call("/x", json=HELLO)) == 0


def test_the_fee_is_held_too(large, settings):
    bare = held(large, max_tokens=100)
    settings.TOP_UP_FEE = Decimal("0.5")
    assert held(large, max_tokens=100) == 2 * bare
