"""Messages, their parts, tools and formats: from the form's fields to the body that is sent, and back into the form."""

import html
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.endpoints.sandbox.pictures import drawn
from catalog.endpoints.sandbox.tone import pcm, wav
from playground.models import Run

CALL = {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": '{"city":"Oslo"}'}}
WEATHER = {"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {}}}}
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": False}
PICTURE = drawn("a tram", 32, 16)


@pytest.fixture
def sent(run):
    """sent(**fields) runs them and gives the body that the gateway received."""

    def body(**fields: Any) -> dict[str, Any]:
        answer = run(**fields)
        assert answer.status_code == 200, answer.content.decode()
        return json.loads(answer.json()["request"]["body"])

    return body


@pytest.fixture
def refusal(run):
    """refusal(**fields) gives the sentence that turns them down."""

    def sentence(**fields: Any) -> str:
        answer = run(**fields)
        assert answer.status_code == 422 and not Run.objects.exists()
        return answer.json()["error"]["message"]

    return sentence


def upload(content: bytes, name: str = "any.bin") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_messages_keep_their_order(sent):
    fields = {"role": ["user", "assistant", "user"], "content": ["One", "Two", "Three"], "message": ["3", "1", "2"]}
    assert [(m["role"], m["content"]) for m in sent(**fields)["messages"]] == [
        ("user", "One"), ("assistant", "Two"), ("user", "Three"),
    ]  # fmt: skip


def test_picture_becomes_a_part(sent):
    [message] = sent(content="What is this?", message="a", **{"file-a": upload(PICTURE, "lies.txt")})["messages"]
    assert message["content"][0] == {"type": "text", "text": "What is this?"}
    assert message["content"][1]["image_url"]["url"].startswith("data:image/png;base64,iVBOR")


def test_picture_needs_no_text(sent):
    [message] = sent(content="", message="a", **{"address-a": "https://pictures.example/tram.png"})["messages"]
    assert message["content"] == [{"type": "image_url", "image_url": {"url": "https://pictures.example/tram.png"}}]


def test_sound_becomes_a_part(sent):
    [message] = sent(content="Listen", message="a", **{"file-a": upload(wav(pcm("la")))})["messages"]
    assert (message["content"][1]["type"], message["content"][1]["input_audio"]["format"]) == ("input_audio", "wav")


def test_attached_part_stays_until_it_is_unchecked(sent):
    part = {"type": "image_url", "image_url": {"url": "https://pictures.example/tram.png", "detail": "low"}}
    assert sent(message="a", **{"attached-a": json.dumps(part)})["messages"][0]["content"][1] == part


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"file-a": upload(b"#!/bin/sh")}, ["message 1", "PNG", "WAV"]),
        ({"file-a": upload(PICTURE + bytes(2_100_000))}, ["message 1", "2,048 KB"]),
        ({"address-a": "javascript:alert(1)"}, ["message 1", "https://"]),
        ({"address-a": "http://["}, ["message 1", "https://"]),
    ],
)
def test_refuses_a_part_that_is_none(refusal, fields, words):
    told = refusal(message="a", **fields)
    assert [word for word in ["Messages", *words] if word not in told] == []


def test_refuses_too_many_pictures(refusal):
    fields = {f"address-{n}": f"https://pictures.example/{n}.png" for n in range(11)}
    told = refusal(role=["user"] * 11, content=["Look"] * 11, message=[str(n) for n in range(11)], **fields)
    assert "11 pictures and sounds are too many; at most 10" in told


def test_model_without_vision_is_sent_no_picture(refusal, catalog, monkeypatch):
    monkeypatch.setitem(catalog.by_slug["acme/talk-large"].capabilities, "vision", False)
    told = refusal(message="a", **{"address-a": "https://pictures.example/tram.png"})
    assert "acme/talk-large takes no pictures (Vision)." in told and "another model" in told


def test_tool_call_and_its_answer_are_sent(sent):
    fields = {
        "role": ["user", "assistant", "tool"], "content": ["Weather in Oslo?", "", "Rain"], "message": ["1", "2", "3"],
        "tool_calls-2": json.dumps([CALL]), "tool_call_id-3": "call_1",
    }  # fmt: skip
    assert sent(**fields, tools=json.dumps([WEATHER]))["messages"][1:] == [
        {"role": "assistant", "content": None, "tool_calls": [CALL]},
        {"role": "tool", "content": "Rain", "tool_call_id": "call_1"},
    ]


def test_what_belongs_to_another_role_is_not_sent(sent):
    fields = {"message": "1", "tool_calls-1": json.dumps([CALL]), "tool_call_id-1": "call_1"}
    assert sent(**fields)["messages"] == [{"role": "user", "content": "Hello!"}]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"role": "tool"}, ["message 1", "tool_call_id"]),
        ({"role": "tool", "content": "", "tool_call_id-1": "x"}, ["message 1", "what the tool gave"]),
        ({"role": "assistant", "tool_calls-1": "[{]"}, ["message 1", "tool_calls is not valid JSON", "line 1"]),
        ({"role": "assistant", "tool_calls-1": '[{"id": "a"}]'}, ["message 1", "tool_calls[0]", "required"]),
        ({"tools": "[{"}, ["tools", "not valid JSON at line 1"]),
        ({"tools": '{"a": 1}'}, ["tools", "array"]),
        ({"tools": '[{"type": "function", "function": {"name": "a b"}}]'}, ["tools", "[0].function.name"]),
        ({"tools": "[" * 30_000}, ["tools", "not valid JSON"]),
        ({"tools": "[" * 60 + "]" * 60}, ["tools", "nested too deep"]),
        ({"tool_choice": "auto"}, ["tool_choice", "needs tools"]),
        ({"tool_choice": "other", "tools": json.dumps([WEATHER])}, ["tool_choice", "auto", "get_weather"]),
        ({"response_format": "xml"}, ["response_format", "json_object"]),
        ({"response_format": "json_schema"}, ["response_format", "needs a schema"]),
        ({"response_format": "json_schema", "response_format_schema": "{"}, ["response_format", "line 1"]),
        ({"response_format": "json_schema", "response_format_schema": "[]"}, ["response_format", "object"]),
    ],
)
def test_refusal_names_the_place(refusal, fields, words):
    told = refusal(message="1", **fields)
    assert [word for word in words if word not in told] == []


