"""Processes: started on one core, watched in /proc, ended. CPU and memory are those of a process and all its children."""

import contextlib
import os
import re
import signal
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
SERVER_CORE, CLIENT_CORE = 0, 1
SHELL = ("PATH", "HOME", "LANG", "TMPDIR")
PATIENCE = 300  # seconds for a server to come up
GRACE = 10  # seconds for one to end


class Server:
    """A process on the servers' core, with what it prints in `log`. A context manager: leaving ends it and its children.

    It sees of this process's environment only what a shell needs: a gateway or database that is set there is none to measure.
    """

    def __init__(self, name: str, command: list[str], port: int, log: Path, core: int = SERVER_CORE, **environment: str):
        self.name, self.port, self.log = name, port, log
        self.command = ["taskset", "-c", str(core), *command]
        self.environment = {key: os.environ[key] for key in SHELL if key in os.environ} | environment

    def __enter__(self) -> "Server":
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                self.command, env=self.environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
            )
        return self

    def __exit__(self, *fault: object) -> None:
        """Asks it to end, then ends its whole session: a server may have left children behind."""
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(GRACE)
        kill_group(self.process.pid)
        self.process.wait()

    @property
    def pid(self) -> int:
        return self.process.pid

    def address(self, path: str = "") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def check_alive(self) -> None:
        """Raises RuntimeError with the end of what it printed, where it has ended by itself."""
        if self.process.poll() is not None:
            end = self.log.read_text("utf-8", "replace")[-2000:]
            raise RuntimeError(f"{self.name} ended by itself:\n{end}")


def kill_group(group: int) -> None:
    with contextlib.suppress(ProcessLookupError):  # all of it has ended
        os.killpg(group, signal.SIGKILL)


def tree(pid: int) -> list[int]:
    """`pid` and all its descendants."""
    children = defaultdict(list)
    for child, parent in parents():
        children[parent].append(child)
    found = [pid]
    for one in found:
        found += children[one]
    return found


def parents() -> Iterator[tuple[int, int]]:
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (fields := stat(int(entry))):
            yield int(entry), int(fields[1])


def stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat from the third on; none where it has ended. proc(5)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def cpu_seconds(pid: int) -> float:
    """User and system time so far; the kernel counts it in ticks of 10 ms."""
    return sum(int(fields[11]) + int(fields[12]) for one in tree(pid) if (fields := stat(one))) / TICKS


def memory_mib(pid: int) -> float:
    """Proportional set size: pages that several processes share are counted once."""
    return sum(map(pss_kib, tree(pid))) / 1024


def pss_kib(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0  # it has ended
    return int(re.search(r"^Pss:\s+(\d+)", text, re.M)[1])


def settle(pid: int) -> None:
    """Waits until a server has worked off what an ended run left in its queue: it must not slow the next one."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        before = cpu_seconds(pid)
        time.sleep(0.2)
        if cpu_seconds(pid) - before <= 2 / TICKS:  # its own timers
            return
