"""A backup of a site that is being written to, restored elsewhere: every row and file is there, and pages come from it."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import filled
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from served_site import ServedSite

from playground.backups import Refused, postgresql

FILL = """
import filled
from django.core.management import call_command
call_command("migrate", verbosity=0)
filled.fill()
told = None
"""
LOOK = """
from django.db import connection
from playground.models import Share
shares = Share.objects.order_by("pk")
places = [share.get_absolute_url() for share in shares]
places += [f"{share.get_absolute_url()}/files/0/0" for share in shares if share.files.exists()]
with connection.cursor() as cursor:
    tables = {name: sorted(map(repr, cursor.execute(f'SELECT * FROM "{name}"').fetchall()))
        for name in connection.introspection.table_names()}
told = [tables, places]
"""
# While the backup is made. On PostgreSQL the site gives a sign of life every few seconds, and a restore ends those.
WRITTEN = {"playground_preset", "playground_bucket", "playground_process", "django_session"}
PAGES = ["/", "/models", "/models/acme/talk-large", "/playground", "/changes", "/admin/login/"]
pytestmark = pytest.mark.database


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[tuple[ServedSite, ServedSite]]:
    """A full site, and an empty place for another."""
    full, empty = ServedSite(tmp_path / "full"), ServedSite(tmp_path / "empty")
    full.ask(FILL)
    yield full, empty
    full.close()
    empty.close()


class Writer(threading.Thread):
    """A visitor who keeps one preset after the other until told to stop."""

    def __init__(self, site: ServedSite):
        super().__init__()
        self.site, self.kept, self.begun, self.over = site, 0, threading.Event(), threading.Event()

    def run(self) -> None:
        with self.site.visitor() as visitor:
            visitor.begin()
            form = {"model": filled.TALK, "endpoint": "chat", "role": "user", "content": "Hello!"}
            while not self.over.is_set():
                answer = visitor.send_form("/playground/presets", form | {"preset_name": f"Kept {self.kept:04}"})
                self.kept += answer.status_code == 302
                self.begun.set()


def test_a_backup_under_writing_load_is_a_whole_site(sites: tuple[ServedSite, ServedSite], tmp_path: Path) -> None:
    full, empty = sites
    archive = tmp_path / "site.tar.gz"
    full.start()
    writer = Writer(full)
    writer.start()
    assert writer.begun.wait(60)
    before = writer.kept
    said = full.manage("backup", "--with-secret-key", str(archive)).stdout
    writer.over.set()
    writer.join(60)
    assert "Backup of" in said and archive.stat().st_mode & 0o777 == 0o600
    assert "1 process of this site runs. Stop the site first" in full.manage("restore", str(archive), check=False).stderr
    full.kill()

    (empty.data / "artifacts" / "of before").mkdir(parents=True)
    (empty.data / "secret_key").write_text("of before")
    assert "Restored." in empty.manage("restore", str(archive)).stdout
    (aside,) = empty.data.glob("before-restore-*")
    assert (aside / "secret_key").read_text() == "of before" and (aside / "artifacts" / "of before").is_dir()
    assert (empty.data / "secret_key").read_text() == (full.data / "secret_key").read_text()

    (ours, _), (theirs, places) = full.ask(LOOK), empty.ask(LOOK)
    assert before <= len(theirs["playground_preset"]) - bundled(theirs) <= writer.kept
    assert set(theirs["playground_preset"]) <= set(ours["playground_preset"])
    assert {k: v for k, v in theirs.items() if k not in WRITTEN} == {k: v for k, v in ours.items() if k not in WRITTEN}
    assert filled.files(empty.data) == filled.files(full.data) != {}

    empty.start()
    with empty.visitor() as visitor:
        found = {path: visitor.get(path).status_code for path in PAGES + places}
    assert set(found.values()) == {200} and len(found) > len(PAGES) + 3


def bundled(tables: dict[str, Any]) -> int:
    """Presets that were there before."""
    return sum("Kept" not in row for row in tables["playground_preset"])


def test_the_commands_say_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "no.tar.gz").write_bytes(b"no archive")
    with pytest.raises(CommandError, match="cannot be read as a backup"):
        call_command("restore", str(tmp_path / "no.tar.gz"))
    with pytest.raises(CommandError, match="No such file"):
        call_command("restore", str(tmp_path / "nowhere.tar.gz"))
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", str(tmp_path / "no.tar.gz"))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="about PostgreSQL's programs")
@pytest.mark.django_db
@pytest.mark.parametrize(("path", "told"), [("", "was not found. Install"), ("old", "is older than the server")])
def test_postgresql_programs_are_looked_for(path: str, told: str, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "pg_dump").write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
    (tmp_path / "old" / "pg_dump").chmod(0o755)
    connection.ensure_connection()
    monkeypatch.setenv("PATH", str(tmp_path / path))
    with pytest.raises(Refused, match=told):
        postgresql.found("pg_dump")
