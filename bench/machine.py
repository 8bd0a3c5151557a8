"""What was measured on what: the machine, the versions, the day, the command."""

import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench import servers

OURS = ("Django", "uvicorn", "httptools", "uvloop", "httpx", "brotli")


def described(command: str, peers: bool, quick: bool) -> str:
    """A paragraph of it."""
    parts = [f"Measured on {datetime.now(UTC):%Y-%m-%d} by `{command}` on {computer()}; {', '.join(versions(peers))}."]
    if quick:
        parts.append("**Short runs (`QUICK=1`): rough figures.**")
    return " ".join(parts)


def computer() -> str:
    model = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.M)
    memory = int(re.search(r"^MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text(), re.M)[1])
    return f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores, {memory / 2**20:.0f} GiB, {platform.system()}"


def versions(peers: bool) -> list[str]:
    found = [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in OURS)]
    found += [said([servers.nginx_path(), "-v"]), said(["wrk", "-v"])]
    return found + ([peer_version("datasette"), peer_version("litellm")] if peers else [])


def said(command: list[str]) -> str:
    """`nginx/1.22.1` and `wrk 4.1.0` of what they print."""
    done = subprocess.run(command, capture_output=True, text=True)
    found = re.search(r"(nginx/|wrk )(?:debian/)?([\d.]+)", done.stdout + done.stderr)
    return f"{found[1].strip(' /')} {found[2]}" if found else command[0]


def peer_version(name: str) -> str:
    python = servers.PEERS[name].parent / "python"
    code = f"import importlib.metadata; print(importlib.metadata.version({name!r}))"
    return f"{name} {subprocess.run([python, '-c', code], capture_output=True, text=True).stdout.strip()}"
