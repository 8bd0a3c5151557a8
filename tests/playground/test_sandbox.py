"""The built-in gateway, over HTTP and in process."""

import io
import json
import wave
from typing import Any

import httpx
import pytest
from asgiref.sync import async_to_sync
from django.test import Client

from playground.sandbox import transport

GREETING = [{"role": "system", "content": "You are a helpful assistant."}, {"role": "user", "content": "Hello!"}]
CHAT = {"model": "acme/talk-large", "messages": GREETING}
SPEECH = {"model": "openai/tts-1-hd", "input": "Hello!", "voice": "alloy", "response_format": "wav"}

pytestmark = pytest.mark.usefixtures("catalog")


def post(path: str, body: Any, key: str = "Bearer sk-test", **headers: str) -> Any:
    """An answer of the sandbox over HTTP, to a client that has no cookie."""
    sent = {"Authorization": key} | {name.replace("_", "-"): value for name, value in headers.items()}
    return Client(enforce_csrf_checks=True).post(f"/sandbox/v1{path}", body, content_type="application/json", headers=sent)


def get(path: str) -> Any:
    return Client().get(f"/sandbox/v1{path}", headers={"Authorization": "Bearer sk-test"})


def events(**more: Any) -> list[str]:
    """The data of the events of a streamed answer."""
    answer = post("/chat/completions", CHAT | {"stream": True} | more)

    async def read() -> str:
        return b"".join([piece async for piece in answer.streaming_content]).decode()

    return [event.removeprefix("data: ") for event in async_to_sync(read)().strip().split("\n\n")]


def test_counts_the_spec_s_example_as_the_spec_does():
    answer = post("/chat/completions", CHAT).json()
    assert answer["usage"] == {"prompt_tokens": 24, "completion_tokens": 12, "total_tokens": 36}
    assert answer["choices"][0]["message"] == {"role": "assistant", "content": "Hello! How can I help you today?"}


@pytest.mark.parametrize(("path", "body"), [("/chat/completions", CHAT), ("/audio/speech", SPEECH)])
def test_same_request_same_answer(path, body):
    first, second = post(path, body), post(path, body)
    assert first.content == second.content
    assert first["x-request-id"] == second["x-request-id"]


@pytest.mark.parametrize("path", ["/models", "/models/acme/talk-large", "/models/no/such", "/nowhere"])
def test_every_answer_says_that_it_is_the_sandbox(path):
    assert get(path)["x-modelry-sandbox"] == "1"


def test_answers_and_errors_say_that_it_is_the_sandbox():
    asked = [("/audio/speech", SPEECH), ("/chat/completions", CHAT), ("/chat/completions", {}), ("/nowhere", {})]
    assert [post(path, body)["x-modelry-sandbox"] for path, body in asked] == ["1"] * 4


def test_tells_what_it_received():
    said = post("/chat/completions", CHAT | {"messages": [{"role": "user", "content": "Name three rivers"}]}).json()
    content = said["choices"][0]["message"]["content"]
    assert "no model was called" in content and "“Name three rivers”" in content and "3 words" in content


def test_reads_messages_made_of_parts():
    parts = [{"type": "text", "text": "Name three rivers"}, {"type": "image_url", "image_url": {"url": "https://x.example"}}]
    said = post("/chat/completions", CHAT | {"messages": [{"role": "user", "content": parts}]}).json()
    assert "“Name three rivers”" in said["choices"][0]["message"]["content"]


def test_answers_json_where_json_is_asked_for():
    said = post("/chat/completions", CHAT | {"response_format": {"type": "json_object"}}).json()
    assert json.loads(said["choices"][0]["message"]["content"])["messages"] == 2


@pytest.mark.parametrize("stop", ["can", ["can", "you"]])
def test_stops_before_a_stop_text(stop):
    [choice] = post("/chat/completions", CHAT | {"stop": stop}).json()["choices"]
    assert (choice["message"]["content"], choice["finish_reason"]) == ("Hello! How ", "stop")


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
def test_token_limit_cuts_the_answer(name):
    answer = post("/chat/completions", CHAT | {name: 6}).json()
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["choices"][0]["message"]["content"] == "Hello! How"
    assert answer["usage"]["completion_tokens"] == 6


