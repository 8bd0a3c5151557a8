"""Files beside the tables: kept before the row that names them is, gone after it. What a process leaves that dies in between is
named by no row, and deleted after a while.
"""

import logging
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.utils import timezone

from playground.kept import Kept, folder, storage_faults
from playground.models import Artifact, SharedFile

SETTLED = timedelta(hours=1)  # whoever wrote such an old file has had time to write its row

log = logging.getLogger(__name__)


def remove(files: Iterable[Kept]) -> None:
    """Deletes files of rows that are gone; what cannot be deleted is named by none, and tried again by `forget_strays`."""
    for file in files:
        try:
            file.delete()
            leave(file)
        except OSError as fault:
            log.warning("A file could not be deleted (%s).", type(fault).__name__)


def leave(file: Kept) -> None:
    """Takes the folder of a run or share away with its last file. Other storages have none."""
    if root := folder():
        with suppress(OSError):  # it has other files
            (root / file.name).parent.rmdir()


def forget_strays() -> int:
    """Deletes old files that no row names. Returns how many."""
    copies = SharedFile.objects.only("share", "position", "n")
    with storage_faults():
        return clean("artifacts", Artifact.objects.only("run", "n")) + clean("shares", copies)


def clean(kind: str, rows: QuerySet) -> int:
    try:
        places = [f"{kind}/{name}" for name in default_storage.listdir(kind)[0]]
    except FileNotFoundError:  # nothing was ever kept
        return 0
    named = {row.file.name for row in rows.iterator()} if places else set()
    return sum(sweep(place, named) for place in places)


def sweep(place: str, named: set[str]) -> int:
    """Deletes what is old and not `named` in the folder of a run or share. Returns how many."""
    with suppress(FileNotFoundError):  # deleted with its run meanwhile
        names = [f"{place}/{name}" for name in default_storage.listdir(place)[1]]
        strays = [Kept(name) for name in names if name not in named and is_old(name)]
        remove(strays)
        if not names and is_old(place):
            default_storage.delete(place)
        return len(strays)
    return 0


def is_old(name: str) -> bool:
    return default_storage.get_modified_time(name) < timezone.now() - SETTLED
