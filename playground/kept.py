"""A file that is kept beside the tables: in a folder (FILES_DIR) or any other storage that the operator names.

Knows neither runs nor shares. What a storage raises beyond OSError is of no family that all share, so it is made one here.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage


@dataclass(frozen=True, slots=True)
class Kept:
    """`name` is a path within the storage. All but `exists` and `delete` raise OSError, as where there is no such file."""

    name: str

    def exists(self) -> bool:
        with storage_faults():
            return default_storage.exists(self.name)

    def size(self) -> int:
        with storage_faults():
            return default_storage.size(self.name)

    def open(self) -> Any:
        with storage_faults():
            return default_storage.open(self.name, "rb")

    def read_bytes(self) -> bytes:
        with storage_faults(), self.open() as file:
            return file.read()

    def write(self, content: bytes) -> None:
        """Inside the transaction that writes the row: the file outlives a power cut if the row does."""
        with storage_faults():
            default_storage.save(self.name, ContentFile(content))
        if root := folder():
            place = root / self.name
            for path in (place, place.parent, place.parent.parent):
                settle(path)

    def delete(self) -> None:
        with storage_faults():
            default_storage.delete(self.name)


@contextmanager
def storage_faults() -> Iterator[None]:
    try:
        yield
    except OSError:
        raise
    except Exception as fault:
        raise OSError(f"The storage of files failed: {type(fault).__name__}") from fault


def folder() -> Path | None:
    """The folder in which files lie, None where they are elsewhere than in this machine's file system."""
    return Path(default_storage.path("")) if isinstance(default_storage, FileSystemStorage) else None


def settle(place: Path) -> None:
    """Has a file's content, or the names in a folder, written to the disk."""
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
