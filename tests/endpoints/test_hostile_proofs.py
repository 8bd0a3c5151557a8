"""Whatever a gateway answers to a probe's question, it is judged."""

import json
from typing import Any

import pytest
from hostile import damaged

from playground.models import Run
from playground.probe import questions
from playground.probe.media import length
from playground.probe.question import Outcome, Reply

CALL = {"id": "c", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
ANSWER = {
    "choices": [{"index": 0, "message": {"content": "blue, yellow", "tool_calls": [CALL]}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1},
}


def reply(card: Any, answer: Any) -> Reply:
    run = Run(endpoint="chat", state="complete", response_body=json.dumps(answer), response_headers=[], usage={})
    return Reply(card, run, None)


@pytest.mark.parametrize("ability", ["tools", "json_mode", "vision", "stop", "max_output", "seed"])
def test_every_damage_is_judged(catalog, ability):
    card = catalog.by_slug["acme/talk-large"]
    question = next(one for one in questions.of(card, [ability]) if one.ability == ability)
    for what, odd in damaged(ANSWER):
        found = question.judge([reply(card, odd)] * len(question.variants))
        assert isinstance(found, Outcome) and len(found.reason) < 1000, what


def test_every_damage_of_a_vector_is_measured():
    for what, odd in damaged({"data": [{"embedding": [0.5, 0.5]}]}):
        assert length(odd) is None or length(odd) >= 0, what
