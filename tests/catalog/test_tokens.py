"""Counting a text: exact with a known encoding, else an estimate that says so."""

import base64
import hashlib
import html
import inspect
import re
from types import SimpleNamespace

import pytest
from tiktoken_ext import openai_public

from catalog.costs import tokens


@pytest.mark.parametrize("name", tokens.ENCODINGS)
def test_the_ranks_are_those_that_openai_publishes(name):
    encoding = tokens.loaded(name)
    ranks = sorted((encoding.encode_single_token(token), token) for token in encoding.token_byte_values())
    published = b"".join(base64.b64encode(token) + b" %d\n" % rank for rank, token in ranks)
    assert hashlib.sha256(published).hexdigest() in inspect.getsource(getattr(openai_public, name))


# Counted with npm's js-tiktoken 1.0.21.
@pytest.mark.parametrize(
    ("text", "cl100k", "o200k"),
    [
        ("Hello world, how are you", 6, 6), ("", 0, 0), ("It's I'LL we'Ve DON'T", 10, 7), ("1234567890 12 345", 8, 8),
        ("  \n\n\t x  ", 4, 4), ("Grüße, 世界! こんにちは 🙂👩‍👩‍👧 مرحبا", 30, 19),
        ("def f(x):\n    return x**2  # ok\r\n", 13, 13), ("<|endoftext|> a <|fim_prefix|>", 14, 14), ("ſ'ſ K’s", 7, 5),
    ],
)  # fmt: skip
def test_counts_as_another_tokenizer_does(text, cl100k, o200k):
    assert tokens.counted(text, "cl100k_base").tokens == cl100k
    assert tokens.counted(text, "o200k_base").tokens == o200k


@pytest.mark.parametrize("char", [" ", "a", "\n", "\u3000"])
def test_the_largest_text_is_counted(char):
    size = tokens.LARGEST // len(char.encode())
    assert tokens.counted(char * size, "o200k_base").characters == size


@pytest.mark.parametrize(
    ("slug", "encoding"),
    [
        ("openai/gpt-4o-mini", "o200k_base"), ("openai/gpt-4", "cl100k_base"), ("groq/gpt-oss-120b", "o200k_base"),
        ("anthropic/claude-sonnet-4.5", None), ("openai/davinci", None), ("openai/whisper-1", None), ("acme/gpt-4", None),
    ],
)  # fmt: skip
def test_knows_which_encodings_are_known(slug, encoding):
    assert tokens.encoding_of(SimpleNamespace(slug=slug, provider=slug.partition("/")[0])) == encoding


def test_the_counts_go_into_the_address_and_the_text_does_not(client, catalog):
    form = {"text": "Hello world, how are you", "as": "input_tokens", "calculation": "models=acme/talk-large&requests=7"}
    answer = client.post("/calculator/count", form)
    assert answer.status_code == 303
    assert answer["Location"] == (
        "/calculator?models=acme/talk-large&requests=7&input_tokens=6&output_tokens=500&cached=0&batch=0"
        "&characters=24&tokens=6&encoding=o200k_base"
    )
    page = " ".join(html.unescape(re.sub("<[^>]+>", " ", client.get(answer["Location"]).text)).split())
    assert "24 characters, 6 tokens of o200k_base. An estimate for acme/talk-large: its own encoding is not known" in page
    assert "7 requests × 6 tokens" in page


def test_characters_are_counted_for_models_paid_by_them(client, catalog):
    answer = client.post("/calculator/count", {"text": "Grüße", "calculation": "models=openai/tts-1-hd"})
    assert "characters=5&" in answer["Location"]


def test_a_text_that_is_too_long_is_refused_and_kept(client, catalog):
    answer = client.post("/calculator/count", {"text": "é" * 250_001, "calculation": "models=acme/talk-large&requests=7"})
    assert answer.status_code == 413
    assert "Text (text) must have 1 to 500,000 bytes. Count it in parts." in answer.text
    assert "é" * 250_001 in answer.text and 'value="7"' in answer.text


@pytest.mark.parametrize(("text", "status"), [("", 400), ("x" * 1_100_000, 413)])
def test_other_sizes_are_refused(client, catalog, text, status):
    assert client.post("/calculator/count", {"text": text}).status_code == status


def test_a_page_is_not_counted_by_a_link(client, catalog):
    assert client.get("/calculator/count").status_code == 405
