"""What a run would cost, before it is sent: on the page, in its preview, and against what gateways count."""

import html
import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from fake_network import END, word

from catalog.cards import Rate
from catalog.costs import tokens
from playground.workbench import forms, prompt
from playground.workbench.estimate import estimates

PROSE = "The train to Utrecht leaves at five past two from platform seven, and it stops twice on its way there. " * 12


def words(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", markup)).split())


@pytest.fixture
def preview(client, catalog):
    """preview(content, …) gives the estimate as the page shows it while the form is filled in."""

    def post(content: str = "Hello!", model: str = "acme/talk-large", **fields: Any) -> str:
        sent = {"model": model, "role": "user", "content": content} | fields
        answer = client.post("/playground/preview", sent).content.decode()
        return words(answer.partition('<div id="estimate-cost">')[2])

    return post


def cost(shown: str) -> str:
    """The line of an estimate that says what it costs."""
    return shown.partition("effective")[0]


def rated(catalog, monkeypatch, slug: str, *rates: tuple[str, str, str], **facts: Any) -> str:
    """A model of the catalog with other prices, `(meter, condition, amount)`, and facts."""
    made = tuple(Rate(meter, condition, Decimal(amount), "litellm", "", None) for meter, condition, amount in rates)
    monkeypatch.setitem(catalog.by_slug, slug, replace(catalog.by_slug[slug], rates=made, **facts))
    return slug


def test_the_first_page_has_it_without_scripts(client, catalog):
    shown = words(client.get("/playground?model=acme/talk-large").content.decode())
    assert "Would cost $0.00002 to $0.0103 list, $0.00003 to $0.0108 effective" in shown
    assert "About 19 tokens in, up to 1,024 out" in shown


def test_counts_what_openai_documents_for_its_own_example(preview):
    """The API reference answers "You are a helpful assistant.", "Hello!" with 19 prompt tokens."""
    shown = preview(role=["system", "user"], content=["You are a helpful assistant.", "Hello!"])
    assert "About 19 tokens in" in shown


def test_follows_the_form(preview):
    shown = preview("Hi", max_tokens="50")
    assert "Would cost $0.00001 to $0.00051 list" in shown and "up to 50 out" in shown
    assert "up to 150 out" in preview("Hi", max_tokens="50", n="3")


def test_without_a_limit_the_model_s_own_is_the_upper_end(preview, catalog, monkeypatch):
    assert "Would cost $0.00001 to $0.6400 list" in preview() and "up to 64,000 out" in preview()
    monkeypatch.setitem(catalog.by_slug, "acme/talk-large", replace(catalog.by_slug["acme/talk-large"], max_output=None))
    assert "Would cost from $0.00001 list" in preview() and "no upper limit known for what comes out" in preview()


def test_a_long_prompt_is_charged_by_its_tier(preview):
    shown = preview("word " * 210_000, max_tokens="100")
    assert "$0.5250 to $0.5265 list" in shown and "its first 100,000 characters are counted" in shown


def test_free_and_unknown_are_words(preview, catalog, monkeypatch):
    assert preview(model="acme/talk-free").startswith("Free About")
    slug = rated(catalog, monkeypatch, "acme/talk-free", ("input_tokens", "", "1"))
    assert "Cost unknown, since no source states a price for output" in preview(model=slug)


def test_free_input_is_no_zero_range(preview, catalog, monkeypatch):
    slug = rated(catalog, monkeypatch, "acme/talk-free", ("input_tokens", "", "0"), ("output_tokens", "", "2"))
    assert "Would cost up to $0.00002 list" in preview(model=slug, max_tokens="10")


def test_an_answer_may_be_all_reasoning_where_that_is_dearer(preview, catalog, monkeypatch):
    prices = (("input_tokens", "", "1"), ("output_tokens", "", "1"), ("reasoning_tokens", "", "5"))
    assert "to $0.0500 list" in preview(model=rated(catalog, monkeypatch, "acme/talk-free", *prices), max_tokens="10000")


@pytest.mark.parametrize(("asked", "says"), [("28700", ""), ("28900", "Nearly full."), ("32000", "Does not fit.")])
def test_warns_before_the_context_overflows(preview, asked, says):
    shown = preview(model="acme/talk-free", max_tokens=asked)
    assert says in shown and ("Nearly full." in shown) + ("Does not fit." in shown) == bool(says)
    assert "of 32K context" in shown


def test_run_still_works_where_it_does_not_fit(run):
    assert run(model="acme/talk-free", max_tokens="32000").json()["state"] == "complete"


def test_speech_counts_its_characters(preview):
    shown = preview(model="openai/tts-1-hd", input="a" * 1000, voice="alloy")
    assert shown.startswith("Would cost $0.0300 list, $0.0316 effective 1,000 characters")


def test_images_count_at_the_price_of_their_size(preview, catalog, monkeypatch):
    slug = rated(catalog, monkeypatch, "orbit/paint", ("images", "", "0.04"), ("images", "1024x1024", "0.08"))
    assert preview(model=slug, prompt="A boat", n="2").startswith("Would cost $0.0800 list")
    assert preview(model=slug, prompt="A boat", n="2", size="1024x1024").startswith("Would cost $0.1600 list")


def test_a_video_of_no_stated_length_has_no_sum(preview, catalog, monkeypatch):
    video = {"modality": "video", "endpoints": ("video",)}
    slug = rated(catalog, monkeypatch, "orbit/paint", ("video_seconds", "", "0.4"), ("video_seconds", "720p", "0.5"), **video)
    assert "Cost not known before the run" in preview(model=slug, prompt="A boat") and "$0.40 / second" in preview(
        model=slug, prompt="A boat"
    )
    assert preview(model=slug, prompt="A boat", duration="3", resolution="720p").startswith("Would cost $1.50 list")


def test_a_recording_counts_its_minutes_where_it_is_a_wav(preview, catalog, monkeypatch):
    heard = {"modality": "transcription", "endpoints": ("transcription",)}
    slug = rated(catalog, monkeypatch, "orbit/paint", ("audio_minutes", "", "0.006"), **heard)
    assert re.match(
        r"Would cost \$0\.00026 list, \$0\.00028 effective 0\.04\d+ audio minutes", preview(model=slug, file_sample="on")
    )


def test_embeddings_have_no_window_to_fill_together(preview):
    shown = preview(model="orbit/embed", input="cat\n" * 20_000)
    assert "Would cost $0.0004" in shown and "input tokens" in shown and "context" not in shown


def test_a_form_with_a_fault_has_none(preview):
    assert preview("", role="user").startswith("No estimate: something in the form is missing or wrong.")


@pytest.mark.parametrize("odd", ['"max_tokens": "many", "n": -2', '"tools": 3, "input": [[]], "image": 4', '"max_tokens": 1e300'])
def test_a_raw_body_of_any_shape_is_read(preview, odd):
    shown = preview(body='{"messages": [{"role": 5, "content": [{"type": "image_url"}, 7]}, 8], ' + odd + "}")
    assert "tokens in, up to 64,000 out" in shown and "1 part of the prompt not counted" in shown


def test_pictures_count_by_the_stated_rule(preview):
    address = "https://pictures.example/a.png"
    shown = preview(message="1", **{"address-1": address})
    assert "About 774 tokens in" in shown and "1 picture: 85 tokens each" in shown


def test_several_models_at_once(catalog):
    cards = [catalog.by_slug[name] for name in ("acme/talk-large", "openai/tts-1-hd")]
    found = async_to_sync(estimates)([forms.start(card, card.endpoints[0]) for card in cards] + [forms.Submission()])
    assert [made and made.card.slug for made in found] == ["acme/talk-large", "openai/tts-1-hd", None]


def test_a_plain_chat_is_within_a_tenth_of_what_a_gateway_counts(stream, network, catalog):
    """The gateway counts as OpenAI's cookbook does."""
    counted = 3 + 3 + tokens.counted("user", "o200k_base").tokens + tokens.counted(PROSE, "o200k_base").tokens
    network.streams(word("Yes."), END, {"choices": [], "usage": {"prompt_tokens": counted, "completion_tokens": 1}})
    shown = words(stream(content=PROSE, max_tokens="1"))
    said = guess(catalog, PROSE)
    assert f"{counted} input tokens" in shown and abs(said - counted) <= counted / 10


def test_a_plain_chat_is_within_a_quarter_of_what_the_sandbox_counts(run, catalog):
    """The sandbox counts words and marks, and 8 around a message: near enough for prose, and for nothing else."""
    counted = run(content=PROSE).json()["usage"]["input_tokens"]
    assert abs(guess(catalog, PROSE) - counted) <= counted / 4


def guess(catalog, content: str) -> int:
    found = prompt.read("chat", {"messages": [{"role": "user", "content": content}]})
    return async_to_sync(prompt.count)(found, tokens.ESTIMATE)
