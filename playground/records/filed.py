"""Files beside the tables: on the disk before the row that names them is, gone after it. What a process leaves that dies in
between is named by no row, and deleted after a while.
"""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from playground.models import Artifact, SharedFile

SETTLED = 3600  # seconds: whoever wrote such an old file has had time to write its row


def write(place: Path, content: bytes) -> None:
    """Inside the transaction that writes the row: the file outlives a power cut if the row does."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    for folder in (place.parent, place.parent.parent):
        settle(folder)


def settle(folder: Path) -> None:
    """Has the names in a folder written to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove(kind: str, key: object) -> None:
    """Deletes the files of a run (`artifacts`) or a share (`shares`), if there are any."""
    shutil.rmtree(settings.DATA_DIR / kind / str(key), ignore_errors=True)


def forget_strays() -> int:
    """Deletes old files that no row names. Returns how many."""
    copies = SharedFile.objects.only("share", "position", "n")
    return clean("artifacts", Artifact.objects.only("run", "n")) + clean("shares", copies)


def clean(kind: str, rows: QuerySet) -> int:
    folders = list(old(settings.DATA_DIR / kind))
    named = {row.file for row in rows.iterator()} if folders else set()
    strays = [file for folder in folders for file in folder.iterdir() if file not in named]
    for file in strays:
        file.unlink(missing_ok=True)
    for folder in folders:
        with suppress(OSError):  # what is named stays, and with it the folder
            folder.rmdir()
    return len(strays)


def old(place: Path) -> Iterator[Path]:
    """The folders of runs or shares in which nothing was written lately."""
    before = time.time() - SETTLED
    for folder in place.iterdir() if place.is_dir() else ():
        with suppress(FileNotFoundError):  # deleted with its run meanwhile
            if folder.stat().st_mtime < before:
                yield folder
