"""What a restore refuses before it touches anything, and that it leaves the site as it was where a step fails."""

import io
import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from playground.backups import Refused, archive, databases, restoring

RUN = "artifacts/3f6db5e5-a30d-49ec-9f4f-3c80fff32448/0"
Tell = Callable[[dict[str, Any]], object]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The parts of a site."""
    for name in (databases.part(), RUN):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(f"{name} ".encode() * 5000)
    return tmp_path


@pytest.fixture
def manifest(folder: Path) -> dict[str, Any]:
    parts = {name: archive.part(folder / name) for name in (databases.part(), RUN)}
    told = {"format": 1, "made": "2026-11-23T12:00:00+00:00", "version": "0.1.0", "migrations": [["catalog", "0001_initial"]]}
    return told | {"engine": restoring.connection.vendor, "counts": {"playground_run": 1}, "parts": parts}


@pytest.fixture
def packed(folder: Path, manifest: dict[str, Any]) -> Path:
    archive.write(folder / "site.tar.gz", folder, manifest)
    return folder / "site.tar.gz"


def read(path: Path, place: Path) -> None:
    """As far as `restore` goes before it looks at the site."""
    told = archive.manifest_of(path)
    restoring.fits(told)
    archive.unpack(path, place, told)


def remade(packed: Path, change: Callable[[list[tuple[tarfile.TarInfo, bytes]]], object]) -> Path:
    """The archive with other members."""
    with tarfile.open(packed) as tar:
        members = [(member, tar.extractfile(member).read()) for member in tar]
    change(members)
    with tarfile.open(packed, "w:gz") as tar:
        for member, content in members:
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return packed


def test_gives_back_what_went_in(packed: Path, folder: Path, tmp_path_factory) -> None:
    place = tmp_path_factory.mktemp("out")
    read(packed, place)
    assert [(place / name).read_bytes() == (folder / name).read_bytes() for name in (databases.part(), RUN)] == [True, True]
    assert packed.stat().st_mode & 0o777 == 0o600 and not list(folder.glob(".*.part"))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda m: m.update(format=2), "has format 2, and this code reads format 1"),
        (lambda m: m.update(engine="oracle"), "is of oracle, and this site is on"),
        (lambda m: m["migrations"].append(["catalog", "9999_later"]), "is of newer code .*catalog 9999_later.*Update the code"),
        (lambda m: m["parts"].pop(databases.part()), "holds no database"),
        (lambda m: m["parts"].update({"../../evil": {"bytes": 1, "sha256": "x"}}), "a part that no site has: '../../evil'"),
        (lambda m: m["parts"].update({"/etc/passwd": {"bytes": 1, "sha256": "x"}}), "a part that no site has: '/etc/passwd'"),
        (lambda m: m["parts"].update({"artifacts/../x": {"bytes": 1, "sha256": "x"}}), "a part that no site has"),
        (lambda m: m.pop("counts"), "manifest of this backup cannot be read"),
        (lambda m: m.update(parts=[]), "manifest of this backup cannot be read"),
    ],
)
def test_refuses_by_its_manifest(packed: Path, manifest: dict[str, Any], change: Tell, told: str, tmp_path_factory) -> None:
    change(manifest)
    remade(packed, lambda members: members.__setitem__(0, (members[0][0], json.dumps(manifest).encode())))
    with pytest.raises(Refused, match=told):
        read(packed, tmp_path_factory.mktemp("out"))


def named(name: str, kind: bytes = tarfile.REGTYPE, content: bytes = b"x") -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, "/etc/passwd"
    return member, content


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda members: members.append(named("../evil")), "'../evil' is not what the manifest says"),
        (lambda members: members.append(named("artifacts/link", tarfile.SYMTYPE, b"")), "'artifacts/link' is not what"),
        (lambda members: members.__setitem__(2, named(RUN, tarfile.SYMTYPE, b"")), "is not what the manifest says"),
        (lambda members: members.append(members[2]), "is not what the manifest says"),
        (lambda members: members.pop(), "1 of its parts are missing"),
        (lambda members: members.pop(0), "does not begin with a manifest"),
        (lambda members: members.clear(), "does not begin with a manifest"),
        (lambda members: members.__setitem__(2, (members[2][0], b"X" * len(members[2][1]))), "artifacts/.*/0 is not what"),
    ],
)
def test_refuses_other_parts(packed: Path, change: Callable[[Any], object], told: str, tmp_path_factory) -> None:
    place = tmp_path_factory.mktemp("out")
    with pytest.raises(Refused, match=told):
        read(remade(packed, change), place)
    assert not (place.parent / "evil").exists()


@pytest.mark.parametrize("keep", [0.1, 0.6])
def test_refuses_a_file_that_was_cut(packed: Path, keep: float, tmp_path_factory) -> None:
    packed.write_bytes(packed.read_bytes()[: int(packed.stat().st_size * keep)])
    with pytest.raises(Refused, match="cannot be read as a backup"):
        read(packed, tmp_path_factory.mktemp("out"))


def test_a_full_disk_leaves_no_half_file(folder: Path, manifest: dict[str, Any], monkeypatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        archive.write(folder / "site.tar.gz", folder, manifest)
    assert not list(folder.glob("*.tar.gz*")) and not list(folder.glob(".*.part"))


def test_what_was_there_comes_back_where_a_step_fails(settings, tmp_path: Path, monkeypatch) -> None:
    settings.DATA_DIR = settings.MEDIA_ROOT = tmp_path / "data"
    new = tmp_path / "data" / "new"
    for place in (settings.DATA_DIR, new):
        (place / "artifacts").mkdir(parents=True)
        (place / "artifacts" / "file").write_text(place.name)
        (place / "shares").write_text(place.name)
    move = shutil.move

    def fails(source: Path, target: Path) -> Path:
        if source == new / "shares":
            raise OSError(5, "Input/output error")
        return move(source, target)

    monkeypatch.setattr(shutil, "move", fails)
    with pytest.raises(OSError, match="Input/output"):
        restoring.swap(new, settings.DATA_DIR / "aside", ["artifacts", "shares"])
    assert [(settings.DATA_DIR / name).read_text() for name in ("artifacts/file", "shares")] == ["data", "data"]
    assert not (settings.DATA_DIR / "aside").exists()
