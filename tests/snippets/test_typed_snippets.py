"""Snippets of requests that a visitor has typed: streamed, hostile or unusual, they still say what was typed."""

from collections.abc import Callable
from typing import Any

import expected
import languages
import pytest
from panels import LANGUAGES

from catalog import snapshot
from catalog.calling.snippets import snippets

HELLO = "Hello! How can I help you today?"
HOSTILE = """It's "odd": $HOME `id` \\ \\n ${x} 日本 'quoted'\nand 100% {new}"""


@pytest.fixture(params=LANGUAGES.values())
def language(request) -> str:
    return request.param


@pytest.fixture
def said(site, language, tmp_path) -> Callable[[str, dict[str, Any]], str]:
    """said(endpoint, body) is what the snippet of a request prints, run in `tmp_path`."""
    if reason := languages.lacking(language):
        pytest.skip(reason)

    def run(key: str, body: dict[str, Any]) -> str:
        done = languages.run(language, snippets(key, body)[language], tmp_path)
        assert done.code == 0, done.complaint
        return done.said

    return run


def chat_body(**more: Any) -> dict[str, Any]:
    model = next(card for card in snapshot.latest().cards if card.endpoints[:1] == ("chat",))
    return {"model": model.upstream_id, "messages": [{"role": "user", "content": "Hello!"}]} | more


def test_stream_is_printed(said, language):
    printed = said("chat", chat_body(stream=True))
    assert printed.endswith("data: [DONE]\n\n") if language == "curl" else printed.strip() == HELLO


def test_keeps_what_was_typed(said, language):
    """The sandbox quotes the message that it received."""
    printed = said("chat", chat_body(messages=[{"role": "user", "content": HOSTILE}]))
    assert ("and 100% {new}" if language == "curl" else f"“{HOSTILE}”") in printed


def test_speaks_what_was_typed(said, tmp_path):
    said("speech", {"model": "openai/tts-1-hd", "input": HOSTILE, "voice": "alloy", "response_format": "wav"})
    assert expected.silent(tmp_path) == ""


def test_sends_fields_that_no_sdk_knows(said):
    body = chat_body(top_k=5, nested={"on": True, "none": None})
    assert HELLO in said("chat", body) and "extra_body" in snippets("chat", body)["python"]


def test_curl_takes_the_key_from_the_environment(site, tmp_path, monkeypatch):
    monkeypatch.setattr(languages, "ENVIRONMENT", {})
    done = languages.run("curl", snippets("chat", chat_body())["curl"], tmp_path)
    assert "authentication_error" in done.said
