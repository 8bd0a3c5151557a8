"""What is special about speech and transcription."""

import io
import itertools
import json
import re
import wave
from typing import Any

import pytest

from catalog.endpoints import speech, transcription
from catalog.endpoints.answers import Refused
from catalog.endpoints.sandbox import voice
from catalog.endpoints.sandbox.tone import RATE, pcm, wav
from catalog.endpoints.uploads import Upload, sample

CUE = re.compile(r"(\d\d):(\d\d):(\d\d)[,.](\d{3})")


@pytest.fixture(autouse=True)
def without_voice(monkeypatch):
    """The tones, also where a real voice is installed."""
    monkeypatch.setattr(voice, "installed", lambda: False)


def said(**body: Any) -> Any:
    return speech.reply({"input": "The 14:05 leaves.", "voice": "alloy"} | body)


def seconds(content: bytes) -> float:
    with wave.open(io.BytesIO(content)) as sound:
        return sound.getnframes() / sound.getframerate()


@pytest.mark.parametrize("wanted", speech.TYPES)
def test_speech_is_of_the_type_that_it_says(wanted):
    media = said(response_format=wanted)
    if wanted == "pcm":
        assert media.content_type == "audio/pcm" and len(media.content) % 2 == 0
    else:
        assert media.content_type == "audio/wav" and seconds(media.content) > 0.5
    assert (wanted in media.note) == (wanted not in ("wav", "pcm"))


def test_speed_shortens_the_sound():
    slow, own, fast = (seconds(said(speed=speed).content) for speed in (0.25, 1, 4))
    assert slow > 2 * own > 4 * fast


@pytest.mark.parametrize("speed", [0.24, 4.01, "1", True, float("nan")])
def test_speed_outside_its_bounds_is_refused(speed):
    with pytest.raises(Refused, match=r"0\.25 to 4") as refused:
        said(speed=speed)
    assert refused.value.param == "speed"


def test_every_voice_sounds_its_own_way():
    voices = ("alloy", "echo", "fable", "onyx", "nova", "shimmer")
    assert len({said(voice=voice).content for voice in voices}) == len(voices)


def heard(wanted: str, content: bytes | None = None) -> Any:
    upload = Upload("a.wav", "audio/wav", content) if content else sample("speech.wav")
    return transcription.reply({"file": upload, "response_format": wanted})


def test_json_holds_the_text_and_what_is_charged():
    answer = heard("json")
    assert set(answer) == {"text", "usage"}
    minutes = seconds(sample("speech.wav").content) / 60
    assert transcription.usage(None, answer)["audio_minutes"] == pytest.approx(minutes, abs=1e-3)


def test_text_is_the_bare_text():
    assert heard("text").content.decode() == heard("json")["text"] + "\n"


@pytest.mark.parametrize("length", [0.01, 2.5, 30])
def test_segments_are_in_order_and_within_the_sound(length):
    answer = heard("verbose_json", wav(bytes(2 * int(RATE * length))))
    rows = answer["segments"]
    assert all(row["start"] <= row["end"] <= answer["duration"] + 0.01 for row in rows)
    assert all(one["end"] <= other["start"] for one, other in itertools.pairwise(rows))
    assert " ".join(row["text"] for row in rows) == answer["text"]


@pytest.mark.parametrize("kind", ["srt", "vtt"])
def test_subtitles_parse_as_such(kind):
    text = heard(kind).content.decode()
    head, *blocks = text.strip().split("\n\n") if kind == "vtt" else ("", *text.strip().split("\n\n"))
    assert head == ("WEBVTT" if kind == "vtt" else "")
    for number, block in enumerate(blocks, 1):
        *index, times, words = block.split("\n")
        assert index == ([str(number)] if kind == "srt" else []) and words
        start, end = times.split(" --> ")
        assert CUE.fullmatch(start) and CUE.fullmatch(end) and start < end
        assert ("," in start) == (kind == "srt")
    assert len(blocks) == len(transcription.SENTENCES)


def test_segments_are_offered_as_both_kinds_of_subtitles():
    vtt, srt = transcription.files(heard("verbose_json"))
    assert (vtt, srt) == (heard("vtt").content.strip(), heard("srt").content.strip())


@pytest.mark.parametrize("kind", ["srt", "vtt"])
def test_subtitles_are_offered_as_both_kinds_whichever_was_asked_for(kind):
    assert transcription.plain_files(heard(kind).content.decode()) == transcription.files(heard("verbose_json"))


def test_subtitles_of_others_are_read():
    text = "WEBVTT\r\n\r\nNOTE no cue\r\n\r\nfirst\r\n00:01.500 --> 00:02.000 align:start\r\nHello\r\nthere\r\n"
    vtt, srt = transcription.plain_files(text)
    assert srt.decode() == "1\n00:00:01,500 --> 00:00:02,000\nHello\nthere"
    assert vtt.decode() == "WEBVTT\n\n00:00:01.500 --> 00:00:02.000\nHello\nthere"


@pytest.mark.parametrize("text", ["", "Just words.", " --> ", "1\n00:00:01,000 --> soon\nHello", "\n\n" * 100_000, "0" * 100_000])
def test_bare_text_makes_no_subtitles(text):
    assert transcription.plain_files(text) == []


def test_speakers_are_told_apart_where_asked():
    shown = transcription.view({}, json.loads(json.dumps(heard("diarized_json"))))
    assert {speaker for _, _, speaker, _ in shown["segments"]} == {"A"}


def test_a_long_sound_is_timed_in_hours():
    rows = [{"start": 3599.5, "end": 3661.25, "text": "late"}]
    assert transcription.view({}, {"segments": rows})["segments"] == [("59:59.5", "01:01:01.2", None, "late")]


@pytest.mark.parametrize(("content", "param"), [(b"", "file"), (None, "file")])
def test_no_sound_is_refused(content, param):
    with pytest.raises(Refused) as refused:
        transcription.reply({"file": content and Upload("a.wav", "audio/wav", content)})
    assert refused.value.param == param


def test_pcm_is_the_inside_of_the_wav():
    assert wav(pcm("a"))[44:] == pcm("a")
