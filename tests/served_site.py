"""A site in processes of its own, with a DATA_DIR of its own: started, killed, looked into."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx

ROOT = Path(__file__).parent.parent
STARTS_WITHIN = 60  # seconds


class ServedSite:
    """`env` is the environment of its commands; with DATABASE_URL set, its database is made anew on that server."""

    def __init__(self, data: Path, **variables: str):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.data = data
        path = f"{ROOT}{os.pathsep}{ROOT / 'tests'}"
        own = {"DATA_DIR": str(data), "PORT": str(self.port), "PYTHONPATH": path}
        own |= {"DJANGO_SETTINGS_MODULE": "tests.served_settings"}
        self.env = os.environ | own | {"SANDBOX_PACE_MS": "10", "ALLOWED_HOSTS": "127.0.0.1,testserver"} | variables
        self.server: subprocess.Popen[bytes] | None = None
        self.base = os.environ.get("DATABASE_URL", "")
        self.name = f"served_{uuid4().hex[:8]}"
        if self.base:
            self.env["DATABASE_URL"] = urlsplit(self.base)._replace(path=f"/{self.name}").geturl()
            self.statement(f"CREATE DATABASE {self.name}")

    def statement(self, text: str) -> None:
        import psycopg

        with psycopg.connect(self.base, autocommit=True) as connection:
            connection.execute(text)

    def manage(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=self.env, capture_output=True, text=True)
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def ask(self, code: str) -> Any:
        """What `code` leaves in `told`, in a process beside the site's."""
        printed = self.manage("shell", "-v0", "-c", f"import json\n{code}\nprint(json.dumps(told, default=str))").stdout
        return json.loads(printed.splitlines()[-1])

    def start(self, workers: int = 1) -> None:
        words = ["-m", "uvicorn", "config.asgi:application", "--port", str(self.port), "--workers", str(workers)]
        quiet = ["--lifespan", "on", "--log-level", "warning", "--timeout-graceful-shutdown", "5"]
        log = (self.data.parent / f"{self.name}.log").open("ab")
        with log:
            self.server = subprocess.Popen(
                [sys.executable, *words, *quiet], cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
            )
        self.wait()

    def wait(self) -> None:
        until = time.monotonic() + STARTS_WITHIN
        while not self.answers():
            assert self.server is not None and self.server.poll() is None, "The site ended while it started."
            assert time.monotonic() < until, "The site did not start."
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz", timeout=5, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """All of its processes."""
        if self.server and self.server.poll() is None:
            os.killpg(self.server.pid, how)
            self.server.wait(30)

    def close(self) -> None:
        self.kill()
        if self.base:
            self.statement(f"DROP DATABASE {self.name} WITH (FORCE)")

    def visitor(self) -> "Visitor":
        return Visitor(self.url)


class Visitor(httpx.Client):
    """A browser's manners: cookies, the token that forms carry."""

    def __init__(self, url: str):
        super().__init__(base_url=url, timeout=30, trust_env=False, headers={"Origin": url})
        self.token = ""

    def send_form(self, path: str, fields: dict[str, Any], **headers: str) -> httpx.Response:
        return self.post(path, data=fields, headers={"X-CSRFToken": self.token} | headers)

    def begin(self, path: str = "/playground?model=acme/talk-large") -> "Visitor":
        """Opens a page that has a form, for its token."""
        self.token = self.form(path)["csrfmiddlewaretoken"][0]
        return self

    def form(self, path: str) -> dict[str, list[str]]:
        """What a browser would send back of a page's forms that nobody touched."""
        reader = Form()
        reader.feed(self.get(path).raise_for_status().text)
        return reader.fields


class Form(HTMLParser):
    """The fields of a page, with their values."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.inside = told.get("name", "") if tag in ("select", "textarea") else self.inside
        unchecked = told.get("type") in ("checkbox", "radio") and "checked" not in told
        if tag == "input" and "name" in told and not unchecked and told.get("type") != "submit":
            self.fields.setdefault(told["name"], []).append(told.get("value", "on" if told.get("type") == "checkbox" else ""))
        elif tag == "option" and "selected" in told and self.inside:
            self.fields.setdefault(self.inside, []).append(told.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self.inside and self.lasttag == "textarea":
            self.fields[self.inside] = [data.removeprefix("\n")]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self.inside = ""
