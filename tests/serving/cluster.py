"""What `scripts/two-nodes` starts, in a folder of its own, and what visitors and a table say of it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from served import ROOT, until

SCRIPT = [sys.executable, str(ROOT / "scripts" / "two-nodes")]
STARTS_WITHIN = 300  # seconds, with what is loaded into the database
WANTED = ("PATH", "HOME", "LANG", "TMPDIR")
USUAL = {"REQUESTS": "100000", "CONNECTIONS": "10000", "VISITORS_PER_ADDRESS": "1000", "SANDBOX_PACE_MS": "200"}


class Cluster:
    """`with Cluster(RUNS_PER_MINUTE="6") as site`: nginx answers at `site.url`, the nodes alone at `site.nodes`."""

    def __init__(self, **variables: str):
        self.port = three_free()
        self.url, *self.nodes = [f"http://127.0.0.1:{self.port + n}" for n in range(3)]
        kept = {name: os.environ[name] for name in WANTED if name in os.environ}
        self.env = kept | USUAL | variables | {"PORT": str(self.port)}

    def __enter__(self) -> "Cluster":
        # Not pytest's folder: no other user gets into that, and PostgreSQL refuses to be root.
        self.folder = Path(tempfile.mkdtemp(prefix="modelry-nodes-"))
        self.log = self.folder / "said"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([*SCRIPT, "up", str(self.folder)], cwd=ROOT, env=self.env, stdout=log, stderr=log)
        until(lambda: self.process.poll() is not None or b"Two nodes answer" in self.log.read_bytes(), STARTS_WITHIN)
        if b"not installed here" in self.log.read_bytes() or b"not both installed" in self.log.read_bytes():
            pytest.skip(self.log.read_text())
        assert self.process.poll() is None, self.log.read_text()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            subprocess.run([*SCRIPT, "down", str(self.folder)], check=True)
        self.process.wait(30)
        shutil.rmtree(self.folder)

    def pid(self, node: int) -> int:
        return int((self.folder / f"node-{node}.pid").read_text())

    def kill(self, node: int) -> int:
        """Gives the number of the process that was."""
        pid = self.pid(node)
        os.kill(pid, signal.SIGKILL)
        return pid

    def ready(self, node: int) -> bool:
        try:
            return httpx.get(f"{self.nodes[node - 1]}/readyz", trust_env=False, timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def processes(self, node: int) -> set[str]:
        """Under which names the node's processes, of now and before, write runs down."""
        return {file.name for file in (self.folder / f"node-{node}" / "processes").iterdir()}

    def rows(self, query: str, *values: Any) -> list[tuple]:
        with psycopg.connect(self.services()["DATABASE_URL"]) as connection:
            return connection.execute(query, values).fetchall()

    def manage(self, *words: str, **variables: str) -> None:
        env = self.env | self.services() | {"DATA_DIR": str(self.folder / "node-1"), **variables}
        subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)

    def services(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in (self.folder / "services" / "addresses").read_text().splitlines())


def three_free() -> int:
    """The first of three ports in a row that nobody has."""
    for port in range(20_000, 30_000, 3):
        try:
            for one in range(port, port + 3):
                socket.create_server(("127.0.0.1", one)).close()
        except OSError:
            continue
        return port
    raise AssertionError("No three ports are free.")
