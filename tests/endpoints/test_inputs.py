"""Examples, forms and schemas fit what goes into a model; the sandbox takes what they send."""

import re
from dataclasses import replace

import pytest

from catalog.calling.schema import endpoint
from catalog.cards import Card
from catalog.endpoints import ENDPOINTS, example
from catalog.endpoints.answers import Refused

PICTURE = "http://127.0.0.1:8000/samples/street.png"


@pytest.fixture
def made_of(catalog, settings):
    """made_of(key, *kinds): a model of that endpoint of which is known, or not, what goes in."""
    settings.SITE_URL = "http://127.0.0.1:8000"

    def card(key: str, *kinds: str) -> Card:
        model = catalog.by_slug["orbit/paint"]
        return replace(model, modality=key, endpoints=(key,), input_kinds=kinds or None, parameters={})

    return card


@pytest.mark.parametrize("key", ["model_3d", "video"])
def test_a_model_of_pictures_is_sent_a_picture_and_no_prompt(made_of, key):
    shown = endpoint(made_of(key, "image"), key)
    assert (shown.request["image_url"], "prompt" in shown.request) == (PICTURE, False)
    assert "image_url" in shown.schema["required"] and "prompt" not in shown.schema["properties"]
    assert shown.quirks == ["prompt is not sent: this model takes no text."]
    assert PICTURE in shown.snippets["curl"] and shown.samples == []


@pytest.mark.parametrize("key", ["model_3d", "video"])
@pytest.mark.parametrize("kinds", [(), ("text",), ("text", "image"), ("audio",)])
def test_a_prompt_is_enough_for_other_models(made_of, key, kinds):
    shown = endpoint(made_of(key, *kinds), key)
    assert ("prompt" in shown.request, "image_url" in shown.request) == (True, False)
    assert "prompt" in shown.schema["required"] and "image_url" in shown.schema["properties"]


def test_an_edit_by_pictures_alone_has_no_prompt(made_of):
    assert example("image_edit", made_of("image_edit", "image")) == {"model": "orbit/paint", "image": "@street.png", "n": 1}
    assert "image" in example("image_edit", made_of("image_edit", "text"))


@pytest.mark.parametrize("key", ["model_3d", "video"])
@pytest.mark.parametrize(
    ("body", "param"),
    [({}, "prompt"), ({"prompt": " "}, "prompt"), ({"image_url": 5}, "image_url"), ({"image_url": ""}, "image_url")],
)
def test_the_sandbox_needs_one_of_both(key, body, param):
    assert ENDPOINTS[key].reply({"model": "a", "image_url": PICTURE})["status"] == "queued"
    with pytest.raises(Refused) as refused:
        ENDPOINTS[key].reply({"model": "a"} | body)
    assert refused.value.param == param


def test_the_form_of_the_playground_asks_for_the_picture(client, made_of, catalog, monkeypatch):
    monkeypatch.setitem(catalog.by_slug, "orbit/paint", made_of("model_3d", "image"))
    assert re.search(r'<textarea id="f-prompt"[^>]* disabled>', client.get("/playground?model=orbit/paint").text)
    answer = client.post("/playground/run", {"model": "orbit/paint", "endpoint": "model_3d", "prompt": "A chair"})
    assert answer.status_code == 422 and "Picture (image_url)" in answer.text
