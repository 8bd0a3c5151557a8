"""Files of runs and shares: those that no row names go, after a while, and nothing else does."""

import os
import time
from pathlib import Path

import pytest

from playground.models import Run, Share
from playground.records import filed, shares, store


@pytest.fixture
def spoken(speak, settings, tmp_path: Path) -> Path:
    """A run with a result file in a folder of its own. Gives that folder."""
    settings.MEDIA_ROOT = tmp_path
    speak()
    return (tmp_path / Run.objects.get().artifacts.get().file.name).parent


def age(folder: Path) -> None:
    then = time.time() - filed.SETTLED.total_seconds() - 1
    for place in (*folder.iterdir(), folder):
        os.utime(place, (then, then))


def test_a_file_that_no_row_names_goes_once_it_is_old(spoken: Path) -> None:
    (spoken / "1").write_bytes(b"half a pict")
    assert filed.forget_strays() == 0
    age(spoken)
    assert filed.forget_strays() == 1
    assert [file.name for file in spoken.iterdir()] == ["0"]


def test_files_left_by_a_deletion_that_died_go(spoken: Path) -> None:
    Run.objects.all().delete()
    age(spoken)
    filed.forget_strays()
    assert not spoken.exists()


def test_copies_of_a_share_are_kept_as_long_as_it(spoken: Path, client, catalog, settings) -> None:
    client.post(f"{Run.objects.get().get_absolute_url()}/share")
    copy = Share.objects.get().files.get().file
    folder = (settings.MEDIA_ROOT / copy.name).parent
    (folder / "0-7").write_bytes(b"x")
    age(folder)
    assert filed.forget_strays() == 1 and copy.exists()
    shares.revoke(Share.objects.all())
    assert not folder.exists()


def test_rows_go_before_their_files(spoken: Path, monkeypatch) -> None:
    """Whoever dies in between leaves a file without a row, which goes later, and never a row without its file."""
    left: list[int] = []
    monkeypatch.setattr(filed, "remove", lambda *_: left.append(Run.objects.count()))
    store.delete(Run.objects.all())
    assert left == [0]
