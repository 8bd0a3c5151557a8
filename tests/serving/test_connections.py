"""Visitors who send or read too slowly, or nothing at all: they lose their connection, and others notice nothing."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
import uvicorn

from config import connections

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20480\r\n\r\n"
PATIENCE = 20  # seconds


class Application:
    """Reads the body, then answers what a test wants."""

    def __init__(self) -> None:
        self.chunks, self.pause, self.left = [b"hello"], 0.0, threading.Event()

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        while (message := await receive()).get("more_body"):
            pass
        if message["type"] == "http.disconnect":
            return self.left.set()
        leaving = asyncio.create_task(receive())
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for chunk in self.chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await asyncio.sleep(self.pause)
            if leaving.done():
                return self.left.set()
        await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def short(monkeypatch) -> None:
    for name in ("HEAD_WAITS", "BODY_WAITS", "READER_WAITS"):
        monkeypatch.setattr(connections, name, 0.3)


@pytest.fixture
def application(short) -> Application:
    return Application()


@pytest.fixture
def visit(application) -> Iterator[Callable[[], socket.socket]]:
    """visit() -> a new connection to a server with short clocks."""
    config = uvicorn.Config(application, http=connections.Connection, lifespan="off", log_level="error")
    server, listening, opened = uvicorn.Server(config), socket.create_server(("127.0.0.1", 0)), []
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()

    def connect() -> socket.socket:
        opened.append(socket.create_connection(listening.getsockname(), PATIENCE))
        return opened[-1]

    yield connect
    for one in opened:
        one.close()
    server.should_exit = True
    thread.join(PATIENCE)
    assert not connections.Connection.waiting


def rest(one: socket.socket) -> bytes:
    """What comes until the connection is closed, which fails where it stays open."""
    found = b""
    with contextlib.suppress(ConnectionError):  # closed with something unread
        while piece := one.recv(65536):
            found += piece
    return found


def asks(one: socket.socket) -> bytes:
    one.sendall(GET)
    found = b""
    while not found.endswith(b"\r\n0\r\n\r\n") and (piece := one.recv(4096)):
        found += piece
    return found


def dripped(one: socket.socket, text: bytes) -> bytes:
    """What comes back while `text` is sent, byte by byte."""
    one.settimeout(0.05)
    for byte in text * 1000:
        try:
            one.sendall(bytes([byte]))
            return one.recv(4096)
        except TimeoutError:
            continue
        except ConnectionError:
            return b""
    raise AssertionError("The connection stayed open.")


@pytest.mark.parametrize("text", [b"", b"GET / HTTP/1.1\r\n"])
def test_who_never_asks_is_let_go(visit, text):
    one = visit()
    one.sendall(text)
    assert rest(one) == b""


def test_a_head_that_drips_is_let_go(visit):
    one = visit()
    one.sendall(b"GET / HTTP/1.1\r\nX: ")
    assert dripped(one, b"x") == b""


def test_a_second_head_that_drips_is_let_go(visit):
    one = visit()
    assert b"200 OK" in asks(one)
    assert dripped(one, b"GET /") == b""


def test_a_body_that_drips_is_let_go_and_the_application_told(visit, application):
    one = visit()
    one.sendall(POST)
    assert dripped(one, b"x") == b""
    assert application.left.wait(PATIENCE)


def test_a_slow_but_steady_body_is_taken(visit):
    one = visit()
    one.sendall(POST)
    for _ in range(10):
        one.sendall(b"x" * 2048)
        assert not threading.Event().wait(0.06)
    assert b"200 OK" in one.recv(4096)


def test_headers_without_end_are_refused(visit, monkeypatch):
    monkeypatch.setattr(connections, "HEAD_WAITS", PATIENCE)
    one = visit()
    with contextlib.suppress(ConnectionError):  # it may be refused before all was sent
        one.sendall(b"GET / HTTP/1.1\r\n" + b"X: " + b"x" * 4_000_000)
    assert rest(one)[:12] in {b"HTTP/1.1 431", b""}


@pytest.mark.parametrize(("sent", "status"), [
    (b"no request at all\r\n\r\n", b"400"),
    (b"GET / HTTP/1.1\r\nX: " + b"x" * (connections.HEAD_BYTES + 1), b"431"),
])  # fmt: skip
def test_what_no_application_answers_has_headers_that_guard_too(visit, sent, status):
    one = visit()
    one.sendall(sent)
    head = rest(one).partition(b"\r\n\r\n")[0]
    assert head.startswith(b"HTTP/1.1 " + status)
    assert b"x-content-type-options: nosniff" in head and b"content-security-policy: default-src 'none'" in head


def test_the_oldest_of_too_many_silent_visitors_makes_room(visit, monkeypatch):
    monkeypatch.setattr(connections, "HEAD_WAITS", PATIENCE)
    monkeypatch.setattr(connections, "most_waiting", lambda: 10)
    silent = [visit() for _ in range(30)]
    assert b"200 OK" in asks(visit())
    assert rest(silent[0]) == b""
    assert b"200 OK" in asks(silent[-1])


def test_an_answer_may_take_longer_than_any_of_the_clocks(visit, application):
    application.chunks, application.pause = [b"a"] * 10, 0.1
    one = visit()
    one.sendall(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert rest(one).count(b"1\r\na\r\n") == 10


@pytest.mark.parametrize("size", [65536, 32 * 1024 * 1024])  # many pieces, or all at once
def test_who_does_not_read_is_let_go(visit, application, size):
    application.chunks = iter(lambda: b"a" * size, None)
    visit().sendall(GET)
    assert application.left.wait(PATIENCE)


def test_who_does_not_read_the_last_of_an_answer_is_let_go(visit, application):
    application.chunks = [b"a" * 32 * 1024 * 1024]
    one = visit()
    one.sendall(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert not threading.Event().wait(1.5)  # longer than the clock
    assert len(rest(one)) < len(application.chunks[0])
