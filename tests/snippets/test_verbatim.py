"""The command that sends a run's body again sends the same bytes, and runs nothing else, whatever the body is."""

import json
import subprocess

import pytest

from catalog.calling.snippets import curl

HOSTILE = """It's "odd": $HOME `id` \\ \\n ${x} $(id) !! 日本 'quoted'
and 100% {new}\t\r\n\u202e\u200b\ufeff\x7f\u00a0 é 🙂 \\x41 @file"""


@pytest.mark.parametrize("text", [HOSTILE, "plain", "it's", "a\nb", "", "\\", "'", "\r'\\", "\x01f", "@a"])
def test_bash_reads_the_same_bytes(text):
    done = subprocess.run(["bash", "-c", f"printf %s {curl.exactly(text)}"], capture_output=True, env={"PATH": "/usr/bin:/bin"})
    assert (done.stdout.decode(), done.stderr) == (text, b"")


def test_nothing_unseen_is_printed():
    shown = curl.verbatim("chat", json.dumps({"a": HOSTILE}, ensure_ascii=False))
    assert all(mark == "\n" or mark.isprintable() for mark in shown)


def test_a_text_of_shown_letters_is_quoted_plainly():
    assert curl.exactly('{"a": "日本"}') == """'{"a": "日本"}'"""
