"""The file: a gzipped tar whose first member, `manifest.json`, tells size and SHA-256 of each of the others.

Nothing of it is believed before it is compared with that, and names are those of `PART` or refused, so none leads elsewhere.
"""

import gzip
import hashlib
import json
import os
import re
import tarfile
import zlib
from pathlib import Path
from typing import Any

from playground import kept
from playground.backups import Refused

FORMAT = 1
MANIFEST = "manifest.json"
MOST_MANIFEST = 256 * 1024 * 1024  # bytes: a million result files
CHUNK = 1024 * 1024
PART = re.compile(r"database\.(sqlite3|pgdump)|secret_key|artifacts/[0-9a-f-]{36}/\d{1,5}|shares/\d{1,19}/\d{1,5}-\d{1,5}")
BROKEN = (tarfile.TarError, EOFError, gzip.BadGzipFile, zlib.error)


def write(target: Path, folder: Path, manifest: dict[str, Any]) -> None:
    """The parts that `manifest` names, from `folder`, under a name of its own until all is on the disk."""
    half = target.with_name(f".{target.name}.part")
    half.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as tar:
                fill(tar, folder, manifest)
            file.flush()
            os.fsync(file.fileno())
        half.rename(target)
    finally:
        half.unlink(missing_ok=True)
    kept.settle(target.parent)


def fill(tar: tarfile.TarFile, folder: Path, manifest: dict[str, Any]) -> None:
    told = folder / MANIFEST
    told.write_text(json.dumps(manifest, indent=1), "utf-8")
    for name in (MANIFEST, *manifest["parts"]):
        member = tarfile.TarInfo(name)
        member.size, member.mode = (folder / name).stat().st_size, 0o600
        with (folder / name).open("rb") as content:
            tar.addfile(member, content)


def part(file: Path) -> dict[str, Any]:
    """What the manifest tells of a part."""
    with file.open("rb") as content:
        return {"bytes": file.stat().st_size, "sha256": hashlib.file_digest(content, "sha256").hexdigest()}


def manifest_of(path: Path) -> dict[str, Any]:
    """What an archive says of itself. Raises Refused."""
    try:
        with tarfile.open(path, "r:gz") as tar:
            return first(tar)
    except BROKEN as fault:
        raise damaged(path, str(fault)) from fault


def first(tar: tarfile.TarFile) -> dict[str, Any]:
    member = tar.next()
    if member is None or member.name != MANIFEST or not member.isreg() or member.size > MOST_MANIFEST:
        raise Refused("This is no backup of a site: it does not begin with a manifest.")
    content = tar.extractfile(member)
    assert content is not None  # a regular file
    try:
        return checked(json.loads(content.read()))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Refused("The manifest of this backup cannot be read.") from None


def checked(told: dict[str, Any]) -> dict[str, Any]:
    """Raises one of several errors for a manifest of another shape; Refused for what this code does not know."""
    if told["format"] != FORMAT:
        raise Refused(f"This backup has format {told['format']}, and this code reads format {FORMAT}: use the code that made it.")
    for name, part in told["parts"].items():
        if not PART.fullmatch(name):
            raise Refused(f"The backup names a part that no site has: {name[:100]!r}.")
        told["parts"][name] = {"bytes": int(part["bytes"]), "sha256": str(part["sha256"])}
    told["counts"] = {str(name): int(count) for name, count in told["counts"].items()}
    told["migrations"] = [(str(app), str(name)) for app, name in told["migrations"]]
    return {"engine": str(told["engine"]), "version": str(told["version"]), "made": str(told["made"])} | told


def unpack(path: Path, folder: Path, manifest: dict[str, Any]) -> None:
    """All parts into `folder`, each compared with the manifest. Raises Refused."""
    missing = dict(manifest["parts"])
    try:
        with tarfile.open(path, "r:gz") as tar:
            first(tar)
            while member := tar.next():
                told = missing.pop(member.name, None)
                if told is None or not member.isreg() or member.size != told["bytes"]:
                    raise damaged(path, f"{member.name[:100]!r} is not what the manifest says")
                take(tar, member, folder / member.name, told["sha256"])
    except BROKEN as fault:
        raise damaged(path, str(fault)) from fault
    if missing:
        raise damaged(path, f"{len(missing)} of its parts are missing")


def take(tar: tarfile.TarFile, member: tarfile.TarInfo, place: Path, wanted: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    digest, content = hashlib.sha256(), tar.extractfile(member)
    assert content is not None  # a regular file
    with place.open("xb") as file:
        while chunk := content.read(CHUNK):
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != wanted:
        raise Refused(f"The backup is damaged: {member.name} is not what its manifest says. Take another one.")


def damaged(path: Path, why: str) -> Refused:
    return Refused(f"{path} cannot be read as a backup ({why}). Nothing was changed. Take another one.")
