import base64
import html
import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from gateway.masking import MASK, Mask, Rolling

KEY = "sk-test-0123456789abcdef"
ODD = 'a/b+c=d"e\\f&g<h>0'
SIGNS = "-!$%&/()="


def spellings(key: str) -> Iterator[str]:
    once = json.dumps(key)[1:-1]
    yield from (key, once, json.dumps(once)[1:-1], key.replace("/", "\\/"), key.replace("-", "\\u002D"))
    yield from (quote(key, safe=""), quote(key, safe="").lower(), html.escape(key))
    for start, spec in (("\\u00", "02x"), ("\\u00", "02X"), ("%", "02x"), ("%", "02X")):
        yield "".join(start + format(ord(character), spec) for character in key)


@pytest.mark.parametrize("key", [KEY, ODD, SIGNS])
def test_each_spelling_of_the_key_is_masked(key: str) -> None:
    for spelled in spellings(key):
        assert masked(key, f"No such key: {spelled}!") == f"No such key: {MASK}!"


def masked(key: str, text: str) -> str:
    """What a text becomes, which a body becomes too."""
    body = bytearray(text.encode())
    Mask(key).body(body)
    assert body.decode() == Mask(key).text(text)
    return body.decode()


@pytest.mark.parametrize("user", ["", "a", "me", "you"])
@pytest.mark.parametrize("rest", ["", ":x", ":xy"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_the_key_in_basic_credentials_is_masked(user: str, rest: str, encode) -> None:
    for key in (KEY, ODD, "???>>>???>>>"):
        shown = masked(key, f"Basic {encode(f'{user}:{key}{rest}'.encode()).decode()}.")
        assert MASK in shown and len(shown) < len("Basic .") + len(MASK) + len(base64.b64encode(f"{user}::xy".encode())) + 4


@pytest.mark.parametrize("text", ["sk-test-0123456789abcde", "SK-TEST-0123456789ABCDEF", "0123456789", "sk\\u002test", "%"])
def test_what_is_not_the_key_stays(text: str) -> None:
    assert masked(KEY, text) == text


def test_a_short_key_is_no_secret() -> None:
    assert masked("ok", '{"ok": true}') == '{"ok": true}'


def pieces(*texts: str) -> str:
    rolling = Rolling(Mask(KEY))
    return "".join(map(rolling.feed, texts)) + rolling.end()


def test_a_key_cut_anywhere_is_masked() -> None:
    for n in range(1, len(KEY)):
        shown = pieces(f"no {KEY[:n]}", f"{KEY[n:]} here")
        assert shown == f"no {KEY[:n] if n < 4 else ''}{MASK} here"


def test_a_key_letter_by_letter_is_masked() -> None:
    assert pieces(*f"no {KEY}, {KEY}!") == f"no sk-{MASK}, sk-{MASK}!"


@pytest.mark.parametrize("text", ["ask the task", "sk-test-01 sk-sk-test-", "sk-test-0123456789abcde"])
def test_a_text_that_only_begins_like_the_key_comes_whole(text: str) -> None:
    for n in range(len(text)):
        assert pieces(text[:n], text[n:]) == pieces(*text) == text


def test_ordinary_text_does_not_wait() -> None:
    rolling = Rolling(Mask(KEY))
    assert rolling.feed("these tasks") == "these tasks" and not rolling.waits
