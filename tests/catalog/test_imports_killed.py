"""An import whose process is killed half-way leaves nothing behind, and the next one goes through."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

ROOT = Path(__file__).parent.parent.parent
# Writes the first of two batches, says so, and then waits for ever.
HALF = """
import sys
from catalog import imports

def progress(done, of):
    if 0 < done < of:
        print("half", done, flush=True)
        sys.stdin.read()

imports.apply(imports.read("bundle"), progress=progress)
"""
COUNT = """
from catalog.models import *
print([table.objects.count() for table in (Model, Provider, Claim, Price, Alias, Version)])
print(list(Import.objects.order_by("pk").values_list("state", flat=True)))
"""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a site with an empty database of its own, of the kind that the tests run on."""
    url = os.environ.get("DATABASE_URL", "")
    name = f"killed_{uuid4().hex[:8]}"
    env = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"} | {"DATA_DIR": str(tmp_path)}
    if url:
        env["DATABASE_URL"] = urlsplit(url)._replace(path=f"/{name}").geturl()
        statement(url, f"CREATE DATABASE {name}")
    run(env, "migrate", "--no-input", "-v0")
    yield env
    if url:
        statement(url, f"DROP DATABASE {name} WITH (FORCE)")


def statement(url: str, text: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(text)


def run(env: dict[str, str], *words: str) -> str:
    found = subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    return found.stdout


def shell(env: dict[str, str], code: str) -> list[str]:
    return run(env, "shell", "-v0", "-c", code).splitlines()


def test_a_killed_import_leaves_all_or_nothing(place: dict[str, str]) -> None:
    before, _ = shell(place, COUNT)
    words = [sys.executable, "manage.py", "shell", "-v0", "-c", HALF]
    with subprocess.Popen(words, cwd=ROOT, env=place, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as half:
        assert half.stdout is not None and half.stdout.readline() == "half 500\n"
        half.kill()
    assert shell(place, COUNT) == [before, "['running']"]

    run(place, "load_catalog", "-v0")
    after, states = shell(place, COUNT)
    assert (after == before, states) == (False, "['failed', 'done']")
    assert "Unchanged: 775" in run(place, "import_catalog", "bundle", "--dry-run")
