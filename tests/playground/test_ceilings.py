"""MAX_OUTPUT_TOKENS: nothing is sent that asks for more, or for no limit at all."""

import json

import pytest
from fake_network import COUNTS, END, word

from playground.workbench import forms

HELLO = [{"role": "user", "content": "Hello!"}]


@pytest.fixture(autouse=True)
def ceiling(settings, network):
    settings.MAX_OUTPUT_TOKENS, settings.DAILY_BUDGET_USD = 500, None
    network.streams(word("a"), END, COUNTS)


def sent(network) -> dict:
    return json.loads(network.requests[0].content)


def raw(run, **body):
    return run(body=json.dumps({"model": "acme/talk-large", "messages": HELLO} | body))


def test_a_blank_field_is_sent_as_the_ceiling(run, network):
    assert run(max_tokens="").status_code == 200
    assert sent(network)["max_tokens"] == 500


def test_a_smaller_limit_is_sent_as_it_is(run, network):
    run(max_tokens="20")
    assert sent(network)["max_tokens"] == 20


def test_a_larger_limit_is_refused_at_its_field(run, network):
    answer = run(max_tokens="501")
    told = "Max tokens (max_tokens) must be a whole number, 1 to 500."
    assert (answer.status_code, answer.json()["error"]["fields"]) == (422, {"max_tokens": told})
    assert network.requests == []


def test_the_form_shows_the_ceiling_and_begins_within_it(client, catalog):
    shown = client.get("/playground?model=acme/talk-large").content.decode()
    assert "Blank: 500, the most that this site asks for." in shown
    card = catalog.by_slug["acme/talk-large"]
    assert forms.start(card, "chat").typed["max_tokens"] <= 500
    assert forms.start(card, "responses").typed["max_output_tokens"] <= 500


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens", "max_output_tokens"])
@pytest.mark.parametrize("value", [501, "20", 20.0, True, [20]])
def test_a_raw_body_above_the_ceiling_is_refused_by_any_name(run, network, name, value):
    answer = raw(run, **{"max_tokens": 1, name: value})
    told = f"The body's {name} must be a whole number of at most 500: this site asks for no more. Lower it."
    assert (answer.status_code, answer.json()["error"]["fields"]) == (422, {"body": told})
    assert network.requests == []


@pytest.mark.parametrize("body", [{}, {"max_tokens": None}, {"max_output_tokens": 5}])
def test_a_raw_body_without_a_limit_is_told_what_to_add(run, network, body):
    told = 'The body sets no max_tokens, and this site asks for at most 500 output tokens. Add "max_tokens": 500.'
    assert raw(run, **body).json()["error"]["fields"] == {"body": told}
    assert network.requests == []


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
def test_a_raw_body_within_the_ceiling_is_sent_as_it_is(run, network, name):
    assert raw(run, **{name: 500}).status_code == 200
    assert sent(network) == {"model": "acme/talk-large", "messages": HELLO, name: 500}


def test_a_responses_body_has_its_own_name_for_it(run, network):
    body = {"model": "acme/talk-large", "input": "Hello!"}
    answer = run(endpoint="responses", body=json.dumps(body | {"max_tokens": 5}))
    assert 'Add "max_output_tokens": 500.' in answer.json()["error"]["message"]
    assert run(endpoint="responses", body=json.dumps(body | {"max_output_tokens": 5})).status_code == 200


def test_a_kind_without_output_tokens_is_left_alone(speak, network):
    assert speak().status_code == 200
    assert "max_tokens" not in sent(network)


def test_no_ceiling_sends_no_limit(run, network, settings):
    settings.MAX_OUTPUT_TOKENS = 0
    run(max_tokens="")
    assert "max_tokens" not in sent(network)
