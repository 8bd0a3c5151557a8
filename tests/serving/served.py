"""The site in processes of its own, as `scripts/serve` starts it, and a visitor of it."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parent.parent.parent
SETTINGS = {"DJANGO_SETTINGS_MODULE": "plain_settings", "PYTHONPATH": str(Path(__file__).parent)}
ASKED = {"model": "acme/talk-large", "role": "user", "content": "Hello, all of you!", "stream": "on"}
MANY = {"RUNS_PER_MINUTE": "10000", "RUNS_AT_ONCE": "1000"}
PATIENCE = 30.0  # seconds until a test gives up waiting


def environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
    return {**kept, **SETTINGS, **MANY, "DATA_DIR": str(folder), **more}


def until(found: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """What `found` gives once that is something."""
    end = time.monotonic() + patience
    while not (value := found()):
        assert time.monotonic() < end, "It did not come to this."
        time.sleep(0.02)
    return value


class Served:
    """`with Served(folder, workers=2) as site`: answers at `site.url` once the block begins, is gone after it."""

    def __init__(self, folder: Path, workers: int = 1, **variables: str):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.folder, self.url = folder, f"http://127.0.0.1:{self.port}"
        words = ["-m", "config.serving", "--port", str(self.port), "--workers", str(workers)]
        self.log = folder / f"log-{self.port}"
        env = environment(folder, PORT=str(self.port), **variables)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([sys.executable, *words], cwd=ROOT, env=env, stdout=log, stderr=log)

    def __enter__(self) -> "Served":
        until(self.ready)
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.signal(signal.SIGINT)
            self.signal(signal.SIGTERM)
        self.process.wait(PATIENCE)

    def ready(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        return self.get("/readyz")[0] == 200

    def get(self, path: str) -> tuple[int, str]:
        """Status and text, or 0 and nothing where nobody answers."""
        try:
            answer = httpx.get(self.url + path, trust_env=False, timeout=PATIENCE)
        except httpx.HTTPError:
            return 0, ""
        return answer.status_code, answer.text

    def signal(self, what: signal.Signals) -> None:
        self.process.send_signal(what)

    def rows(self, query: str) -> list[tuple]:
        with sqlite3.connect(self.folder / "modelry.sqlite3") as database:
            database.create_function("REGEXP", 2, lambda pattern, text: bool(re.search(pattern, str(text))))  # as Django does
            return database.execute(query).fetchall()

    def visitor(self) -> httpx.Client:
        """A browser that has been on the playground's page."""
        visitor = httpx.Client(base_url=self.url, trust_env=False, timeout=PATIENCE)
        visitor.get("/playground").raise_for_status()
        visitor.headers["X-CSRFToken"] = visitor.cookies["csrftoken"]
        return visitor


def streamed(visitor: httpx.Client, patience: float = PATIENCE, **fields: str) -> Any:
    """`with streamed(visitor) as answer`: a run as the page asks for it. `patience`: seconds without a byte."""
    headers = {"Accept": "text/event-stream"}
    return visitor.stream("POST", "/playground/run", data=ASKED | fields, headers=headers, timeout=patience)


def refused(visitor: httpx.Client, **fields: str) -> httpx.Response:
    """A run as a script asks for it."""
    return visitor.post("/playground/run", data=ASKED | fields, headers={"Accept": "application/json"})


def first_piece(lines: Iterator[str]) -> dict[str, Any]:
    """The first event that brings text."""
    return next(found for line in lines if line.startswith("data: {") and (found := json.loads(line[6:])).get("text"))
