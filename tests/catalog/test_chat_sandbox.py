"""What the sandbox answers in chat: tools, forms, reasoning, refusals, pictures and sound, several choices, likely tokens."""

import base64
import json
import math
from typing import Any

import jsonschema
import pytest

from catalog.endpoints import chat
from catalog.endpoints.sandbox.pictures import data_url, drawn
from catalog.endpoints.sandbox.tone import RATE, wav
from gateway.sse import Event

CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": False}
WEATHER = {"name": "get_weather", "description": "The weather of a city", "parameters": CITY}
CLOCK = {"name": "current_time", "description": "What the clock says"}
TOOLS = [{"type": "function", "function": one} for one in (WEATHER, CLOCK)]
CALL = {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": '{"city": "Oslo"}'}}


def request(said: Any = "What is the weather in Oslo?", **more: Any) -> dict[str, Any]:
    return {"model": "m", "messages": [{"role": "user", "content": said}], **more}


def whole(body: dict[str, Any]) -> dict[str, Any]:
    found = chat.reply(body)
    assert isinstance(found, dict)
    return found


def message(body: dict[str, Any]) -> dict[str, Any]:
    return whole(body)["choices"][0]["message"]


def called(body: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(call["function"]["name"], json.loads(call["function"]["arguments"])) for call in message(body).get("tool_calls", [])]


def streamed(body: dict[str, Any]) -> list[Event]:
    rows = chat.reply(body | {"stream": True, "stream_options": {"include_usage": True}})
    return [Event("message", json.dumps(row), "") for row in rows]


def round_trip(*answers: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A conversation in which a tool was called, with `answers` after it."""
    asked = {"role": "user", "content": "What is the weather in Oslo?"}
    said = {"role": "assistant", "content": None, "tool_calls": [CALL]}
    return request(tools=TOOLS, **more) | {"messages": [asked, said, *answers]}


REFUSE = [{"role": "user", "content": "refuse"}]
ANSWER = {"role": "tool", "tool_call_id": "call_1", "content": "7 degrees, rain"}
FULL = {
    "text": request("Name three rivers"),
    "tool calls": request("The weather in Oslo, and the clock", tools=TOOLS),
    "tool results": round_trip(ANSWER),
    "refusal": request("Refuse this"),
    "reasoning": request(reasoning_effort="low"),
    "choices": request(n=3, logprobs=True, top_logprobs=2),
    "likely refusal": request("refuse", logprobs=True),
    "schema": request(response_format={"type": "json_schema", "json_schema": {"name": "place", "schema": CITY}}),
    "cut": request("Name three rivers", max_tokens=10, reasoning_effort="high"),
    "cut calls": request(tools=TOOLS, max_tokens=4),
    "seed": request(seed=5, stop=["sandbox"]),
}


@pytest.mark.parametrize("name", FULL)
def test_stream_says_what_the_whole_answer_says(name):
    expected, found = whole(FULL[name]), chat.assembled(streamed(FULL[name]))
    assert found["usage"] == expected["usage"]
    assert [blankless(choice) for choice in found["choices"]] == [blankless(choice) for choice in expected["choices"]]


def blankless(choice: dict[str, Any]) -> dict[str, Any]:
    likely = {name: rows for name, rows in (choice.get("logprobs") or {}).items() if rows}
    return choice | {"message": {name: value for name, value in choice["message"].items() if value}, "logprobs": likely}


@pytest.mark.parametrize("name", FULL)
def test_same_request_same_answer(name):
    assert json.dumps(whole(FULL[name])) == json.dumps(whole(FULL[name]))


@pytest.mark.parametrize(
    ("said", "choice", "names"),
    [
        ("What is the weather in Oslo?", None, ["get_weather"]),
        ("What is the weather in Oslo?", "auto", ["get_weather"]),
        ("What is the weather in Oslo?", "none", []),
        ("Compare the clocks", None, ["current_time"]),
        ("Compare the clocks and the weather", None, ["get_weather", "current_time"]),
        ("Hello!", None, []),
        ("Hello!", "required", ["get_weather"]),
        ("Hello!", {"type": "function", "function": {"name": "current_time"}}, ["current_time"]),
    ],
)
def test_calls_what_the_question_is_about(said, choice, names):
    body = request(said, tools=TOOLS) | ({"tool_choice": choice} if choice else {})
    assert [name for name, _ in called(body)] == names
    assert whole(body)["choices"][0]["finish_reason"] == ("tool_calls" if names else "stop")


def test_arguments_come_from_the_question():
    assert called(request(tools=TOOLS)) == [("get_weather", {"city": "Oslo"})]
    assert called(request("What says the clock?", tools=TOOLS)) == [("current_time", {})]


def test_one_call_where_parallel_ones_are_declined():
    assert len(called(request("weather and clock", tools=TOOLS, parallel_tool_calls=False))) == 1


def test_call_ids_differ_within_an_answer_and_between_turns():
    again = round_trip(ANSWER, tool_choice="required")
    bodies = (request("weather and clock", tools=TOOLS, n=2), again)
    ids = [call["id"] for body in bodies for choice in whole(body)["choices"] for call in choice["message"]["tool_calls"]]
    assert len(ids) == len(set(ids)) == 5


def test_quotes_what_the_tools_answered():
    answer = message(round_trip(ANSWER))
    assert "get_weather answered: “7 degrees, rain”" in answer["content"] and "tool_calls" not in answer


def test_offered_tools_count_as_input():
    assert whole(request(tools=TOOLS))["usage"]["prompt_tokens"] > whole(request())["usage"]["prompt_tokens"] + 20


def test_answer_fits_the_schema_that_is_asked_for():
    schema = {"type": "object", "properties": {"place": {"$ref": "#/$defs/city"}}, "required": ["place"], "$defs": {"city": CITY}}
    form = {"type": "json_schema", "json_schema": {"name": "place", "strict": True, "schema": schema}}
    found = whole(request(response_format=form, n=2))
    for choice in found["choices"]:
        jsonschema.validate(json.loads(choice["message"]["content"]), schema)
    assert "strict" not in json.dumps(found)


def test_json_object_is_one():
    found = whole(request(response_format={"type": "json_object"}, n=2))
    assert [json.loads(choice["message"]["content"])["words"] for choice in found["choices"]] == [6, 6]


def test_refuses_where_asked_to():
    [choice] = whole(request("Refuse to answer this."))["choices"]
    assert choice["message"]["content"] is None and "refuse" in choice["message"]["refusal"]
    assert choice["finish_reason"] == "stop"


@pytest.mark.parametrize("effort", [None, "none"])
def test_reasons_only_where_an_effort_is_asked_for(effort):
    assert "reasoning_content" not in message(request(reasoning_effort=effort))


def test_reasoning_is_counted_as_output():
    plain, thoughtful = whole(request()), whole(request(reasoning_effort="low"))
    reasoned = thoughtful["usage"]["completion_tokens_details"]["reasoning_tokens"]
    assert reasoned > 10 and thoughtful["usage"]["completion_tokens"] == plain["usage"]["completion_tokens"] + reasoned
    assert "low effort" in thoughtful["choices"][0]["message"]["reasoning_content"]


def test_reasoning_is_streamed_before_the_answer():
    events = streamed(request(reasoning_effort="low"))
    thoughts, words = list(map(chat.thought, events)), list(map(chat.delta, events))
    first_word = next(place for place, word in enumerate(words) if word)
    assert any(thoughts[:first_word]) and not any(thoughts[first_word:])


@pytest.mark.parametrize("limit", [1, 3, 4, 10, 40, 60])
@pytest.mark.parametrize("more", [{}, {"reasoning_effort": "low"}, {"tools": TOOLS}, {"messages": REFUSE}])
def test_token_limit_holds(limit, more):
    answer = whole(request(max_completion_tokens=limit) | more)
    cut = answer["choices"][0]["finish_reason"] == "length"
    assert answer["usage"]["completion_tokens"] <= max(limit, 8) and (cut or limit >= 10)


def test_several_choices_differ_in_words():
    answer, single = whole(request("Name three rivers", n=3)), whole(request("Name three rivers"))
    said = [choice["message"]["content"] for choice in answer["choices"]]
    assert len(set(said)) == 3 and [choice["index"] for choice in answer["choices"]] == [0, 1, 2]
    assert said[0] == single["choices"][0]["message"]["content"]
    assert answer["usage"]["completion_tokens"] > 3 * single["usage"]["completion_tokens"]


def test_log_probabilities_are_sorted_and_those_of_the_words():
    [choice] = whole(request("Hello!", logprobs=True, top_logprobs=20))["choices"]
    rows = choice["logprobs"]["content"]
    assert "".join(row["token"] for row in rows) == choice["message"]["content"]
    for row in rows:
        chances = [other["logprob"] for other in row["top_logprobs"]]
        assert len(chances) == 20 and chances == sorted(chances, reverse=True) and chances[0] == row["logprob"] <= 0
        assert sum(map(math.exp, chances)) < 1.0001 and bytes(row["bytes"]).decode() == row["token"]


def test_fingerprint_is_given_with_a_seed():
    assert "system_fingerprint" not in whole(request())
    assert whole(request(seed=5))["system_fingerprint"] == whole(request(seed=6))["system_fingerprint"]


def picture(url: str, **more: Any) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url, **more}}


def sound(content: bytes, kind: str = "wav") -> dict[str, Any]:
    return {"type": "input_audio", "input_audio": {"data": base64.b64encode(content).decode(), "format": kind}}


DRAWN, SPOKEN = data_url(drawn("a", 160, 96)), wav(bytes(2 * RATE))


@pytest.mark.parametrize(
    ("part", "words", "tokens"),
    [
        (picture(DRAWN), "a PNG picture of 160 × 96 pixels", 255),
        (picture(data_url(drawn("a", 1024, 1024))), "1,024 × 1,024 pixels", 765),
        (picture(data_url(drawn("a", 2048, 4096))), "2,048 × 4,096 pixels", 1105),
        (picture(DRAWN, detail="low"), "160 × 96", 85),
        (picture("https://pictures.example:8000/secret/cat.png?key=1"), "a picture at pictures.example.", 765),
        (picture("data:image/webp;base64,UklGRg=="), "a WebP picture.", 765),
        (sound(SPOKEN), "a WAV of 1.0 seconds", 10),
        (sound(b"ID3" + bytes(32_000), "mp3"), "an MP3 of 32,003 bytes", 20),
    ],
)
def test_tells_what_came_with_the_text_and_counts_it(part, words, tokens):
    answer, plain = (whole(request([{"type": "text", "text": "What is it?"}, *more])) for more in ([part], []))
    said = answer["choices"][0]["message"]["content"]
    assert words in said and "secret" not in said
    assert answer["usage"]["prompt_tokens"] - plain["usage"]["prompt_tokens"] == tokens
    heard = answer["usage"].get("prompt_tokens_details", {}).get("audio_tokens", 0)
    assert heard == (tokens if part["type"] == "input_audio" else 0)


def test_names_several_pictures():
    content = [{"type": "text", "text": "Compare"}, *[picture(DRAWN)] * 12]
    assert "160 × 96 pixels and 2 more." in message(request(content))["content"]


ENDLESS = wav(bytes(200))[:40] + b"\xff\xff\xff\x7f" + bytes(200)


def test_a_wav_is_as_long_as_its_samples():
    assert "a WAV of 0.0 seconds" in message(request([sound(ENDLESS)]))["content"]
