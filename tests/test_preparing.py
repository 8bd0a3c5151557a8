"""What a start does before anyone is answered: the tables and the bundled catalog are those of this code, or it ends."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from catalog import bundle
from catalog.models import Version
from config import preparing

ROOT = Path(__file__).parent.parent


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What is started in processes of its own, in place of being started."""
    started: list[list[str]] = []

    def run(words: list[str]) -> subprocess.CompletedProcess[bytes]:
        started.append(words[1:])
        return subprocess.CompletedProcess(words, 0)

    monkeypatch.setattr(preparing.subprocess, "run", run)
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)  # the test's own among them
    return started


@pytest.mark.django_db
def test_loads_the_bundle_only_where_it_is_another(commands):
    Version.objects.update_or_create(pk=1, defaults={"bundle": bundle.digest()})
    preparing.bring_up()
    assert commands == []
    Version.objects.update(bundle="older")
    preparing.bring_up()
    assert commands == [["manage.py", "load_catalog", "-v0"]]


def prepared(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder), **variables}
    code = "from config.preparing import prepare; prepare('127.0.0.1', 8123)"
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True)


def test_an_empty_folder_becomes_a_site_and_an_older_one_is_brought_up(tmp_path):
    assert prepared(tmp_path).stdout.startswith("Modelry starts at http://127.0.0.1:8123 (Ctrl+C stops it)\n")
    looked = "from catalog.models import Model; print(Model.objects.count())"
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)}

    def manage(*words: str) -> str:
        words = (sys.executable, "manage.py", *words)
        return subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout

    assert int(manage("shell", "-v0", "-c", looked)) > 100
    manage("migrate", "playground", "0001", "-v0")
    assert prepared(tmp_path).returncode == 0
    assert "[ ]" not in manage("showmigrations")


def test_a_database_that_is_away_is_one_sentence(tmp_path):
    result = prepared(tmp_path, DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    assert result.returncode == 1 and result.stdout == ""
    assert result.stderr.startswith("The database cannot be used: ") and result.stderr.count("\n") == 1


@pytest.mark.parametrize(("url", "said"), [
    ("https://sk-secret@gateway.example/v1", "gateway.example"),
    ("", "the built-in sandbox (set GATEWAY_URL and GATEWAY_KEY for a real one)"),
])  # fmt: skip
def test_names_the_gateway_without_its_key(monkeypatch, url, said):
    monkeypatch.setenv("GATEWAY_URL", url)
    assert preparing.gateway() == said


@pytest.mark.parametrize(("host", "said"), [
    ("127.0.0.1", "http://127.0.0.1:80"), ("::1", "http://[::1]:80"),
    ("::", "http://localhost:80, on every address of this machine"),
])  # fmt: skip
def test_says_where_the_site_is(host, said):
    assert preparing.address(host, 80) == said
