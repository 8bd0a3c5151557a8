"""Serves the site with uvicorn, and ends it well: on SIGTERM runs under way go on for a while, then the process ends.

`python -m config.serving --prepare --host … --port … --workers …`. Of several workers each is such a process, started by
`config.supervisor` with the socket that all of them share.
"""

import argparse
import asyncio
import contextlib
import gc
import os
import resource
import signal
import socket
import subprocess
import sys
from logging.config import dictConfig
from types import FrameType

import uvicorn

from config import logs, preparing, supervisor
from config.connections import Connection

KEEP_ALIVE = 65  # seconds: longer than a proxy keeps its connections (nginx: 60), so that none is closed under a request
BACKLOG = 2048  # connections that the kernel holds until they are accepted
LAST_WORDS = 8  # seconds for whatever is being answered once the runs have ended


class Server(uvicorn.Server):
    """`supervised`: SIGTERM may come twice, from an init system and the supervisor, and SIGINT alone means at once."""

    def __init__(self, config: uvicorn.Config, supervised: bool = False):
        super().__init__(config)
        self.supervised = supervised
        self.asked = self.hurried = False
        self.drain: asyncio.Task[None] | None = None
        self.parent = os.getppid()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if not self._captured_signals:
            self._captured_signals.append(sig)
        self.hurried = sig == signal.SIGINT if self.supervised else self.asked
        self.asked = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.freeze()
        gc.enable()

    async def on_tick(self, counter: int) -> bool:
        from playground.running import draining  # Django is ready once the application is loaded

        if self.supervised and os.getppid() != self.parent:
            self.asked = True  # the supervisor died, and its successor needs the address
        if self.asked and self.drain is None:
            self.drain = asyncio.create_task(draining.drain())
        if self.hurried:
            draining.hurry()
        return await super().on_tick(counter) or self.drain is not None and self.drain.done()


def main() -> None:
    asked = arguments()
    gc.disable()  # until the server is up: what is imported stays, and looking through it takes a tenth of a start
    dictConfig(logs.SETUP)
    allow_files()
    if asked.workers > 1:
        sys.exit(several(asked))
    if asked.prepare:
        preparing.prepare(asked.host, asked.port)
    config = uvicorn.Config(
        "config.asgi:application", host=asked.host, port=asked.port, http=Connection, lifespan="on",
        proxy_headers=asked.proxy_headers, server_header=False, access_log=False, log_config=None, backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE, timeout_graceful_shutdown=LAST_WORDS,
    )  # fmt: skip
    given = os.environ.get(supervisor.SOCKET)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, supervisor.WATCHED)
    server = Server(config, supervised=bool(given))
    with contextlib.suppress(KeyboardInterrupt):  # uvicorn passes Ctrl+C on once it is done
        server.run([socket.socket(fileno=int(given))] if given else None)
    sys.exit(0 if server.started else uvicorn.config.STARTUP_FAILURE)


def several(asked: argparse.Namespace) -> int:
    """Prepares once for all of them, in a process that then ends."""
    words = [word for word in sys.argv[1:] if word != "--prepare"]
    code = "import sys; from config.preparing import prepare; prepare(sys.argv[1], int(sys.argv[2]))"
    if asked.prepare and (ended := subprocess.run([sys.executable, "-c", code, asked.host, str(asked.port)]).returncode):
        return ended
    return supervisor.run(asked.host, asked.port, asked.workers, [sys.executable, "-m", "config.serving", *words])


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--prepare", action="store_true", help="Bring tables and catalog up to this code first.")
    parser.add_argument("--proxy-headers", action=argparse.BooleanOptionalAction, default=False)
    return parser.parse_args()


def allow_files() -> None:
    """As many open files as the system allows this user: every visitor and every run needs some."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    main()
