"""A visitor who takes nothing of a large answer: the gateway is left waiting, and the site's memory stays as it was."""

import socket
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest
from served import ASKED, Served, until
from torrent import Torrent

VISITORS = 4
EACH = 20  # megabytes of memory at most; without a bound it would be 32 and more
TAKEN = 24  # megabytes that the gateway gets rid of, most of them into the buffers of sockets


@pytest.fixture
def gateway():
    with Torrent() as found:
        yield found


def memory(site: Served) -> float:
    """Megabytes."""
    lines = Path(f"/proc/{site.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def asks_and_reads_nothing(site: Served) -> socket.socket:
    visitor, body = site.visitor(), urlencode(ASKED)
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    one.connect(("127.0.0.1", site.port))
    head = f"POST /playground/run HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\nContent-Length: {len(body)}\r\n"
    token = visitor.cookies["csrftoken"]
    head += f"Content-Type: application/x-www-form-urlencoded\r\nX-CSRFToken: {token}\r\nCookie: csrftoken={token}\r\n\r\n"
    one.sendall((head + body).encode())
    return one


def stands_still(gateway: Torrent) -> bool:
    before = gateway.sent
    time.sleep(1)
    return before == gateway.sent > 0


def test_a_visitor_who_reads_nothing_costs_little_memory(serve, gateway):
    site = serve(GATEWAY_URL=gateway.url, DAILY_BUDGET_USD="1000", SYNC_EVERY="off", DRAIN_SECONDS="0")
    first = asks_and_reads_nothing(site)  # what a first run loads is not a visitor's
    until(lambda: stands_still(gateway))
    first.close()
    until(lambda: not gateway.open)
    before, gateway.sent = memory(site), 0
    idle = [asks_and_reads_nothing(site) for _ in range(VISITORS)]
    until(lambda: gateway.open == VISITORS and stands_still(gateway))
    grown = memory(site) - before
    print(f"{grown:.1f} MB for {VISITORS} visitors who read nothing of {gateway.sent / 1e6:.0f} MB")
    assert grown < VISITORS * EACH and gateway.sent < VISITORS * TAKEN * 1e6
    assert site.get("/models")[0] == 200
    for one in idle:
        one.close()
    until(lambda: gateway.open == 0)
