"""One request of the running site: how it is made, what of its answer is a fault, and the curl line that asks it again."""

import shlex
from dataclasses import dataclass, field
from pathlib import Path

import httpx

TOKEN = "f" * 32  # Django compares the cookie with the header, whoever made them
LONGEST = 60.0  # seconds for one answer, on a machine that is busy with other things
SHORT = 4000  # bytes of a body that a line still carries


@dataclass(frozen=True)
class Asked:
    method: str
    path: str  # with its query, as on the wire
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def curl(self, site: str, folder: Path) -> str:
        """A line of shell that sends it once more; a body that no line can carry is written into `folder`."""
        line = ["curl", "-i", "--path-as-is", "-X", self.method, *self.flags(), f"{site}{self.path}"]
        if self.body and (len(self.body) > SHORT or b"\0" in self.body or not self.body.isascii()):
            kept = folder / f"body-{len(list(folder.iterdir()))}"
            kept.write_bytes(self.body)
            line += ["--data-binary", f"@{kept}"]
        elif self.body:
            line += ["--data-raw", self.body.decode()]
        return shlex.join(line)

    def flags(self) -> list[str]:
        return [part for name, value in self.headers.items() for part in ("-H", f"{name}: {value}")]


def visitor(site: str) -> httpx.Client:
    """A client with a token against forged requests, as a browser has one."""
    headers = {"X-CSRFToken": TOKEN, "Accept-Encoding": "identity"}
    return httpx.Client(base_url=site, cookies={"csrftoken": TOKEN}, headers=headers, timeout=LONGEST, trust_env=False)


def with_token(asked: Asked) -> Asked:
    """The same request as curl must send it, which has no cookies of its own."""
    return Asked(asked.method, asked.path, {"Cookie": f"csrftoken={TOKEN}", "X-CSRFToken": TOKEN} | asked.headers, asked.body)


def fault(client: httpx.Client, asked: Asked) -> str:
    """What is wrong with the site's answer, blank where it answered or refused."""
    try:
        headers = {name: value.encode("latin-1") for name, value in asked.headers.items()}
        answer = client.request(asked.method, asked.path, headers=headers, content=asked.body)
    except httpx.HTTPError as error:
        return f"{type(error).__name__}: {error}"
    return server_error(answer.status_code, "retry-after" in answer.headers)


def server_error(status: int, may_wait: bool) -> str:
    """A deliberate 503 says when to come back; any other 5xx is a fault."""
    return "" if status < 500 or (status == 503 and may_wait) else f"status {status}"
