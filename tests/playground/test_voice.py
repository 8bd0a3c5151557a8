"""The sandbox's voice: a program of its own, faked here, and the real one where `espeakng-loader` is installed."""

import json
import os
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from catalog.endpoints import speech
from catalog.endpoints.sandbox import tone, voice

SAYS = {"input": "Hello!", "voice": "alloy", "response_format": "wav"}
HOSTILE = "'; touch {0} # $(touch {0}) `touch {0}` --help \0 <speak>\n&& touch {0}"
needs_voice = pytest.mark.skipif(not voice.installed(), reason="espeakng-loader is not installed: pip install .[voice]")


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """No test hears what another one had spoken."""
    voice.said.cache_clear()
    yield
    voice.said.cache_clear()


@pytest.fixture
def program(monkeypatch, tmp_path) -> Callable[[str], None]:
    """program(code) is the voice from here on, as if it were installed."""

    def put(code: str) -> None:
        file = tmp_path / "program.py"
        file.write_text(f"import json, os, sys, time\norder = json.load(sys.stdin)\n{code}\n")
        monkeypatch.setattr(voice, "PROGRAM", file)
        monkeypatch.setattr(voice, "installed", lambda: True)

    return put


SPEAKS = "sys.stdout.buffer.write(bytes([1, 2]) * 24_000)"
BROKEN = {
    "fails": "sys.exit(1)",
    "silent": "pass",
    "odd bytes": "sys.stdout.buffer.write(b'abc')",
    "too long": f"sys.stdout.buffer.write(bytes({voice.MOST_BYTES + 2}))",
    "killed": "os.kill(os.getpid(), 9)",
}


def test_voice_is_heard_and_named(program):
    program(SPEAKS)
    found = speech.reply(SAYS)
    assert found.content == tone.wav(bytes([1, 2]) * 24_000)
    assert (found.voice, found.note) == ("espeak-ng", "")


def test_without_it_a_tone_is_heard(monkeypatch):
    monkeypatch.setattr(voice, "installed", lambda: False)
    found = speech.reply(SAYS)
    assert found.content == tone.wav(tone.pcm("Hello!", "alloy", 1.0))
    assert (found.voice, found.note) == ("", "")


@pytest.mark.parametrize("code", BROKEN.values(), ids=BROKEN)
def test_voice_that_fails_is_a_tone_and_says_so(program, code):
    program(code)
    found = speech.reply(SAYS)
    assert found.content == tone.wav(tone.pcm("Hello!", "alloy", 1.0))
    assert (found.voice, found.note) == ("", "The voice failed. This is a tone.")


def test_voice_that_hangs_is_killed(program, monkeypatch, tmp_path):
    monkeypatch.setattr(voice, "TIMEOUT", 0.7)
    program(f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(600)")
    assert voice.spoken("Hello!", "alloy", 1) is None
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_voice_that_failed_is_asked_again(program):
    program(BROKEN["fails"])
    assert voice.spoken("Hello!", "alloy", 1) is None
    program(SPEAKS)
    assert voice.spoken("Hello!", "alloy", 1)


def test_busy_voice_is_waited_for_no_longer_than_it_may_take(program, monkeypatch):
    monkeypatch.setattr(voice, "TIMEOUT", 0.1)
    program(SPEAKS)
    with voice.turns, voice.turns:
        assert voice.spoken("Hello!", "alloy", 1) is None


def test_text_goes_in_by_stdin_alone(program, monkeypatch):
    monkeypatch.setenv("GATEWAY_KEY", "sk-gateway-0123456789abcdef")
    program("told = json.dumps([sys.argv[1:], sorted(os.environ), order['text']]); print(told.ljust(4001))")
    arguments, environment, text = json.loads(voice.spoken(HOSTILE, "alloy", 1))
    assert (arguments, text) == ([], HOSTILE)
    assert "GATEWAY_KEY" not in environment and "PATH" not in environment


def test_page_names_the_voice(speak, program):
    program(SPEAKS)
    assert "Spoken by espeak-ng, not by the model." in speak(accept="text/html").content.decode()


def test_page_names_no_voice_where_none_spoke(speak, program):
    program(BROKEN["fails"])
    shown = speak(accept="text/html").content.decode()
    assert "espeak-ng" not in shown and "The voice failed. This is a tone." in shown


# The real one


def samples(text: str, name: str = "alloy", speed: float = 1) -> array:
    spoken = voice.spoken(text, name, speed)
    assert spoken is not None
    return array("h", spoken)


@needs_voice
def test_real_voice_speaks():
    found = samples("The train leaves from platform seven.")
    assert 1.5 < len(found) / tone.RATE < 6
    assert max(found) > 3000 and min(found) < -3000


@needs_voice
def test_real_voices_differ():
    assert len({samples("Hello!", name).tobytes() for name in voice.VOICES}) == len(voice.VOICES)


@needs_voice
def test_real_voice_speaks_faster():
    text = "The train leaves from platform seven."
    assert len(samples(text, speed=2)) < 0.7 * len(samples(text))


@needs_voice
def test_real_voice_is_cut_after_half_a_minute():
    assert len(samples("A long word. " * 300)) == tone.RATE * tone.MAX_SECONDS


@needs_voice
@pytest.mark.parametrize("text", [HOSTILE, "\ud800", "\N{ROCKET} \0", "-v de --stdout", "<audio src='/etc/passwd'/>"])
def test_real_voice_takes_any_text(text, tmp_path):
    file: Path = tmp_path / "file"
    assert voice.spoken(text.replace("{0}", str(file)), "alloy", 1) is not None
    assert not file.exists()
