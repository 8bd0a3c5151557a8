"""Reading chat answers of any gateway: the spellings seen in the wild, and shapes that no API should send."""

import json
import math
from typing import Any

import pytest

from catalog.endpoints import ENDPOINTS, chat
from gateway.sse import Event


def stream(*rows: Any) -> list[Event]:
    """Events as a gateway sends them; a dict that is no whole chunk is the delta of the first choice."""
    chunks = [row if not isinstance(row, dict) or "choices" in row else piece(row) for row in rows]
    texts = [chunk if isinstance(chunk, str) else json.dumps(chunk) for chunk in chunks]
    return [Event("message", text, f"data: {text}") for text in texts]


def piece(delta: Any, index: Any = 0, finish: Any = None) -> dict[str, Any]:
    return {"choices": [{"index": index, "delta": delta, "finish_reason": finish}]}


def calls(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"tool_calls": list(parts)}


def shown(message: Any, **more: Any) -> dict[str, Any]:
    """The one choice of a whole answer with this message, as the page shows it."""
    [choice] = chat.view({}, {"choices": [{"message": message, **more}]})["choices"]
    return choice


THINKING = {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}


@pytest.mark.parametrize(
    ("delta", "text", "thought"),
    [
        ({"content": "Well"}, "Well", ""),
        ({"reasoning_content": "Hm.", "content": None}, "", "Hm."),
        ({"reasoning": "Hm.", "reasoning_details": [{"type": "reasoning.text", "text": "Hm."}]}, "", "Hm."),
        ({"reasoning_details": [{"type": "reasoning.summary", "summary": "Hm."}, 5, None]}, "", "Hm."),
        ({"thinking": "Hm."}, "", "Hm."),
        ({"content": [THINKING, {"type": "text", "text": "Well"}]}, "Well", "Hm."),
        ({"content": "", "refusal": "No."}, "No.", ""),
        ({"content": 5, "reasoning": {"effort": "low"}, "reasoning_details": "x"}, "", ""),
        ([], "", ""),
    ],
)  # fmt: skip
def test_reads_text_and_reasoning_of_a_delta(delta, text, thought):
    [event] = stream(piece(delta))
    assert (chat.delta(event), chat.thought(event)) == (text, thought)
    [choice] = chat.view({}, chat.assembled([event]))["choices"]
    assert (choice["text"] or choice["refusal"], choice["reasoning"]) == (text, thought)


def test_only_the_first_choice_is_handed_out():
    one, other = piece({"content": "A", "reasoning": "a"}, 0), piece({"content": "B", "reasoning": "b"}, 1)
    events = stream(one, other, piece({"content": "C"}, None))
    assert "".join(map(chat.delta, events)) == "AC" and "".join(map(chat.thought, events)) == "a"
    assert [choice["message"]["content"] for choice in chat.assembled(events)["choices"]] == ["AC", "B"]


ODD = [
    "[DONE]", "", "5", "[]", "{}", "[" * 100_000, '{"choices": 5}', '{"choices": [5, null, []]}',
    '{"choices": [{"delta": 5, "logprobs": 5}]}',
    '{"choices": [{"index": "0", "delta": {"tool_calls": [5, {}, {"index": [], "function": 5, "id": {}}], "audio": 5}}]}',
    '{"choices": [{"index": {}, "delta": {"function_call": 5, "content": {"a": 1}}, "finish_reason": {}}], "usage": []}',
]  # fmt: skip


@pytest.mark.parametrize("data", ODD)
def test_odd_events_are_read_as_nothing(data):
    [event] = stream(data)
    assert (chat.delta(event), chat.thought(event)) == ("", "")
    assert all(not choice["message"]["content"] for choice in chat.assembled([event])["choices"])


