"""Kept pages that the connection answers by itself: the very answers of the application, and only to plain questions."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest
import uvicorn
from served import Served

from config import connections

KEPT = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nkept"


class Application:
    """Answers `made`, and has `kept` at once for GET of /kept."""

    def __init__(self) -> None:
        self.calls = 0

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        if scope["type"] == "lifespan":
            scope["state"][connections.AT_ONCE] = lambda url, *_: KEPT if url == b"/kept" else None
            for step in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{step}.complete"})
            return
        self.calls += 1
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
        await send({"type": "http.response.body", "body": b"made"})


@pytest.fixture
def application() -> Application:
    return Application()


@pytest.fixture
def answers(application) -> Iterator[Callable[[bytes], list[bytes]]]:
    """answers(requests) -> the bodies that come for them, sent in one piece; the last must end the connection."""
    server = uvicorn.Server(uvicorn.Config(application, http=connections.Connection, lifespan="on", log_level="error"))
    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()

    def ask(requests: bytes) -> list[bytes]:
        parts = exchanged(listening.getsockname(), requests).split(b"HTTP/1.1 ")[1:]
        return [part.rpartition(b"\r\n\r\n")[2] for part in parts]

    yield ask
    server.should_exit = True
    thread.join(20)
    assert not connections.Connection.waiting


def exchanged(place: tuple, requests: bytes) -> bytes:
    with socket.create_connection(place, 20) as one:
        one.sendall(requests)
        return b"".join(iter(lambda: one.recv(65536), b""))


def get(path: str, *headers: str, method: str = "GET", version: str = "1.1") -> bytes:
    return "\r\n".join((f"{method} {path} HTTP/{version}", "Host: 127.0.0.1", *headers, "", "")).encode()


LAST = get("/made", "Connection: close")


def test_what_is_kept_does_not_reach_the_application(answers, application):
    assert answers(get("/kept") * 3 + LAST) == [b"kept"] * 3 + [b"made"]
    assert application.calls == 1


def test_answers_keep_the_order_of_their_questions(answers):
    asked = get("/kept") + get("/made") + get("/kept") * 2 + get("/made") + LAST
    assert [answer for answer in answers(asked)][:2] == [b"kept", b"made"] and len(answers(asked)) == 6


@pytest.mark.parametrize("asked", [
    get("/kept", "Connection: close"), get("/kept", version="1.0"), get("/kept", method="OPTIONS") + LAST,
])  # fmt: skip
def test_who_asks_otherwise_is_answered_by_the_application(answers, asked):
    assert set(answers(asked)) == {b"made"}


ENDS = get("/healthz", "Connection: close")
WAYS = [
    (), ("Accept-Encoding: gzip",), ("Accept-Encoding: br, gzip",), ("HX-Request-Type: partial", "Accept-Encoding: br"),
    ("If-None-Match: *",), ("If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT",), ('If-None-Match: "other"',),
]  # fmt: skip


@pytest.fixture
def site(serve) -> Served:
    return serve(SITE_URL="https://models.example", TRUST_PROXY="1")


def heads(site: Served, *requests: bytes) -> list[tuple[dict[bytes, bytes], bytes]]:
    """Headers and body of each answer but the last, which ends the connection."""
    found, rest = [], exchanged(("127.0.0.1", site.port), b"".join(requests) + ENDS)
    for _ in requests:
        head, _, rest = rest.partition(b"\r\n\r\n")
        fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:]) | {b"": head.split(b"\r\n")[0]}
        size = int(fields.get(b"content-length", b"0"))
        found.append((fields, rest[:size]))
        rest = rest[size:]
    return found


def test_the_answers_are_those_of_the_application(site):
    for path in ("/", "/models", "/models?modality=chat&sort=name", "/models/acme/talk-large", "/compare"):
        for way in WAYS:
            # A body, even of no bytes, is for the application.
            asked = get(path, *way), get(path, "Content-Length: 0", *way), get(path, *way)
            (_, first), (other, slow), (head, fast) = heads(site, *asked)
            ids = {fields.pop(b"x-request-id") for fields in (other, head)}
            dates = {fields.pop(b"date") for fields in (other, head)}
            assert first == slow == fast and len(ids) == 2 and len(dates) <= 2
            assert list(head.items()) == list(other.items()) and b"strict-transport-security" in head


def test_they_are_counted_and_have_their_lines(site):
    heads(site, *[get("/models", "Accept-Encoding: br")] * 5)
    site.process.terminate()
    site.process.wait(30)
    lines = [line for line in site.log.read_text().splitlines() if " route=browse " in line]
    assert len(lines) == 5 and len({line.split()[3] for line in lines}) == 5


def test_a_visitor_over_http_is_sent_to_https_also_from_a_kept_page(site):
    asked = [get("/models"), get("/models", "X-Forwarded-Proto: http")]
    assert [fields[b""] for fields, _ in heads(site, *asked)] == [b"HTTP/1.1 200 OK", b"HTTP/1.1 308 Permanent Redirect"]


def test_a_foreign_host_gets_no_kept_page(site):
    """Nor who names two, of which the last is the site's: Django refuses them, kept page or not."""
    kept, foreign = get("/models"), get("/models").replace(b"127.0.0.1", b"attacker.example")
    two = get("/models", "Host: 127.0.0.1").replace(b"127.0.0.1", b"attacker.example", 1)
    other = kept.replace(b"127.0.0.1", b"models.example:443")
    answers = [exchanged(("127.0.0.1", site.port), asked + ENDS) for asked in (foreign, kept, kept, foreign, two, other)]
    assert [answer.split()[1] for answer in answers] == [b"400", b"200", b"200", b"400", b"400", b"200"]
