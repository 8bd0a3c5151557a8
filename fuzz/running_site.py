"""A real site for as long as a block lasts: a process of its own, on a free port, with a folder of its own."""

import contextlib
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).parent.parent
ERROR = re.compile(r"(\S+ ){0,2}(ERROR|CRITICAL)\b")  # of the site's own log, or of uvicorn's
STARTS = 60  # seconds that a busy machine may need
# Limits out of the way: what is looked for is behind them.
OPEN = {
    "SANDBOX_PACE_MS": "0", "RUNS_PER_MINUTE": "1000000", "RUNS_AT_ONCE": "1000", "VISITORS_PER_ADDRESS": "1000",
    "SITE_RUNS_AT_ONCE": "10000", "SIGN_INS_PER_MINUTE": "1000000", "SYNC_EVERY": "off", "DAILY_BUDGET_USD": "1000000",
    "MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "262144",  # as scripts/serve sets them
}  # fmt: skip
SHELL = ("PATH", "HOME", "LANG", "VIRTUAL_ENV", "TMPDIR")  # all that the site is given of the caller's variables


@dataclass
class RunningSite:
    """Where it is, the id of its process, and the file that it logs to."""

    url: str
    pid: int
    log: Path

    def complaints(self) -> list[str]:
        """What it logged as an error: what failed after an answer had begun shows nowhere else."""
        return [line for line in self.log.read_text("utf-8", "replace").splitlines() if ERROR.match(line)]

    def resident(self) -> int:
        """Its memory in KiB, shared pages included."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])

    def files(self) -> int:
        """How many file descriptors it has open, handles of an SQLite database left out.

        SQLite keeps those of closed connections for the next ones: as many as were ever needed at once, and no more.
        """
        found = Path(f"/proc/{self.pid}/fd").iterdir()
        return sum(not target(one).endswith(".sqlite3") for one in found)


@contextlib.contextmanager
def running_site(**variables: str) -> Iterator[RunningSite]:
    """Serves the bundled catalog, with these variables besides OPEN. The folder stays where the block fails."""
    folder = Path(tempfile.mkdtemp(prefix="modelry-fuzz-"))
    port = free_port()
    shell = {name: os.environ[name] for name in SHELL if name in os.environ}
    env = shell | OPEN | {"DATA_DIR": str(folder), "PORT": str(port)} | variables
    for command in (["migrate", "--no-input"], ["load_catalog"], ["collectstatic", "--no-input"]):
        subprocess.run([sys.executable, "manage.py", *command, "-v0"], env=env, cwd=ROOT, check=True)
    with (folder / "log").open("wb") as log:
        command = [sys.executable, "-m", "config.serving", "--port", str(port)]
        process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=log, stderr=log)
    try:
        site = RunningSite(f"http://127.0.0.1:{port}", process.pid, folder / "log")
        wait_for(site, process)
        yield site
    finally:
        process.terminate()
        process.wait(30)


def target(descriptor: Path) -> str:
    """What a descriptor leads to; blank once it is closed."""
    with contextlib.suppress(FileNotFoundError):
        return os.readlink(descriptor)
    return ""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def wait_for(site: RunningSite, process: subprocess.Popen) -> None:
    until = time.monotonic() + STARTS
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{site.url}/healthz", trust_env=False).is_success:
                return
        time.sleep(0.1)
    raise RuntimeError(f"The site did not start: {site.log.read_text()[-2000:]}")
