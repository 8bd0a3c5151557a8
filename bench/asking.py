"""Single requests to a server on this machine, with the very headers and bytes that came back."""

import http.client
import time
from typing import NamedTuple

from bench.processes import PATIENCE, Server


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]  # by lower-case name; of a repeated one the last
    body: bytes
    wire: int  # bytes of status line, headers and body
    cookies: list[str]


def ask(server: Server, path: str, body: bytes | None = None, **headers: str) -> Answer:
    """GET, or POST where there is a body. Header names have _ for -."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    try:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET" if body is None else "POST", path, body, told)
        return read(connection.getresponse())
    finally:
        connection.close()


def read(response: http.client.HTTPResponse) -> Answer:
    told, body = response.getheaders(), response.read()
    wire = len(f"HTTP/1.1 {response.status} {response.reason}\r\n\r\n") + sum(len(n) + len(v) + 4 for n, v in told) + len(body)
    cookies = [value.partition(";")[0] for name, value in told if name.lower() == "set-cookie"]
    return Answer(response.status, {name.lower(): value for name, value in told}, body, wire, cookies)


def until_it_answers(server: Server, path: str) -> float:
    """Asks until the page comes; seconds from the call. Raises RuntimeError where the server ends or takes too long."""
    begun = time.monotonic()
    while time.monotonic() - begun < PATIENCE:
        server.check_alive()
        try:
            if ask(server, path).status == 200:
                return time.monotonic() - begun
        except OSError:
            time.sleep(0.005)  # nobody listens yet
    raise RuntimeError(f"{server.name} did not answer {path} within {PATIENCE} s: see {server.log}")
