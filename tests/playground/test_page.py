"""The playground's page, without scripts: the form as it was filled in, the whole result, and the preview."""

import html
import json
import re
import time
from typing import Any

import pytest


def text(answer) -> str:
    """The page without its markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def nested(levels: int) -> Any:
    """A text in lists within lists."""
    return [nested(levels - 1)] if levels else "x" * 100


@pytest.fixture
def page(run):
    """page(**fields) posts a run as a browser without scripts does."""
    return lambda **fields: run(accept="text/html", **fields)


def test_opens_with_the_model_asked_for(client, catalog):
    shown = client.get("/playground?model=acme/talk-free").content.decode()
    assert 'value="acme/talk-free"' in shown and "You are a helpful assistant." in shown


def test_opens_with_a_frontier_model(client, catalog):
    assert '<input type="hidden" name="model" value="acme/talk-large">' in client.get("/playground").content.decode()


def test_unknown_model_is_a_404_with_a_way_out(client, catalog):
    answer = client.get("/playground?model=no/such")
    assert answer.status_code == 404
    assert "No model is called “no/such”. Choose one of the list." in text(answer)


def test_a_field_suggests_every_model_or_the_newest_of_very_many(client, catalog, monkeypatch):
    assert client.get("/playground/models").content.decode().count("<option") == len(catalog.cards)
    monkeypatch.setattr("playground.views.workbench.MOST_NAMES", 2)
    newest = sorted((card for card in catalog.cards if card.released), key=lambda card: card.released)[-1]
    named = client.get("/playground/models").content.decode()
    assert named.count("<option") == 2 and f'"{newest.slug}"' in named


def test_empty_catalog_has_a_page(client, db, monkeypatch):
    monkeypatch.setattr("catalog.snapshot._current", None)
    assert "The catalog is empty" in text(client.get("/playground"))


def test_says_that_a_model_of_unknown_kind_cannot_be_tried(client, catalog):
    answer = client.get("/playground?model=orbit/mystery")
    assert answer.status_code == 200
    assert "cannot be tried here yet" in text(answer) and "run-form" not in answer.content.decode()


def test_listed_endpoint_is_marked(client, catalog):
    assert "Listed by the gateway, not verified." in text(client.get("/playground?model=openai/tts-1-hd&endpoint=chat"))


def test_shows_the_whole_result(page):
    shown = text(page())
    assert "Hello! How can I help you today?" in shown and "Sandbox: no model was called" in shown
    assert "10 input tokens" in shown and "cost $0.00013 list, $0.00014 effective" in shown
    assert '"finish_reason": "stop"' in shown and "Bearer ****" in shown


def test_keeps_what_was_typed_when_refused(page):
    answer = page(role="user", content="A long thought\nin two lines", temperature="3", seed="7")
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "A long thought\nin two lines</textarea>" in shown
    assert re.search(r'name="temperature"[^>]* value="3"[^>]* aria-invalid="true"', shown)
    assert re.search(r'name="seed"[^>]* value="7"', shown)


def test_keeps_a_body_that_is_no_json(page):
    answer = page(body='{"messages": [}')
    assert answer.status_code == 422
    assert "{&quot;messages&quot;: [}</textarea>" in answer.content.decode()


def test_keeps_the_error_to_try(page):
    assert '<option value="429" selected>' in page(sandbox_error="429").content.decode()


def test_error_says_what_to_do(page):
    shown = text(page(sandbox_error="402"))
    assert "402 insufficient_credits" in shown and "Top up, then retry." in shown


def test_what_was_typed_is_no_markup(page):
    shown = page(content="</textarea><script>alert(1)</script>").content.decode()
    assert "<script>alert" not in shown


def test_another_model_keeps_the_messages(client, catalog):
    answer = client.post("/playground", {"model": "acme/talk-free", "role": "user", "content": "Kept"})
    assert "Kept</textarea>" in answer.content.decode()


def test_preview_is_the_request_that_will_be_sent(client, run):
    typed = {"model": "acme/talk-large", "role": "user", "content": "Hi", "max_tokens": "5"}
    shown = html.unescape(client.post("/playground/preview", typed).content.decode())
    assert '"max_tokens": 5' in shown and "max_tokens=5" in re.sub(r"<[^>]+>", "", shown)


@pytest.mark.parametrize("odd", [nested(90), "\ufffd" * 300_000, '"' * 300_000, [1] * 300_000])
def test_preview_of_an_odd_body_is_quick(client, catalog, odd):
    body = json.dumps({"messages": [{"role": "user", "content": "Hi"}], "metadata": odd})
    began = time.process_time()
    assert client.post("/playground/preview", {"model": "acme/talk-large", "body": body}).status_code == 200
    assert time.process_time() - began < 2


def test_preview_of_a_wrong_form_is_a_422(client, catalog):
    assert client.post("/playground/preview", {"model": "acme/talk-large"}).status_code == 422


def test_names_no_cache(page, client):
    assert "no-store" in page()["Cache-Control"] and "no-store" in client.get("/playground")["Cache-Control"]


@pytest.mark.parametrize(
    ("model", "name", "own"),
    [("acme/talk-free", "seed", True), ("orbit/paint", "size", False), ("orbit/paint", "n", True)],
)
def test_blank_is_the_models_own_only_where_it_decides(client, catalog, model, name, own):
    field = re.search(rf'<input id="f-{name}"[^>]*>', client.get(f"/playground?model={model}").content.decode())
    assert field and ("placeholder" in field[0]) == own


def test_unknown_model_can_be_corrected(client, catalog):
    shown = client.get("/playground?model=acme/tlak-free").content.decode()
    assert 'value="acme/tlak-free"' in shown and 'aria-describedby="e-model"' in shown


def test_form_shows_what_it_can_of_an_edited_body(page):
    shown = page(body='{"messages": [{"role": "user", "content": "Edited"}], "temperature": 0.3}').content.decode()
    assert '<option value="user" selected>' in shown and ">\nEdited</textarea>" in shown
    assert re.search(r'id="f-temperature"[^>]* value="0.3"', shown)


def test_form_outlives_a_body_that_cannot_be_read(page):
    assert ">\nHello!</textarea>" in page(body='{"messages":').content.decode()


def test_form_outlives_a_body_that_is_nested_too_deep(client, catalog):
    body = f'{{"messages": [], "tools": {"[" * 400}{"]" * 400}}}'
    answer = client.post("/playground", {"model": "acme/talk-large", "endpoint": "chat", "body": body})
    assert answer.status_code == 200 and ">\nHello!</textarea>" in answer.content.decode()


def test_an_endpoint_that_nobody_knows_is_named(page):
    answer = page(endpoint="²")
    assert answer.status_code == 422
    assert "acme/talk-large does not answer “²”." in text(answer)


def test_another_model_keeps_what_was_cleared(client, catalog):
    shown = client.post("/playground", {"model": "acme/talk-free", "endpoint": "chat", "role": "user", "content": "Kept"})
    assert not re.search(r'name="stream"[^>]* checked', shown.content.decode())


def test_what_was_typed_names_no_file_of_this_site(client, catalog):
    typed = {"model": "acme/talk-free", "endpoint": "chat", "role": "user", "content": "@speech.wav", "stop": "@../sandbox.py"}
    assert client.post("/playground", typed).status_code == 200


def test_an_unknown_next_model_is_named_and_the_form_stays(client, catalog):
    typed = {"model": "acme/talk-free", "endpoint": "chat", "role": "user", "content": "Kept", "next_model": "acme/tlak"}
    answer = client.post("/playground", typed)
    shown = answer.content.decode()
    assert answer.status_code == 404 and "No model is called “acme/tlak”. Choose one of the list." in text(answer)
    assert "Kept</textarea>" in shown and '<input type="hidden" name="model" value="acme/talk-free">' in shown


def test_the_next_model_gets_what_was_typed(client, catalog):
    typed = {"model": "acme/talk-free", "endpoint": "chat", "role": "user", "content": "Kept"}
    shown = client.post("/playground", typed | {"next_model": "acme/talk-large", "next_endpoint": "chat"}).content.decode()
    assert '<input type="hidden" name="model" value="acme/talk-large">' in shown and "Kept</textarea>" in shown
    shown = client.post("/playground", typed | {"next_model": "acme/talk-large", "next_endpoint": "responses"}).content.decode()
    assert '<input type="hidden" name="endpoint" value="responses">' in shown


def test_a_refused_form_still_shows_the_request_and_its_code(page):
    shown = html.unescape(page(content="Kept", temperature="9").content.decode())
    assert '"content": "Kept"' in shown and "client.chat.completions.create" in shown
    assert '"temperature":' not in shown and "drawn from the form without what is wrong in it" in shown


def test_a_picture_s_place_is_kept_until_it_is_loaded(run):
    shown = run(accept="text/html", model="orbit/paint", role="", content="", prompt="A tram", size="320x200").content.decode()
    assert 'width="320" height="200"' in shown


@pytest.mark.parametrize("size", [(1, 60_000), (0, 0)])
def test_a_picture_of_no_likely_size_gets_no_place(run, size, monkeypatch):
    monkeypatch.setattr("catalog.endpoints.sandbox.pictures.size", lambda content: size)
    shown = run(accept="text/html", model="orbit/paint", role="", content="", prompt="A tram").content.decode()
    assert "Picture 1 of 1" in shown and 'height="' not in shown
