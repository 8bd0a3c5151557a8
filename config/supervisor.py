"""Several processes that serve one address: starts them, replaces what dies, and passes on that they are to end."""

import logging
import os
import signal
import socket
import subprocess

from uvicorn.config import STARTUP_FAILURE

SOCKET = "MODELRY_SOCKET"  # the variable that tells a worker the number of the socket it was given
ENDS = {signal.SIGTERM, signal.SIGINT}
WATCHED = ENDS | {signal.SIGCHLD}
LOOKS_EVERY = 1.0  # seconds

log = logging.getLogger("uvicorn.error")


def run(host: str, port: int, workers: int, command: list[str]) -> int:
    """Runs `command` so many times until SIGTERM or SIGINT; a second one ends them at once. Returns an exit code."""
    # Taken out of a queue below, one after the other; the workers let them through again.
    signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
    with listening(host, port) as shared:
        return look_after([start(command, shared) for _ in range(workers)], command, shared)


def listening(host: str, port: int) -> socket.socket:
    found = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    os.set_inheritable(found.fileno(), True)
    return found


def start(command: list[str], shared: socket.socket) -> subprocess.Popen[bytes]:
    """A worker, in a process group of its own: Ctrl+C reaches it through the supervisor alone."""
    command = [*command, "--workers", "1"]
    env = {**os.environ, SOCKET: str(shared.fileno())}
    return subprocess.Popen(command, env=env, pass_fds=[shared.fileno()], process_group=0)


def look_after(processes: list[subprocess.Popen[bytes]], command: list[str], shared: socket.socket) -> int:
    while next_signal() not in ENDS:
        for place, process in enumerate(processes):
            if process.poll() == STARTUP_FAILURE:
                log.error("Worker %d could not start, so all end.", process.pid)
                end(processes)
                return STARTUP_FAILURE
            if process.returncode is not None:
                log.error("Worker %d ended with %d; another one takes its place.", process.pid, process.returncode)
                processes[place] = start(command, shared)
    end(processes)
    return 0


def end(processes: list[subprocess.Popen[bytes]]) -> None:
    tell(processes, signal.SIGTERM)
    while any(process.poll() is None for process in processes):
        if next_signal() in ENDS:
            tell(processes, signal.SIGINT)


def tell(processes: list[subprocess.Popen[bytes]], what: signal.Signals) -> None:
    for process in processes:
        process.send_signal(what)  # nothing to one that has ended


def next_signal() -> int | None:
    found = signal.sigtimedwait(WATCHED, LOOKS_EVERY)
    return found.si_signo if found else None