def test_stream_has_the_words_of_the_whole_answer():
    *chunks, done = events()
    words = [json.loads(chunk)["choices"][0]["delta"].get("content") for chunk in chunks]
    assert done == "[DONE]"
    assert words == ["", "Hello!", " How", " can", " I", " help", " you", " today?", None]
    assert json.loads(chunks[-1])["choices"][0]["finish_reason"] == "stop"


def test_stream_counts_only_when_asked():
    assert not any('"usage"' in event for event in events())
    counted = json.loads(events(stream_options={"include_usage": True})[-2])
    assert (counted["choices"], counted["usage"]["total_tokens"]) == ([], 36)


def test_stream_is_declared_as_one():
    answer = post("/chat/completions", CHAT | {"stream": True})
    assert answer["Content-Type"] == "text/event-stream" and answer["x-modelry-sandbox"] == "1"


def test_streams_are_counted():
    before = transport.streams.copy()
    events()
    assert transport.streams - before == {"started": 1, "finished": 1}


def test_speech_is_a_playable_wav():
    answer = post("/audio/speech", SPEECH)
    with wave.open(io.BytesIO(answer.content)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 24_000)
        assert 0.3 < sound.getnframes() / 24_000 < 3
        assert len(set(sound.readframes(sound.getnframes()))) > 100
    assert answer["Content-Type"] == "audio/wav" and "x-modelry-sandbox-note" not in answer


def test_bare_samples_are_those_of_the_wav():
    samples = post("/audio/speech", SPEECH | {"response_format": "pcm"})
    with wave.open(io.BytesIO(post("/audio/speech", SPEECH).content)) as sound:
        assert samples.content == sound.readframes(sound.getnframes())
    assert samples["Content-Type"] == "audio/pcm"


def test_format_that_it_cannot_make_is_noted():
    answer = post("/audio/speech", SPEECH | {"response_format": "mp3"})
    assert (answer["Content-Type"], answer["x-modelry-sandbox-note"]) == ("audio/wav", "The sandbox makes no mp3. This is wav.")


@pytest.mark.parametrize("more", [{"voice": "nova"}, {"speed": 2}, {"input": "Goodbye!"}])
def test_speech_follows_the_request(more):
    assert post("/audio/speech", SPEECH | more).content != post("/audio/speech", SPEECH).content


@pytest.mark.parametrize("key", ["", "Bearer", "Bearer  "])
def test_without_a_key_it_is_a_401(key):
    answer = post("/chat/completions", CHAT, key=key)
    assert (answer.status_code, answer.json()["error"]["type"]) == (401, "authentication_error")


@pytest.mark.parametrize("status", [401, 402, 404, 429, 500, 503])
def test_errors_can_be_tried(status):
    answer = post("/chat/completions", CHAT, x_sandbox_error=str(status))
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, status)
    assert error.keys() == {"message", "type", "param", "code"}
    assert answer.get("Retry-After") == ("2" if status in (429, 503) else None)


@pytest.mark.parametrize("wanted", ["418", "x", "²"])
def test_unknown_error_lists_those_that_can_be_tried(wanted):
    answer = post("/chat/completions", CHAT, x_sandbox_error=wanted)
    assert answer.status_code == 400
    assert "401, 402, 404, 429, 500, 503" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("path", "body", "status", "param"),
    [
        ("/chat/completions", CHAT | {"model": "no/such"}, 404, "model"),
        ("/chat/completions", CHAT | {"model": None}, 404, "model"),
        ("/chat/completions", CHAT | {"model": "openai/tts-1-hd"}, None, None),
        ("/audio/speech", SPEECH | {"model": "acme/talk-large"}, 404, "model"),
        ("/responses", CHAT, 400, "input"),
        ("/nowhere", CHAT, 404, None),
        ("/chat/completions", CHAT | {"messages": []}, 400, "messages"),
        ("/chat/completions", CHAT | {"messages": "Hello!"}, 400, "messages"),
        ("/chat/completions", CHAT | {"messages": [5]}, 400, "messages[0]"),
        ("/audio/speech", SPEECH | {"input": " "}, 400, "input"),
        ("/audio/speech", SPEECH | {"input": "x" * 4097}, 400, "input"),
        ("/audio/speech", SPEECH | {"response_format": "mp4"}, 400, "response_format"),
        ("/audio/speech", SPEECH | {"speed": 9}, 400, "speed"),
        ("/chat/completions", [], 400, None),
    ],
)
def test_refuses_what_a_gateway_would(path, body, status, param):
    answer = post(path, json.dumps(body))
    assert answer.status_code == (status or 200)
    assert answer.json().get("error", {}).get("param") == param


