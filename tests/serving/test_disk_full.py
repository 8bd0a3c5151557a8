"""A disk that is full: words for visitors and the operator, nothing half written, and recovery once there is room."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from served import ASKED, Served, first_piece, refused, streamed, until

SPEECH = {"model": "openai/tts-1-hd", "input": "Hello!", "voice": "alloy", "response_format": "wav"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, with room for the small catalog and a little more."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("This user may mount no file system.")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(disk: Path) -> Path:
    """Takes all the room that is left."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            while True:
                try:
                    file.write(b"x" * size)
                except OSError:
                    break
    return ballast


def check_tables(site: Served) -> None:
    assert site.rows("PRAGMA integrity_check") == [("ok",)]
    assert site.rows("PRAGMA foreign_key_check") == []


def test_a_full_disk_is_told_harms_nothing_and_is_over_once_there_is_room(serve, small_disk):
    site = serve(small_disk / "data", SANDBOX_PACE_MS="40")
    visitor, other = site.visitor(), site.visitor()
    with streamed(visitor) as answer:
        lines = answer.iter_lines()
        first_piece(lines)
        ballast = fill(small_disk)
        late = until(lambda: (told := refused(other)).status_code == 507 and told)
        assert late.json()["error"]["type"] == "disk_full" and late.headers["Retry-After"]
        page = other.post("/playground/run", data=ASKED, headers={"Accept": "text/html"})
        assert page.status_code == 507 and "has no room left" in page.text
        assert "disk: full. " in site.get("/readyz")[1]
        assert [site.get(path)[0] for path in ("/", "/models", "/models/acme/talk-large")] == [200] * 3
        ballast.unlink()
        assert "Complete" in "\n".join(lines)
    assert refused(other).json()["state"] == "complete"
    check_tables(site)
    log = site.log.read_text()
    assert "make room on the disk of" in log and "Traceback" not in log
    until(lambda: "There is room on the disk again." in site.log.read_text())


def test_files_of_an_answer_are_kept_whole_or_not_at_all(serve, small_disk):
    site = serve()
    (site.folder / "artifacts").symlink_to(small_disk)
    ballast, visitor = fill(small_disk), site.visitor()
    record = visitor.post("/playground/run", data=SPEECH, headers={"Accept": "application/json"}).json()
    assert (record["state"], record["artifacts"], record["error"]["type"]) == ("complete", [], "files_not_kept")
    assert [file.name for file in small_disk.iterdir()] == ["ballast"]
    ballast.unlink()
    record = visitor.post("/playground/run", data=SPEECH, headers={"Accept": "application/json"}).json()
    assert record["error"] is None and visitor.get(record["artifacts"][0]["url"]).status_code == 200
