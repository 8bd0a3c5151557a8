"""scripts/find-python: which Python a newcomer's machine is found to have."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "scripts" / "find-python"


@pytest.fixture
def bare(tmp_path):
    """A machine whose PATH and home are empty folders."""
    for name in ("bin", "home"):
        (tmp_path / name).mkdir()
    return tmp_path


def executable(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def find(machine, **variables):
    env = {"PATH": str(machine / "bin"), "HOME": str(machine / "home"), **variables}
    return subprocess.run(["/bin/sh", SCRIPT], env=env, capture_output=True, text=True)


def same_python(path):
    return os.path.realpath(path) == os.path.realpath(sys.executable)


def test_prints_the_python_of_the_variable(bare):
    assert same_python(find(bare, PYTHON=sys.executable).stdout.strip())


def test_refuses_an_old_python_in_one_sentence(bare):
    disguise = "import sys; sys.version_info, sys.version = (3, 9, 1), '3.9.1 (main)'; exec(sys.argv[1])"
    old = executable(bare / "old", f'exec "{sys.executable}" -c "{disguise}" "$2"')
    result = find(bare, PYTHON=str(old))
    assert result.returncode == 1
    assert result.stderr == f"PYTHON={old} is 3.9.1: Modelry needs 3.12 or newer.\n"


def test_says_when_the_variable_does_not_run(bare):
    shim = executable(bare / "shim", "echo 'pyenv: python3: command not found' >&2; exit 127")
    result = find(bare, PYTHON=str(shim))
    assert (result.returncode, result.stderr) == (1, f"PYTHON={shim} does not run.\n")


def test_passes_over_a_shim_that_fails(bare):
    executable(bare / "bin" / "python3.13", "echo 'pyenv: python3.13: command not found' >&2; exit 127")
    executable(bare / "home/.pyenv/versions/3.13.9/bin/python3.13", f'exec "{sys.executable}" "$@"')
    result = find(bare)
    assert result.returncode == 0
    assert same_python(result.stdout.strip())
    assert result.stderr == ""


def test_prefers_3_13_to_others(bare):
    for name in ("python3.12", "python3.14", "python3.13"):
        executable(bare / "bin" / name, f"echo {name}")
    assert find(bare).stdout == "python3.13\n"


def test_finds_a_folder_with_a_space_on_the_path(bare):
    executable(bare / "my tools" / "python3.12", "echo found")
    assert find(bare, PATH=f"{bare / 'bin'}:{bare / 'my tools'}").stdout == "found\n"


def test_says_one_sentence_when_there_is_none(bare):
    executable(bare / "bin" / "python3", "exit 1")
    result = find(bare)
    if result.returncode == 0:
        pytest.skip(f"this machine has {result.stdout.strip()} outside PATH and home")
    assert result.returncode == 1
    assert result.stderr == "No working Python 3.12 or newer was found: install one, or set PYTHON=/path/to/python3.\n"
