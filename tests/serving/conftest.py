"""A folder with a small catalog, made once, of which each site gets a copy."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from served import ROOT, Served, environment

MAKE = f"""
import json
from pathlib import Path
from django.core.management import call_command
from catalog import bundle
call_command("migrate", interactive=False, verbosity=0)
small = json.loads(Path("{ROOT}/tests/data/small-catalog.json").read_text("utf-8"))
bundle.load(small["files"], small["collections"])
"""


def fill(folder: Path, **variables: str) -> Path:
    """Makes the tables and a small catalog in them."""
    words = [sys.executable, "manage.py", "shell", "-v0", "-c", MAKE]
    subprocess.run(words, cwd=ROOT, env=environment(folder, **variables), check=True)
    return folder


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("stocked"))


@pytest.fixture
def make() -> Callable[..., Path]:
    """make(folder, DATABASE_URL=...) fills another database in the same way."""
    return fill


@pytest.fixture
def serve(stocked: Path, tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """serve(workers=2, **variables) -> a site of its own that answers."""
    with ExitStack() as sites:

        def start(folder: Path = tmp_path / "data", **how: str) -> Served:
            shutil.copytree(stocked, folder, dirs_exist_ok=True)
            return sites.enter_context(Served(folder, **how))

        yield start