@pytest.mark.parametrize("body", ["", "{", "[" * 100_000, b"\xff\xfe", '{"model": NaN}'])
def test_what_is_no_json_is_a_400(body):
    assert post("/chat/completions", body).status_code in (400, 404)


@pytest.mark.parametrize(
    "odd",
    [
        {"stop": 5}, {"stop": [""]}, {"stop": {"a": 1}}, {"max_tokens": "5"}, {"max_tokens": -1}, {"max_tokens": True},
        {"max_tokens": 10**400}, {"messages": [{"role": "user", "content": [{"type": "text", "text": 5}]}]},
        {"messages": [{"role": "user", "content": {}}]}, {"messages": [{"role": "", "content": None}]},
        {"stream_options": 5, "stream": True}, {"response_format": "json"},
    ],
)  # fmt: skip
def test_odd_values_are_no_crash(odd):
    assert post("/chat/completions", json.dumps(CHAT | odd)).status_code in (200, 400)


@pytest.mark.parametrize("odd", [{"voice": 5}, {"voice": ["alloy"]}, {"response_format": []}, {"speed": True}, {"speed": 1e-9}])
def test_odd_speech_is_no_crash(odd):
    assert post("/audio/speech", json.dumps(SPEECH | odd)).status_code in (200, 400)


def test_lists_every_model():
    listed = get("/models").json()
    assert listed["object"] == "list" and len(listed["data"]) == 6
    assert {"id", "object", "created", "owned_by"} <= listed["data"][0].keys()


def test_lists_one_modality():
    assert [model["id"] for model in get("/models?modality=speech").json()["data"]] == ["openai/tts-1-hd"]


@pytest.mark.parametrize("name", ["acme/talk-large", "acme/talk-large-2026-03-01", "acme%2Ftalk-large"])
def test_gives_one_model_by_any_name(name):
    assert get(f"/models/{name}").json()["id"] == "acme/talk-large"


def test_alias_is_answered():
    assert post("/chat/completions", CHAT | {"model": "acme/talk-large-2026-03-01"}).status_code == 200


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_a_404(method):
    answer = getattr(Client(), method)("/sandbox/v1/chat/completions", headers={"Authorization": "Bearer x"})
    assert (answer.status_code, answer.json()["error"]["type"]) == (404, "not_found")


def test_answers_the_same_in_process():
    async def ask() -> httpx.Response:
        inside = transport.SandboxTransport("/sandbox/v1")
        async with httpx.AsyncClient(transport=inside, base_url="http://here.example/sandbox/v1") as client:
            return await client.post("/chat/completions", json=CHAT, headers={"Authorization": "Bearer x"})

    answer, over_http = async_to_sync(ask)(), post("/chat/completions", CHAT)
    assert answer.content == over_http.content
    assert answer.headers["x-request-id"] == over_http["x-request-id"]


def test_leaving_a_stream_is_noticed():
    async def leave() -> None:
        inside = transport.SandboxTransport("/sandbox/v1")
        async with httpx.AsyncClient(transport=inside, base_url="http://here.example/sandbox/v1") as client:
            body = CHAT | {"stream": True}
            async with client.stream("POST", "/chat/completions", json=body, headers={"Authorization": "Bearer x"}) as answer:
                await anext(answer.aiter_bytes())

    before = transport.streams.copy()
    async_to_sync(leave)()
    assert transport.streams - before == {"started": 1, "hung_up": 1}


@pytest.mark.parametrize("odd", [{"model": "\ud800"}, {"messages": [{"role": "user", "content": "\ud800"}]}])
def test_lone_surrogates_come_back_as_json_writes_them(odd):
    body = json.dumps(CHAT | odd)
    assert "\\ud800" in post("/chat/completions", body).content.decode()


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999"])
def test_numbers_that_json_has_not_are_a_400(number):
    body = json.dumps(CHAT)[:-1] + f', "temperature": {number}}}'
    assert post("/chat/completions", body).status_code == 400