@pytest.mark.parametrize(
    "choices",
    [
        5, [5], [{}], [{"message": 5}], [{"message": {"content": 5, "tool_calls": 5}}],
        [{"message": {"tool_calls": [5, {"function": 5}]}}],
        [{"index": [], "logprobs": {"content": [5, {"token": 5}, {"token": "a", "logprob": "x"}]}, "finish_reason": []}],
        [{"message": {"content": [5, {"text": 5}], "reasoning_details": [[]], "refusal": []}}],
    ],
)  # fmt: skip
def test_odd_answers_show_nothing(choices):
    found = chat.view({}, {"choices": choices})["choices"]
    assert not any(choice["text"] or choice["reasoning"] or choice["refusal"] or choice["tokens"] for choice in found)
    assert not chat.output({"choices": choices})


WEATHER = {"name": "get_weather", "arguments": '{"city": "Oslo"}'}
PIECES = {
    "openai": [
        calls({"index": 0, "id": "a", "type": "function", "function": {"name": "get_weather", "arguments": ""}}),
        calls({"index": 0, "function": {"arguments": '{"city"'}}),
        calls({"index": 0, "function": {"arguments": ': "Oslo"}'}}),
    ],
    "name and id with every piece": [
        calls({"index": 0, "id": "a", "function": {"name": "get_weather", "arguments": part}})
        for part in ('{"city": ', '"Oslo"}')
    ],
    "whole, without an index": [calls({"id": "a", "function": WEATHER})],
    "arguments as an object": [calls({"index": 0, "id": "a", "function": WEATHER | {"arguments": {"city": "Oslo"}}})],
    "null where nothing is new": [
        calls({"index": 0, "id": "a", "function": {"name": "get_weather", "arguments": None}}),
        calls({"index": 0, "id": None, "function": {"name": None, "arguments": WEATHER["arguments"]}}),
    ],
}


@pytest.mark.parametrize("name", PIECES)
def test_puts_a_call_together(name):
    answer = chat.assembled(stream(*PIECES[name], piece({}, 0, "tool_calls")))
    [choice] = chat.view({}, answer)["choices"]
    assert choice["tool_calls"] == [{"id": "a", **WEATHER, "laid_out": '{\n  "city": "Oslo"\n}'}]
    assert (choice["text"], choice["finish_reason"]) == (None, "tool_calls")


def test_calls_that_share_an_index_are_told_apart_by_their_ids():
    answer = chat.assembled(stream(*(calls({"index": 0, "id": name, "function": WEATHER}) for name in "ab")))
    assert [call["id"] for call in answer["choices"][0]["message"]["tool_calls"]] == ["a", "b"]


def test_interleaved_pieces_go_to_the_call_of_their_index():
    starts = calls(*({"index": n, "id": f"c{n}", "function": {"name": "f", "arguments": ""}} for n in range(2)))
    answer = chat.assembled(stream(starts, *(calls({"index": n, "function": {"arguments": str(n)}}) for n in (0, 1, 1, 0))))
    assert [call["function"]["arguments"] for call in answer["choices"][0]["message"]["tool_calls"]] == ["00", "11"]


def test_older_function_call_is_a_call():
    streamed = chat.assembled(stream({"function_call": {"name": "f", "arguments": "{"}}, {"function_call": {"arguments": "}"}}))
    both = (shown({"content": None, "function_call": {"name": "f", "arguments": "{}"}}), chat.view({}, streamed)["choices"][0])
    assert [choice["tool_calls"] for choice in both] == [[{"id": "", "name": "f", "arguments": "{}", "laid_out": "{}"}]] * 2


@pytest.mark.parametrize("arguments", ["", "{", "[]", "5", '{"a": NaN}', '{"a": ' * 50_000])
def test_arguments_that_are_no_object_are_shown_as_received(arguments):
    [call] = shown({"tool_calls": [{"id": "a", "function": {"name": "f", "arguments": arguments}}]})["tool_calls"]
    assert (call["arguments"], call["laid_out"]) == (arguments, None)


def test_answers_are_counted_by_their_places():
    choices = [{"index": index, "message": {"content": text}} for index, text in ((0, "A"), (0, "B"), (-7, "C"))]
    found = chat.view({}, {"choices": choices})["choices"]
    assert [(choice["index"], choice["text"]) for choice in found] == [(0, "A"), (1, "B"), (2, "C")]


