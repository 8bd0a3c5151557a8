"""The official openai SDK against the running site's sandbox."""

import io
import wave
from collections.abc import Iterator

import openai
import pytest

from catalog import snapshot
from playground.sandbox import transport

MESSAGES = [{"role": "system", "content": "You are a helpful assistant."}, {"role": "user", "content": "Hello!"}]


@pytest.fixture
def sdk(site) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{site}/sandbox/v1", api_key="sk-any-word", max_retries=0, timeout=20) as client:
        yield client


@pytest.fixture
def chat(site) -> str:
    """A model that answers chat."""
    return next(card.slug for card in snapshot.latest().cards if card.endpoints[:1] == ("chat",))


def test_lists_the_whole_catalog(sdk):
    models = list(sdk.models.list())
    assert len(models) == len(snapshot.latest().cards) > 350
    assert {model.object for model in models} == {"model"}
    assert all(isinstance(model.created, int) and model.owned_by for model in models)


def test_lists_the_whole_catalog_of_the_site_s_own_api(site):
    with openai.OpenAI(base_url=f"{site}/api/v1", api_key="none", max_retries=0, timeout=20) as client:
        assert len(list(client.models.list())) == len(snapshot.latest().cards)
        assert client.models.retrieve("openai/tts-1-hd").id == "openai/tts-1-hd"


def test_retrieves_a_model(sdk):
    assert sdk.models.retrieve("openai/tts-1-hd").id == "openai/tts-1-hd"


def test_chats(sdk, chat):
    answer = sdk.chat.completions.create(model=chat, messages=MESSAGES)
    assert answer.choices[0].message.content == "Hello! How can I help you today?"
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens, answer.usage.total_tokens) == (24, 12, 36)


def test_streams_with_usage(sdk, chat):
    chunks = list(sdk.chat.completions.create(model=chat, messages=MESSAGES, stream=True, stream_options={"include_usage": True}))
    said = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices]
    assert "".join(word or "" for word in said) == "Hello! How can I help you today?"
    assert [chunk.usage.total_tokens for chunk in chunks if chunk.usage] == [36]


def test_stream_is_paced(sdk, chat, gate):
    """The first word is here while the sandbox has yet to send the rest."""
    before = transport.streams["finished"]
    stream = sdk.chat.completions.create(model=chat, messages=MESSAGES, stream=True)
    gate.let(1)
    assert [next(stream).choices[0].delta.content for _ in range(2)] == ["", "Hello!"]
    assert transport.streams["finished"] == before
    gate.open()
    assert [chunk.choices[0].delta.content for chunk in stream][-2:] == [" today?", None]


def test_speaks(sdk):
    answer = sdk.audio.speech.create(model="openai/tts-1-hd", voice="alloy", input="Hello!", response_format="wav")
    with wave.open(io.BytesIO(answer.read())) as sound:
        assert sound.getnframes() > 4000
    assert answer.response.headers["x-modelry-sandbox"] == "1"


@pytest.mark.parametrize(
    ("status", "kind", "wait"),
    [
        (401, openai.AuthenticationError, None), (402, openai.APIStatusError, None), (404, openai.NotFoundError, None),
        (429, openai.RateLimitError, "2"), (500, openai.InternalServerError, None), (503, openai.InternalServerError, "2"),
    ],
)  # fmt: skip
def test_error_is_the_sdk_s_own(sdk, chat, status, kind, wait):
    with pytest.raises(kind) as caught:
        sdk.chat.completions.create(model=chat, messages=MESSAGES, extra_headers={"x-sandbox-error": str(status)})
    assert (caught.value.status_code, caught.value.response.headers.get("retry-after")) == (status, wait)
    assert caught.value.body["type"] == caught.value.type


def test_unknown_model_is_not_found(sdk):
    with pytest.raises(openai.NotFoundError, match="No model is called"):
        sdk.chat.completions.create(model="no/such-model", messages=MESSAGES)


def test_bad_request_names_the_parameter(sdk, chat):
    with pytest.raises(openai.BadRequestError) as caught:
        sdk.chat.completions.create(model=chat, messages=[])
    assert caught.value.param == "messages"
