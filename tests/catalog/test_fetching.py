"""Files and addresses of sources: a real server, whose answers are what a source's might be."""

import threading
from collections.abc import Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from catalog.sources import READERS, fetching
from catalog.sources.fetching import Unreadable, read_json, read_text


class Source(BaseHTTPRequestHandler):
    """Answers by path."""

    def do_GET(self) -> None:
        port = self.server.server_address[1]
        there = {"/moved": "/prices", "/away": f"http://localhost:{port}/prices", "/loop": "/loop"}
        there["/away?key=sk-secret"] = there["/away"]
        self.send_response(302 if self.path in there else 200 if self.path in ("/prices", "/endless", "/packed") else 503)
        if self.path == "/packed":
            self.send_header("Content-Encoding", "br")
        if self.path in there:
            self.send_header("Location", there[self.path])
        self.end_headers()
        self.wfile.write(b'{"price": 0.10}' if self.path == "/prices" else b"x" * 5000)

    def log_message(self, *args: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Source)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_reads_an_address_and_follows_it_on_its_own_host(site):
    assert read_json(f"{site}/prices") == read_json(f"{site}/moved") == {"price": Decimal("0.10")}


def test_is_not_led_to_another_host(site):
    with pytest.raises(Unreadable, match="redirects to http://localhost"):
        read_json(f"{site}/away")


def test_does_not_go_round_in_circles(site):
    with pytest.raises(Unreadable, match="more than 5 times"):
        read_json(f"{site}/loop")


def test_says_what_the_server_answered(site):
    with pytest.raises(Unreadable, match="answered 503"):
        read_json(f"{site}/no")


def test_unpacks_only_what_grows_in_bounds(site):
    with pytest.raises(Unreadable, match="packed as br"):
        read_json(f"{site}/packed")


def test_stops_at_a_size_and_a_time(site, monkeypatch, tmp_path):
    monkeypatch.setattr(fetching, "LARGEST", 1000)
    large = tmp_path / "large.json"
    large.write_bytes(b" " * 1001)
    for place in (f"{site}/endless", str(large)):
        with pytest.raises(Unreadable, match="larger than"):
            read_text(place)
    monkeypatch.setattr(fetching, "SECONDS", 0.0)
    with pytest.raises(Unreadable):
        read_text(f"{site}/prices")


@pytest.mark.parametrize("place", ["http://prices.invalid/x", "ftp://127.0.0.1/x", "file:///etc/passwd", "http://[broken"])
def test_asks_only_https_and_this_machine(place):
    with pytest.raises(Unreadable):
        read_text(place)


@pytest.mark.parametrize("place", ["/dev/zero", "/tmp", "/no/such/file.json", "a\0b"])
def test_reads_files_only(place):
    with pytest.raises(Unreadable):
        read_text(place)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "\xff", '{"a": 1} x'])
def test_says_what_is_no_json(text, tmp_path):
    with pytest.raises(Unreadable):
        read_json(file(tmp_path, text.encode("latin-1")))


def test_a_number_that_is_none_stays_text(tmp_path):
    held = b'\xef\xbb\xbf{"a": NaN, "b": -Infinity, "c": 1e999999999, "d": 0.1000000000000000055511151231257827, "e": 7}'
    read = read_json(file(tmp_path, held))
    assert (read["a"], read["b"], read["c"], read["e"]) == ("NaN", "-Infinity", "1e999999999", 7)
    assert read["d"] == Decimal("0.1000000000000000055511151231257827")


def test_a_number_of_any_length_costs_no_other_row(tmp_path):
    assert read_json(file(tmp_path, b'{"a": ' + b"9" * 5000 + b', "b": 7}')) == {"a": "9" * 5000, "b": 7}


@pytest.mark.parametrize("asked", ["/no?key=sk-secret", "/away?key=sk-secret"])
def test_says_no_password_or_key_of_an_address(site, asked):
    with pytest.raises(Unreadable) as fault:
        read_text(site.replace("://", "://me:sk-secret@") + asked)
    assert "sk-secret" not in str(fault.value) and "://****@127.0.0.1" in str(fault.value) and "?****" in str(fault.value)


def file(folder: Path, held: bytes) -> str:
    path = folder / "held.json"
    path.write_bytes(held)
    return str(path)


def test_every_reader_says_where_it_is_read():
    for reader in READERS.values():
        assert reader.URL is None or reader.URL.startswith("https://")
        assert reader.KEY is None or len(reader.KEY) <= 40