def test_named_tool_choice(sent):
    body = sent(tools=json.dumps([WEATHER]), tool_choice="get_weather")
    assert body["tools"] == [WEATHER] and body["tool_choice"] == {"type": "function", "function": {"name": "get_weather"}}


def test_bare_schema_gets_a_name(sent):
    body = sent(response_format="json_schema", response_format_schema=json.dumps(SCHEMA))
    assert body["response_format"] == {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA}}


def test_named_schema_stays_as_it_is(sent):
    named = {"name": "place", "strict": True, "schema": SCHEMA}
    body = sent(response_format="json_schema", response_format_schema=json.dumps(named))
    assert body["response_format"]["json_schema"] == named


def test_model_without_json_schema_is_not_sent_one(refusal, catalog, monkeypatch):
    monkeypatch.setitem(catalog.by_slug["acme/talk-large"].capabilities, "json_schema", False)
    told = refusal(response_format="json_schema", response_format_schema=json.dumps(SCHEMA))
    assert "acme/talk-large has no JSON schema." in told


def test_run_says_what_was_left_out(run, client):
    record = run(model="acme/talk-free", tools=json.dumps([WEATHER]), temprature="0.5").json()
    assert record["left_out"] == [
        {"name": "tools", "reason": "this model has no tools"},
        {"name": "temprature", "reason": "this endpoint has no such parameter"},
    ]
    shown = client.get(f"/playground/runs/{record['run']}").content.decode()
    assert "Left out, this model has no tools: <code>tools</code>" in shown


def test_raw_body_leaves_nothing_out(run):
    assert run(model="acme/talk-free", body='{"messages": [], "tools": []}').json()["left_out"] == []


@pytest.fixture
def form(client, run):
    """form(choice=…, **fields) runs the fields and gives the form that `?run=` fills from it."""

    def page(choice: str = "", **fields: Any) -> str:
        name = run(**fields).json()["run"]
        answer = client.get(f"/playground?run={name}{choice and f'&choice={choice}'}")
        assert answer.status_code == 200
        return html.unescape(answer.content.decode())

    return page


def test_run_fills_the_form_again(form):
    part = json.dumps({"type": "image_url", "image_url": {"url": "https://pictures.example/tram.png"}})
    shown = form(content="Kept", message="a", temperature="0.5", tools=json.dumps([WEATHER]), **{"attached-a": part})
    assert "Kept</textarea>" in shown and 'name="temperature"' in shown and 'value="0.5"' in shown
    assert f'value="{part}" checked' in shown and '"get_weather"' in shown


def test_raw_run_keeps_what_the_form_does_not_know(form):
    shown = form(body='{"model": "acme/talk-large", "messages": [{"role": "user", "content": "Hi"}], "top_k": 5}')
    assert '"top_k": 5}</textarea>' in shown


@pytest.mark.parametrize("rest", ["", "&choice=0"])
def test_long_conversation_comes_back_as_its_body(run, client, rest):
    record = run(body=json.dumps({"messages": [{"role": "user", "content": "Hi"}] * 5000})).json()
    page = client.get(f"/playground?run={record['run']}{rest}").content.decode()
    assert html.escape(record["request"]["body"]) in page and page.count('name="content"') < 5


def test_answer_is_gone_on_with(form):
    shown = form(choice="0", content="Hello!")
    place = [shown.index(text) for text in ("Hello!</textarea>", "How can I help you today?</textarea>", "autofocus")]
    assert place == sorted(place)


def test_foreign_and_unknown_runs_are_not_found(run, client):
    name = run().json()["run"]
    client.cookies.clear()
    for asked in (name, "nonsense", "00000000-0000-0000-0000-000000000000"):
        assert client.get(f"/playground?run={asked}").status_code == 404


def test_speech_run_fills_its_form(speak, client):
    name = speak(input="Say this again").json()["run"]
    assert "Say this again</textarea>" in client.get(f"/playground?run={name}").content.decode()


def test_an_answer_of_megabytes_is_shown_in_part_and_not_gone_on_with(run, client, network):
    network.says({"choices": [{"message": {"role": "assistant", "content": "x" * 3_000_000}, "finish_reason": "stop"}]})
    made = run().json()["run"]
    page = client.get(f"/playground/runs/{made}").content.decode()
    assert len(page) < 1_300_000 and "The first 500,000 of 3,000,000 characters" in page and "choice=0\">Continue" not in page
    assert len(client.get(f"/playground?run={made}&choice=0").content) < 200_000
