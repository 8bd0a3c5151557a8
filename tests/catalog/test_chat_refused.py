"""What the sandbox turns down in chat, each time naming the field at fault."""

import base64
from typing import Any

import pytest

from catalog.endpoints import chat
from catalog.endpoints.answers import Refused
from catalog.endpoints.sandbox.pictures import SAMPLE_URL as DRAWN
from catalog.endpoints.sandbox.tone import wav

WEATHER = {"name": "get_weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}
TOOL = {"type": "function", "function": WEATHER}
CALL = {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
ANSWER = {"role": "tool", "tool_call_id": "call_1", "content": "7 degrees, rain"}
SPOKEN = wav(bytes(4800))


def picture(url: str) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url}}


def sound(content: bytes, kind: str = "wav") -> dict[str, Any]:
    return {"type": "input_audio", "input_audio": {"data": base64.b64encode(content).decode(), "format": kind}}


def content(*parts: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": list(parts)}]}


def after_call(*answers: dict[str, Any]) -> dict[str, Any]:
    return {"messages": [{"role": "assistant", "content": None, "tool_calls": [CALL]}, *answers]}


def tool(**more: Any) -> dict[str, Any]:
    return {"tools": [{"type": "function", "function": WEATHER | more}]}


def form(**more: Any) -> dict[str, Any]:
    return {"response_format": {"type": "json_schema", "json_schema": {"name": "place", **more}}}


BARE = CALL | {"function": {"name": "get_weather"}}
ASSISTANT = {"role": "assistant", "content": None}
PART = "messages[0].content[0]"


@pytest.mark.parametrize(
    ("odd", "param"),
    [
        ({"n": 9}, "n"), ({"n": 0}, "n"), ({"n": True}, "n"), ({"n": "2"}, "n"),
        ({"top_logprobs": 2}, "top_logprobs"), ({"logprobs": True, "top_logprobs": 21}, "top_logprobs"),
        ({"logprobs": 1}, "logprobs"),
        ({"reasoning_effort": "huge"}, "reasoning_effort"), ({"reasoning_effort": []}, "reasoning_effort"),
        ({"stop": ["a"] * 5}, "stop"), ({"stop": 5}, "stop"),
        ({"tools": []}, "tools"), ({"tools": [TOOL] * 129}, "tools"), ({"tools": [5]}, "tools[0].type"),
        ({"tools": [{"type": "function"}]}, "tools[0].function"), (tool(name="get weather"), "tools[0].function.name"),
        (tool(name=5), "tools[0].function.name"), (tool(description=5), "tools[0].function.description"),
        (tool(parameters={"type": "string"}), "tools[0].function.parameters"),
        (tool(parameters=[]), "tools[0].function.parameters"),
        (tool(parameters={"properties": {"a": {"$ref": "http://x.example"}}, "required": ["a"]}), "tools[0].function.parameters"),
        ({"tool_choice": "auto"}, "tool_choice"), ({"tools": [TOOL], "tool_choice": "any"}, "tool_choice"),
        ({"tools": [TOOL], "tool_choice": {"type": "function", "function": {"name": "other"}}}, "tool_choice"),
        ({"tools": [TOOL], "tool_choice": {"function": {"name": []}}}, "tool_choice"),
        ({"response_format": "json"}, "response_format"), ({"response_format": {"type": []}}, "response_format"),
        ({"response_format": {"type": "json_schema"}}, "response_format.json_schema"),
        (form(), "response_format.json_schema.schema"), (form(schema={"pattern": "a"}), "response_format.json_schema.schema"),
        (content(5), PART), (content({"type": "video_url"}), PART), (content({"type": "text"}), PART),
        (content({"type": []}), PART),
        (content(picture("data:image/png;base64,@@")), PART), (content(picture("data:image/png;base64,")), PART),
        (content(picture("data:text/html;base64,aaaa")), PART), (content(picture("file:///etc/passwd")), PART),
        (content(picture("http://[")), PART), (content({"type": "image_url", "image_url": DRAWN}), PART),
        (content(sound(b"RIFF")), PART), (content(sound(b"", "mp3")), PART), (content(sound(SPOKEN, "ogg")), PART),
        (content(*[picture(DRAWN)] * 101), "messages[0].content"),
        ({"messages": [{"role": "user"}]}, "messages[0].content"),
        ({"messages": [{"role": "boss", "content": ""}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": "", "tool_calls": [CALL]}]}, "messages[0].tool_calls"),
        ({"messages": [ASSISTANT | {"tool_calls": [CALL | {"id": 5}]}]}, "messages[0].tool_calls[0]"),
        ({"messages": [ASSISTANT | {"tool_calls": [BARE]}]}, "messages[0].tool_calls[0].function.arguments"),
        (after_call(), "messages"), (after_call({"role": "user", "content": "?"}), "messages[1]"),
        (after_call(ANSWER | {"tool_call_id": "call_2"}), "messages[1].tool_call_id"),
        (after_call(ANSWER | {"tool_call_id": []}), "messages[1].tool_call_id"),
        ({"messages": [ANSWER]}, "messages[0].tool_call_id"),
    ],
)  # fmt: skip
def test_refuses_what_is_wrong_and_names_it(odd, param):
    with pytest.raises(Refused) as refusal:
        chat.reply({"model": "m", "messages": [{"role": "user", "content": "The weather?"}]} | odd)
    assert refusal.value.param == param
    assert str(refusal.value).startswith(param.partition("[")[0].partition(".")[0])


def test_all_schemas_of_a_request_share_its_steps():
    """What one schema may take, 128 tools with eight answers each may not take again."""
    wide = {"type": "object", "properties": {f"p{n}": WEATHER["parameters"] for n in range(99)}}
    tools = [{"type": "function", "function": {"name": f"weather_{n}", "parameters": wide}} for n in range(128)]
    asked = {"messages": [{"role": "user", "content": "The weather?"}]}
    assert chat.reply(asked | {"tools": tools[:1]})
    with pytest.raises(Refused, match="too many combinations"):
        chat.reply(asked | {"tools": tools, "n": 8})
