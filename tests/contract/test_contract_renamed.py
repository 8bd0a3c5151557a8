"""Every endpoint, for a model with a name of its own for a parameter, or that is not sent one: documented, and answered."""

import json
from dataclasses import replace
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client

from catalog.calling.schema import endpoint
from catalog.cards import Card
from catalog.endpoints import ENDPOINTS, example, understood
from catalog.endpoints.parameters import FILES
from playground.sandbox import transport

PAIRS = [(key, p.name) for key, module in ENDPOINTS.items() for p in module.PARAMETERS]
NEEDED = [(key, p.name) for key, module in ENDPOINTS.items() for p in module.PARAMETERS if p.required]
SENT = [(key, name) for key, name in NEEDED if not any(p.kind in FILES for p in ENDPOINTS[key].PARAMETERS)]
OWN = "own_name"
HEADERS = {"authorization": "Bearer sk-test", "content-type": "application/json"}


def answering(now, key: str, changes: dict[str, Any]) -> Card:
    """A model that answers this endpoint alone, of whose kinds and abilities nothing is known."""
    card = next(card for card in now.cards if key in card.endpoints)
    return replace(card, endpoints=(key,), parameters=changes, input_kinds=None, capabilities={})


def plain(now, key: str) -> Any:
    return endpoint(answering(now, key, {}), key).response


@pytest.mark.parametrize(("key", "name"), PAIRS)
def test_a_renamed_parameter_is_documented_with_the_same_answer(now, key, name):
    found = endpoint(answering(now, key, {"rename": {name: OWN}}), key)
    assert found.response == plain(now, key)
    assert (OWN in found.request) == (name in ENDPOINTS[key].EXAMPLE) and name not in found.request


@pytest.mark.parametrize(("key", "name"), NEEDED)
def test_a_needed_parameter_that_is_not_sent_is_documented_with_the_same_answer(now, key, name):
    found = endpoint(answering(now, key, {"reject": [name]}), key)
    assert found.response == plain(now, key) and name not in found.request


@pytest.mark.parametrize("change", ["rename", "reject"])
@pytest.mark.parametrize(("key", "name"), SENT)
def test_the_sandbox_answers_what_such_a_model_is_sent(now, monkeypatch, key, name, change):
    card = answering(now, key, {"rename": {name: OWN}} if change == "rename" else {"reject": [name]})
    monkeypatch.setitem(now.by_slug, card.slug, card)
    body = json.dumps(example(key, card) | {"model": card.slug}).encode()
    found = async_to_sync(transport.answer)("POST", ENDPOINTS[key].PATH, HEADERS, body)
    assert found.status in (200, 202), found.body


def test_the_page_of_a_model_that_calls_max_tokens_otherwise(db, now, monkeypatch):
    card = answering(now, "messages", {"rename": {"max_tokens": "max_completion_tokens"}})
    monkeypatch.setitem(now.by_slug, card.slug, card)
    monkeypatch.setattr(now, "kept", {})  # pages of this snapshot that other tests asked for
    page = Client().get(f"/models/{card.slug}")
    assert page.status_code == 200 and "max_completion_tokens" in page.text


def test_a_name_that_another_parameter_had_is_read_once(now):
    card = answering(now, "chat", {"rename": {"temperature": "top_p", "top_p": "temperature"}})
    assert understood("chat", card, {"temperature": 0.1, "top_p": 0.9}) == {"top_p": 0.1, "temperature": 0.9}
