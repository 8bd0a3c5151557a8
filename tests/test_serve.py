"""scripts/serve: what it refuses before it installs or changes anything, and how it starts the server."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# Stands in for the .venv's Python: says how it was called.
PYTHON = '#!/bin/sh\necho "$@"\n'


@pytest.fixture
def site(tmp_path):
    """A copy of the script in a site whose installer and Python only say that they were called."""
    for name, text in {"scripts/install": "#!/bin/sh\necho install\n", ".venv/bin/python": PYTHON}.items():
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    shutil.copy(ROOT / "scripts" / "serve", tmp_path / "scripts")
    return tmp_path


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def free():
    """A port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def serve(site, **variables):
    env = {"PATH": os.environ["PATH"], **{name: str(value) for name, value in variables.items()}}
    return subprocess.run([sys.executable, site / "scripts" / "serve"], env=env, capture_output=True, text=True)


def test_says_that_the_port_is_taken_before_installing(site, taken):
    result = serve(site, PORT=taken)
    assert result.returncode == 1
    assert result.stderr == f"Port {taken} on 127.0.0.1 is taken: set PORT=… to another one.\n"
    assert result.stdout == ""


def test_make_run_ends_with_the_sentence(taken):
    if not shutil.which("make"):
        pytest.skip("make is not installed")
    env = {**os.environ, "PORT": str(taken), "HOST": "127.0.0.1", "PYTHON": sys.executable}
    result = subprocess.run(["make", "-C", ROOT, "run"], env=env, capture_output=True, text=True)
    assert result.returncode != 0
    assert result.stderr.startswith(f"Port {taken} on 127.0.0.1 is taken")


@pytest.mark.parametrize(("name", "value"), [("PORT", "eighty"), ("PORT", "0"), ("PORT", "65536"), ("WORKERS", "0")])
def test_says_which_variable_is_wrong(site, name, value):
    result = serve(site, **{name: value})
    assert result.returncode == 2
    assert result.stderr.startswith(f"{name} must be a whole number from 1 to ")
    assert result.stderr.count("\n") == 1


def test_says_when_the_host_is_not_of_this_machine(site):
    result = serve(site, HOST="203.0.113.7", PORT=8000)
    assert result.returncode == 2
    assert result.stderr.startswith("HOST=203.0.113.7 is not an address of this machine")


def test_prepares_the_site_then_becomes_the_server(site, free):
    called = serve(site, PORT=free, WORKERS=2).stdout.splitlines()
    assert called[:2] == ["install", "manage.py collectstatic --no-input -v0"]
    assert called[-1].startswith(f"-m config.serving --prepare --host 127.0.0.1 --port {free} --workers 2 ")
    assert called[-1].endswith(" --no-proxy-headers")


@pytest.mark.parametrize(("said", "found"), [({}, "1 262144"), ({"MALLOC_ARENA_MAX": "4", "MALLOC_MMAP_THRESHOLD_": "9"}, "4 9")])
def test_large_answers_go_back_to_the_system_unless_said_otherwise(site, free, said, found):
    (site / ".venv" / "bin" / "python").write_text('#!/bin/sh\necho "heaps: $MALLOC_ARENA_MAX $MALLOC_MMAP_THRESHOLD_"\n')
    assert serve(site, PORT=free, **said).stdout.splitlines()[-1] == f"heaps: {found}"


@pytest.mark.parametrize("absolute", [False, True])
def test_collects_static_files_only_when_they_changed(site, free, absolute):
    data = {"DATA_DIR": site.resolve() / "var"} if absolute else {}
    for folder in ("static", "var/static"):
        (site / folder).mkdir(parents=True)
    (site / "static" / "a.css").write_text("a {}")
    assert "collectstatic" in serve(site, PORT=free, **data).stdout
    assert "collectstatic" not in serve(site, PORT=free, **data).stdout
    (site / "static" / "a.css").write_text("b {}")
    assert "collectstatic" in serve(site, PORT=free, **data).stdout


def test_stops_when_a_step_fails(site, free):
    (site / ".venv/bin/python").write_text('#!/bin/sh\necho "$@"\nexit 3\n')
    result = serve(site, PORT=free)
    assert result.returncode == 3
    assert result.stdout.splitlines() == ["install", "manage.py collectstatic --no-input -v0"]


def test_believes_a_proxy_only_when_asked(site, free):
    assert serve(site, PORT=free, TRUST_PROXY="on").stdout.endswith(" --proxy-headers\n")


def test_several_workers_count_into_a_folder_that_is_emptied(site, free):
    (site / ".venv/bin/python").write_text('#!/bin/sh\necho "$@" "$PROMETHEUS_MULTIPROC_DIR"\n')
    old = site / "var/tmp/metrics/counter_1.db"
    old.parent.mkdir(parents=True)
    old.touch()
    assert not serve(site, PORT=free).stdout.strip().endswith("metrics") and old.exists()
    assert serve(site, PORT=free, WORKERS=2).stdout.strip().endswith(f" {old.parent.resolve()}") and not old.exists()


@pytest.mark.parametrize("words", [["manage.py", "migrate"], ["-m", "config.serving", "--prepare", "--port", "0"]])
@pytest.mark.parametrize(("name", "value"), [("GATEWAY_URL", "https://me:sk-secret@gateway.example/v1"), ("LOG_FORMAT", "xml")])
def test_a_wrong_setting_is_one_sentence(tmp_path, words, name, value):
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), name: value}
    result = subprocess.run([sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True)
    assert result.returncode == 2 and result.stdout == "" and "sk-secret" not in result.stderr
    assert result.stderr.startswith(f"{name} must ") and result.stderr.count("\n") == 1
