"""Makes the site what a backup says. Everything is checked, loaded and migrated beside what is there, which is then moved aside:
a failure on the way leaves the site as it was.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from catalog import processes
from playground import kept, nodes
from playground.backups import Refused, archive, databases, postgresql
from playground.backups.making import KEY, KINDS, Say, staging

STOP = "Stop the site first: what it writes now would be lost."


def restore(path: Path, say: Say) -> str:
    """Says where what was there before is kept. Raises Refused."""
    manifest = archive.manifest_of(path)
    fits(manifest)
    alone()
    stamp = f"{timezone.now():%Y%m%d%H%M%S}"
    aside = settings.DATA_DIR / f"before-restore-{stamp}"
    with staging("restore") as folder:
        say(f"Checking the backup of {manifest['made']} …")
        archive.unpack(path, folder, manifest)
        say("Loading the database and bringing it up to date …")
        schema = f"{postgresql.KEPT}{stamp}"
        with loaded(folder, manifest, schema) as database:
            key = [KEY] if KEY in manifest["parts"] else []
            bring_files(folder, list(manifest["parts"]))
            swap(folder, aside, [*database, *(KINDS if kept.folder() else ()), *key])
    return f"{aside}" if connection.vendor == "sqlite" else f"{aside} and in the schema {schema}"


def fits(manifest: dict[str, Any]) -> None:
    """Raises Refused for a backup that this code, or this kind of database, does not take."""
    if manifest["engine"] != connection.vendor:
        told = f"This backup is of {manifest['engine']}, and this site is on {connection.vendor}."
        raise Refused(f"{told} Restore it on its own engine; export_catalog and import_catalog carry the catalog over.")
    known = MigrationLoader(None).graph.nodes
    newer = [f"{app} {name}" for app, name in manifest["migrations"] if (app, name) not in known]
    if newer:
        told = f"This backup is of newer code (version {manifest['version']}, which has the step {newer[0]})."
        raise Refused(f"{told} Update the code first.")
    if databases.part() not in manifest["parts"]:
        raise Refused("The backup holds no database.")


def alone() -> None:
    """Raises Refused while anything else uses the site's data."""
    if others := processes.others():
        living = "1 process of this site runs" if len(others) == 1 else f"{len(others)} processes of this site run"
        raise Refused(f"{living}. {STOP}")
    if connection.vendor == "postgresql" and (count := postgresql.sessions()):
        raise Refused(f"The database has {count} other connection{'s' if count > 1 else ''}. {STOP}")
    if connection.vendor == "sqlite" and Path(connection.settings_dict["NAME"]).exists():
        connection.close()
        settle(Path(connection.settings_dict["NAME"]))


def settle(database: Path) -> None:
    """Brings what waits in the log of writes into the file, which takes that nobody else has it open."""
    try:
        with closing(sqlite3.connect(database, timeout=0)) as alone:
            alone.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError:
        raise Refused(f"Another process has {database} open. {STOP}") from None
    except sqlite3.DatabaseError:
        return  # a broken one may be what is to be replaced: it is kept as it is


@contextmanager
def loaded(folder: Path, manifest: dict[str, Any], kept: str) -> Iterator[list[str]]:
    """The database, loaded and up to date. Gives the names of files in `folder` to be moved to DATA_DIR; if that fails, all
    of it is taken back.
    """
    if connection.vendor == "sqlite":
        name = Path(connection.settings_dict["NAME"]).name
        (folder / databases.part()).rename(folder / name)
        with connected_to(folder / name):
            bring_up(manifest)
        yield [name, f"{name}-wal", f"{name}-shm"]
    else:
        postgresql.set_aside(kept)
        try:
            postgresql.load(folder / databases.part())
            bring_up(manifest)
            yield []
        except BaseException:
            postgresql.put_back(kept)
            raise


@contextmanager
def connected_to(database: Path) -> Iterator[None]:
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def bring_up(manifest: dict[str, Any]) -> None:
    """Compares what was loaded with the manifest, then migrates; who lived at its time is gone. Raises Refused."""
    try:
        found = databases.present()
        if wrong := sorted(name for name, count in manifest["counts"].items() if found.get(name) != count):
            raise Refused(f"The database of the backup has not the rows that its manifest tells of: {', '.join(wrong[:5])}.")
        call_command("migrate", interactive=False, verbosity=0)
        nodes.bury()  # else this site, which has its files elsewhere, would not start beside them
        connection.check_constraints()
    except DatabaseError as fault:
        raise Refused(f"The database of the backup cannot be used: {fault}") from fault


def bring_files(folder: Path, names: list[str]) -> None:
    """Result files to a storage that is no folder, where others may stay beside them: no row will name those."""
    for name in names if kept.folder() is None else ():
        if name.startswith(KINDS):
            kept.Kept(name).write((folder / name).read_bytes())


def swap(folder: Path, aside: Path, names: list[str]) -> None:
    """Moves what is there aside and what is new in; all of it back where one step fails."""
    moved: list[tuple[Path, Path]] = []
    aside.mkdir(mode=0o700)
    try:
        for name in names:
            place = home(name) / name
            for source, target in ((place, aside / name), (folder / name, place)):
                if source.exists():
                    shutil.move(source, target)  # FILES_DIR may be on another disk
                    moved.append((source, target))
    except OSError:
        for source, target in reversed(moved):
            shutil.move(target, source)
        aside.rmdir()
        raise


def home(name: str) -> Path:
    """The folder in which a part of the site lies."""
    return name in KINDS and kept.folder() or settings.DATA_DIR
