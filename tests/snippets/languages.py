"""Runs a snippet the way its reader would: bash with curl, python, and tsx, each a process in a folder of its own."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from catalog.endpoints import jobs
from catalog.endpoints.uploads import sample

NODE = Path(__file__).parent.parent.parent / ".venv" / "node" / "node_modules"
FILES = {"curl": "call.sh", "python": "call.py", "typescript": "call.mts"}
PROGRAMS = {"curl": ["bash"], "python": [sys.executable], "typescript": [str(NODE / ".bin" / "tsx")]}
ENVIRONMENT = {settings.KEY_VARIABLE: "sk-test"}
TIMEOUT = 120  # seconds; a busy machine takes several for one start of an SDK


@dataclass(frozen=True, slots=True)
class Done:
    """A finished snippet: what it printed, its exit code, and what it complained of."""

    said: str
    code: int
    complaint: str


def lacking(language: str) -> str:
    """Why a language cannot be run on this machine, or blank."""
    if language == "typescript" and not (shutil.which("node") and Path(PROGRAMS[language][0]).exists()):
        return "Node or its packages are not there (scripts/test installs them with npm): no TypeScript is run."
    program = {"curl": "curl", "python": sys.executable, "typescript": "node"}[language]
    return "" if shutil.which(program) else f"{program} is not installed: no {language} is run."


def run(language: str, code: str, folder: Path, samples: Iterable[str] = ()) -> Done:
    """Runs `code` in `folder`, beside the sample files that it sends, with the key in the environment and nothing else."""
    for name in samples:
        (folder / name).write_bytes(sample(name).content)
    if language == "typescript":
        (folder / "node_modules").symlink_to(NODE)
    (folder / FILES[language]).write_text(code, "utf-8")
    done = process([*PROGRAMS[language], FILES[language]], folder)
    said = done.stdout + (followed(code, done.stdout, folder) if language == "curl" else "")
    return Done(said, done.returncode, done.stderr)


def process(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), **ENVIRONMENT}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=TIMEOUT)


def followed(code: str, said: str, folder: Path) -> str:
    """What the poll that a job's curl snippet ends with, in a comment, answers once the job is over; blank elsewhere."""
    poll = re.search(r"^# (curl .*JOB_ID.*)$", code, re.MULTILINE)
    if not poll:
        return ""
    command = poll[1].replace("JOB_ID", json.loads(said)["id"])
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        answer = process(["bash", "-c", command], folder).stdout
        if jobs.read(json.loads(answer)).state in jobs.OVER:
            return f"\n{answer}"
        time.sleep(0.2)
    return f"\nThe job was not over within {TIMEOUT} seconds."