@pytest.mark.parametrize(
    ("content", "text", "reasoning"),
    [
        ("<think>Hm.</think>\n\nWell", "Well", "Hm."),
        ("\n<think>\nHm.\n</think>Well", "Well", "Hm."),
        ("<think>Hm, cut", "", "Hm, cut"),
        ("Well <think>no</think>", "Well <think>no</think>", ""),
        ("<think></think>Well", "Well", ""),
        ([{"type": "text", "text": "Well"}], "Well", ""),
    ],
)
def test_reasoning_at_the_start_of_the_text_is_set_apart(content, text, reasoning):
    found = shown({"content": content})
    assert (found["text"], found["reasoning"]) == (text, reasoning)


def test_refusal_is_the_output_where_there_is_no_text():
    message = {"role": "assistant", "content": None, "refusal": "No."}
    assert chat.output({"choices": [{"index": 1, "message": {"content": "B"}}, {"index": 0, "message": message}]}) == "No."
    assert (shown(message)["text"], shown(message)["refusal"]) == (None, "No.")


def test_stream_is_joined_with_its_log_probabilities_and_usage():
    half = {"token": "A", "logprob": math.log(0.5)}
    row = half | {"top_logprobs": [half, {"token": "B", "logprob": -9999}]}
    likely = {"choices": [{"index": 0, "delta": {"content": "A"}, "logprobs": {"content": [row]}}], "model": "m", "usage": None}
    answer = chat.assembled(stream(likely, likely, piece({}, 0, "stop"), {"choices": [], "usage": {"prompt_tokens": 5}}))
    assert (answer["model"], answer["usage"]) == ("m", {"prompt_tokens": 5})
    [choice] = chat.view({}, answer)["choices"]
    assert (choice["text"], choice["finish_reason"], len(choice["tokens"])) == ("AA", "stop", 2)
    token = choice["tokens"][0]
    assert (token["text"], round(token["percent"], 6), token["others"]) == ("A", 50.0, [("B", 0.0)])


@pytest.mark.parametrize("logprob", [math.nan, math.inf, 10**400, True, None])
def test_a_log_probability_that_is_none_is_left_out(logprob):
    assert shown({"content": "A"}, logprobs={"content": [{"token": "A", "logprob": logprob}]})["tokens"] == []


def test_sound_is_joined():
    pieces = ({"id": "a", "transcript": "We"}, {"data": "UklG", "transcript": "ll"}, {"data": "Rg==", "expires_at": 5})
    [choice] = chat.assembled(stream(*({"audio": part} for part in pieces)))["choices"]
    assert choice["message"]["audio"] == {"id": "a", "transcript": "Well", "data": "UklGRg==", "expires_at": 5}


@pytest.mark.parametrize(
    ("key", "event", "expected"),
    [
        ("messages", {"type": "content_block_delta", "delta": {"type": "thinking_delta", "thinking": "Hm."}}, "Hm."),
        ("messages", {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "Well"}}, ""),
        ("messages", {"type": "content_block_delta", "delta": {"thinking": 5}}, ""),
        ("responses", {"type": "response.reasoning_summary_text.delta", "delta": "Hm."}, "Hm."),
        ("responses", {"type": "response.reasoning_text.delta", "delta": "Hm."}, "Hm."),
        ("responses", {"type": "response.output_text.delta", "delta": "Well"}, ""),
        ("responses", {"type": [], "delta": "Well"}, ""),
    ],
)  # fmt: skip
def test_reads_reasoning_of_the_other_dialects(key, event, expected):
    assert ENDPOINTS[key].thought(Event("message", json.dumps(event), "")) == expected


def test_page_shows_so_many_choices_and_calls_and_counts_the_others():
    message = {"content": "a", "tool_calls": [{"id": "a", "function": {"name": "f", "arguments": "{}"}}] * 103}
    found = chat.view({}, {"choices": [{"message": message}, *([{"message": {"content": "b"}}] * 101)]})
    assert (len(found["choices"]), len(found["choices"][0]["tool_calls"]), found["more"]) == (100, 100, 5)
