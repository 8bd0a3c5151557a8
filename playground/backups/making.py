"""Makes a backup while the site runs. Each moment's files are linked before the database is copied and again after it: what is
deleted meanwhile is still there for the rows that name it, and what came meanwhile, too.
"""

import errno
import os
import shutil
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from catalog import processes
from playground import kept
from playground.backups import Refused, archive, databases

Say = Callable[[str], object]
KINDS = ("artifacts", "shares")
KEY = "secret_key"
UNLINKED = (errno.EPERM, errno.EACCES, errno.EXDEV, errno.ENOTSUP)  # two folders that cannot have one file


def make(target: Path, with_key: bool, say: Say) -> dict[str, Any]:
    """Writes the file and gives its manifest. Raises Refused, and OSError where the disk does not take it."""
    if target.exists():
        raise Refused(f"{target} is there already. Name another file.")
    with staging("backup") as folder:
        link(folder)
        say("Copying the database …")
        held = databases.dump(folder)
        link(folder)
        if not kept.folder():
            fetch(folder, held.files)
        names = [databases.part(), *with_secret(folder, with_key), *held.files]
        parts = [name for name in names if (folder / name).exists()]
        say(f"Writing {target} …")
        manifest = described(held, {name: archive.part(folder / name) for name in parts}, missing=len(names) - len(parts))
        target.parent.mkdir(parents=True, exist_ok=True)
        archive.write(target, folder, manifest)
    return manifest


def described(held: databases.Held, parts: dict[str, Any], missing: int) -> dict[str, Any]:
    return {
        "format": archive.FORMAT, "made": timezone.now().isoformat(timespec="seconds"), "version": version(),
        "engine": connection.vendor, "migrations": held.migrations, "counts": held.counts, "missing": missing, "parts": parts,
    }  # fmt: skip


def version() -> str:
    return tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text("utf-8"))["project"]["version"]


def with_secret(folder: Path, wanted: bool) -> list[str]:
    if wanted:
        (folder / KEY).write_text(settings.SECRET_KEY)
    return [KEY] if wanted else []


def link(folder: Path) -> None:
    """The result files as they are now, without copying a byte where the file system can do that. Not those of other storages."""
    root = kept.folder()
    for file in (file for kind in KINDS for file in (root.glob(f"{kind}/*/*") if root else ())):
        place = folder / file.relative_to(root)
        place.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError, FileNotFoundError):  # linked before, or deleted with its run just now
            same(file, place)


def same(file: Path, place: Path) -> None:
    try:
        os.link(file, place)
    except OSError as fault:
        if fault.errno not in UNLINKED:
            raise
        if not place.exists():
            shutil.copyfile(file, place)


def fetch(folder: Path, names: list[str]) -> None:
    """The result files that rows name, from a storage that is no folder: what is deleted before its turn is missing."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError), kept.Kept(name).open() as file, (folder / name).open("wb") as copy:
            shutil.copyfileobj(file, copy)


@contextmanager
def staging(kind: str) -> Iterator[Path]:
    """A private folder in DATA_DIR, gone afterwards; those of processes that died go as well."""
    folder = settings.DATA_DIR / f".{kind}-{processes.mine()}"
    living = processes.others()
    for left in settings.DATA_DIR.glob(f".{kind}-*"):
        if left.name.rpartition("-")[2] not in living:
            shutil.rmtree(left)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
