"""Files that a visitor sends: known by their bytes, bounded, and not kept."""

import base64
import gc
import io
import json
import wave
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from catalog import snapshot
from catalog.endpoints.sandbox.pictures import drawn, from_data_url
from catalog.endpoints.sandbox.tone import RATE, pcm, wav
from playground import housekeeping
from playground.models import Run
from playground.workbench import fields

WAV, PNG = wav(pcm("a")), drawn("a street", 64, 48)
TAIL = b"\xfa" * 60  # the same in base64 wherever it begins
SLUG = "acme/talk-large"
# The field of each endpoint that takes a file, that of the file itself, and what else the form needs.
TAKERS = {
    "transcription": ("file", "file", {"response_format": "json"}),
    "image_edit": ("image", "image", {"prompt": "Evening"}),
    "detection": ("image", "image_file", {}),
    "ocr": ("image", "image_file", {}),
}
PICTURED = [key for key in TAKERS if key != "transcription"]


@pytest.fixture
def send(run, catalog, monkeypatch) -> Callable[..., Any]:
    """send(endpoint, name, content) runs a model that answers every endpoint with an uploaded file, as a script does."""
    cards = [replace(card, endpoints=tuple(TAKERS)) if card.slug == SLUG else card for card in catalog.cards]
    monkeypatch.setattr(snapshot, "_current", snapshot.Snapshot(catalog.version, catalog.changed_at, cards, []))

    def post(key: str, name: str, content: bytes, **more: Any) -> Any:
        # The type that a browser claims is not believed, so it is always a wrong one.
        file = SimpleUploadedFile(name, content, "application/x-msdownload")
        return run(endpoint=key, **{TAKERS[key][1]: file}, **TAKERS[key][2] | more)

    return post


def files_below(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("test.sqlite3")}


def everything_stored() -> str:
    """All that the table of runs holds, as one text."""
    return json.dumps(list(Run.objects.values()), default=str)


@pytest.mark.parametrize(
    ("key", "name"), [("transcription", "a.txt"), ("transcription", "a.png"), *((key, "a.wav") for key in PICTURED)]
)
def test_a_file_is_known_by_its_bytes_whatever_its_name(send, key, name):
    record = send(key, name, WAV if key == "transcription" else PNG).json()
    assert (record["state"], record["error"]) == ("complete", None)


@pytest.mark.parametrize("content", [b"This is text.", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"", b"%PDF-1.7", WAV[:3]])
@pytest.mark.parametrize("key", TAKERS)
def test_what_is_no_such_file_is_refused_by_name_of_the_field(send, key, content):
    answer = send(key, "picture.png", content)
    assert answer.status_code == 422
    [(name, message)] = answer.json()["error"]["fields"].items()
    assert name == TAKERS[key][0] and f"({name})" in message and not Run.objects.exists()


@pytest.mark.parametrize(("key", "content"), [("transcription", PNG), *((key, WAV) for key in PICTURED)])
def test_a_file_of_another_kind_is_refused(send, key, content):
    assert send(key, "a", content).status_code == 422


@pytest.mark.parametrize("key", TAKERS)
def test_too_large_a_file_is_refused_naming_both_sizes(send, key):
    most = fields.MAX_FILE if key in ("transcription", "image_edit") else fields.MAX_PICTURE
    start = WAV if key == "transcription" else PNG
    answer = send(key, "a", start + bytes(most + 1024 - len(start)))
    assert answer.status_code == 422
    assert f"{most // 1024 + 1:,} KB; at most {most // 1024:,} KB" in answer.content.decode()


def test_the_largest_file_is_sent(send):
    sound = io.BytesIO()
    with wave.open(sound, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(bytes(fields.MAX_FILE - 44))
    record = send("transcription", "long.wav", sound.getvalue()).json()
    assert record["state"] == "complete" and "218.5 seconds" in record["output"]


@pytest.mark.parametrize("key", ["transcription", "image_edit"])
def test_nothing_of_an_upload_is_kept_but_name_type_and_size(send, settings, key):
    before = files_below(settings.DATA_DIR)
    content = (WAV if key == "transcription" else PNG) + TAIL
    record = send(key, "secret-name", content).json()
    kept = files_below(settings.DATA_DIR) - before
    assert {path.parent.name for path in kept} <= {record["run"]}
    assert len(kept) == len(record["artifacts"]) and content not in {path.read_bytes() for path in kept}
    found = Run.objects.get()
    assert found.request_body is None
    assert found.request_parts[-1].keys() == {"name", "file", "type", "bytes"}
    assert base64.b64encode(TAIL).decode()[4:-4] not in everything_stored()


def test_a_large_upload_leaves_no_file_behind(send, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    assert send("transcription", "a.wav", WAV + bytes(4 * 1024 * 1024)).json()["state"] == "complete"
    gc.collect()
    assert files_below(tmp_path) == set()


@pytest.mark.parametrize("key", ["detection", "ocr"])
def test_a_picture_in_a_body_goes_with_its_run(send, settings, key):
    record = send(key, "a.png", PNG).json()
    assert from_data_url(json.loads(record["request"]["body"])["image"]) == PNG
    Run.objects.update(created=timezone.now() - timedelta(days=settings.RUN_RETENTION_DAYS + 1))
    housekeeping.purge()
    assert not Run.objects.exists() and record["run"] not in str(files_below(settings.DATA_DIR))


@pytest.mark.parametrize("key", TAKERS)
def test_without_retention_nothing_is_kept_at_all(send, settings, key):
    settings.RUN_RETENTION_DAYS, before = 0, files_below(settings.DATA_DIR)
    assert send(key, "a", WAV if key == "transcription" else PNG).json()["state"] == "complete"
    assert files_below(settings.DATA_DIR) == before
    assert "base64" not in everything_stored()


@pytest.mark.parametrize("wanted", ["verbose_json", "srt", "vtt"])
def test_subtitles_come_in_both_kinds_whichever_was_asked_for(send, wanted):
    record = send("transcription", "a.wav", WAV, response_format=wanted).json()
    assert {artifact["type"] for artifact in record["artifacts"]} == {"text/vtt", "text/plain"}
