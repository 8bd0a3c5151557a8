"""A stream put together is the answer that would have come whole, whatever the gateway sends."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.endpoints import ENDPOINTS, messages, responses, streams
from gateway.sse import Event

STREAMED = [key for key in ENDPOINTS if streams(key)]
often = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # of a busy machine
ODD = st.none() | st.integers() | st.text(max_size=3) | st.lists(st.none(), max_size=1) | st.just({})
TYPES = st.sampled_from("message_start message_delta content_block_start content_block_delta response.created".split())
ROWS = st.fixed_dictionaries(
    {}, optional={name: ODD for name in ("index", "content_block", "delta", "message", "response", "usage")} | {"type": TYPES}
)


def events(*rows: Any) -> list[Event]:
    return [Event("message", json.dumps(row), "") for row in rows]


@pytest.mark.parametrize("key", STREAMED)
def test_is_the_answer_that_would_have_come_whole(key):
    module = ENDPOINTS[key]
    body = module.EXAMPLE | {"model": "acme/one"}
    whole = module.reply(body | {"stream": False})
    found = module.assembled(events(*module.reply(body | {"stream": True, "stream_options": {"include_usage": True}})))
    assert {name: found.get(name) for name in whole} == whole


@pytest.mark.parametrize("key", STREAMED)
@often
@given(rows=st.lists(ROWS | ODD, max_size=6))
def test_reads_whatever_comes(key, rows):
    assert isinstance(ENDPOINTS[key].assembled(events(*rows)), dict)


def piece(index: int, **delta: Any) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": index, "delta": delta}


def test_a_message_s_thinking_text_and_tool_are_put_together():
    tool = {"type": "tool_use", "id": "t1", "name": "f", "input": {}}
    found = messages.assembled(events(
        {"type": "message_start", "message": {"id": "m", "usage": {"input_tokens": 5, "output_tokens": 1}}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}},
        piece(0, type="thinking_delta", thinking="Well"), piece(0, type="signature_delta", signature="s"),
        {"type": "content_block_start", "index": 2, "content_block": tool},
        {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
        piece(2, type="input_json_delta", partial_json='{"a":'), piece(1, type="text_delta", text="Hi"),
        piece(1, type="text_delta", text=" you"), piece(2, type="input_json_delta", partial_json="1}"),
        {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 9}},
    ))  # fmt: skip
    assert found == {
        "id": "m", "stop_reason": "tool_use", "usage": {"input_tokens": 5, "output_tokens": 9},
        "content": [
            {"type": "thinking", "thinking": "Well", "signature": "s"}, {"type": "text", "text": "Hi you"},
            tool | {"input": {"a": 1}},
        ],
    }  # fmt: skip


def test_a_response_that_broke_off_is_what_was_known_of_it():
    started = {"id": "r", "status": "in_progress", "output": []}
    assert responses.assembled(events({"type": "response.created", "response": started}, {"delta": "Hi"})) == started
    assert responses.assembled(events({"delta": "Hi"})) == {}


def test_the_counts_that_a_message_begins_with_are_not_those_of_all_of_it():
    start = {"type": "message_start", "message": {"id": "m", "usage": {"input_tokens": 5, "output_tokens": 1}}}
    assert messages.whole(events(start, piece(0, type="text_delta", text="Hi")))["usage"] is None
