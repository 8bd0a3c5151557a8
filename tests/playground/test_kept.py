"""Result files in a storage that is no folder of this machine: made, handed out in parts, shared, deleted, backed up."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, default_storage
from django.utils import timezone

from playground import kept, ranges
from playground.backups import making, restoring
from playground.models import Artifact, Run, Share
from playground.records import filed, shares, store


class Failing(InMemoryStorage):
    """A storage whose service is away, and says so with an error of its own."""

    def _save(self, name: str, content: Any) -> str:
        raise LookupError(name)

    delete = _save


@pytest.fixture
def elsewhere(settings) -> None:
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    assert kept.folder() is None


def files(kind: str) -> list[str]:
    places = [f"{kind}/{name}" for name in default_storage.listdir(kind)[0]]
    return [f"{place}/{name}" for place in places for name in default_storage.listdir(place)[1]]


def test_a_file_is_handed_out_whole_and_in_parts(elsewhere, speak, client) -> None:
    [artifact] = speak().json()["artifacts"]
    whole = client.get(artifact["url"])
    assert whole.content == Artifact.objects.get().file.read_bytes() and len(whole.content) == artifact["bytes"]
    part = client.get(artifact["url"], headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, whole.content[4:8])


async def read(answer: Any) -> bytes:
    return b"".join([piece async for piece in answer.streaming_content])


def test_a_large_file_comes_in_pieces(elsewhere) -> None:
    content = bytes(range(256)) * 8192
    default_storage.save("artifacts/x/0", ContentFile(content))
    answer = ranges.answer(kept.Kept("artifacts/x/0"), "video/mp4", "bytes=5-", {})
    assert async_to_sync(read)(answer) == content[5:]
    assert answer["Content-Length"] == str(len(content) - 5)


def test_copies_and_deletions_reach_it(elsewhere, speak, client) -> None:
    speak()
    client.post(f"{Run.objects.get().get_absolute_url()}/share")
    assert len(files("artifacts")) == len(files("shares")) == 1
    store.delete(Run.objects.all())
    shares.revoke(Share.objects.all())
    assert files("artifacts") == files("shares") == []


def test_old_files_that_no_row_names_go(elsewhere, speak, monkeypatch) -> None:
    speak()
    default_storage.save("artifacts/left/0", ContentFile(b"half a pict"))
    assert filed.forget_strays() == 0
    monkeypatch.setattr(InMemoryStorage, "get_modified_time", lambda *_: timezone.now() - filed.SETTLED - timedelta(seconds=1))
    assert filed.forget_strays() == 1
    assert files("artifacts") == [Artifact.objects.get().file.name]


def test_a_backup_has_its_files_and_brings_them_back(elsewhere, speak, tmp_path: Path) -> None:
    speak()
    name = Artifact.objects.get().file.name
    making.fetch(tmp_path, [name, "artifacts/gone/0"])
    content = (tmp_path / name).read_bytes()
    default_storage.delete(name)
    restoring.bring_files(tmp_path, [name, "database.pgdump"])
    assert kept.Kept(name).read_bytes() == content and not (tmp_path / "artifacts/gone/0").exists()


def test_a_storage_that_is_away_costs_the_file_and_not_the_answer(settings, speak, caplog) -> None:
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": f"{__name__}.Failing"}}
    record = speak().json()
    assert (record["state"], record["artifacts"], record["error"]["type"]) == ("complete", [], "files_not_kept")
    assert "The files of a run could not be kept: The storage of files failed: LookupError" in caplog.text
