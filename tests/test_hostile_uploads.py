"""Bodies that are meant to hurt, over a socket: each is refused in words, and the site goes on."""

import json
import re
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from catalog.endpoints.sandbox.tone import pcm, wav
from config import body_limit

SLUG = "openai/gpt-4o-mini"
EDGE = "----hostile"


class Visitor:
    """A browser as bytes: whatever is sent, with the cookies and the token of a real visit."""

    def __init__(self, site: str):
        self.place = urlsplit(site)
        with urllib.request.urlopen(f"{site}/playground") as page:
            self.cookie = page.headers["Set-Cookie"].partition(";")[0]
            self.token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.read().decode())[1]

    def send(
        self, path: str, kind: str, body: bytes, length: str | None = "", ends: bool = False, **more: str
    ) -> tuple[int, str]:
        """Status and text of the answer, 0 without one. `length` None: in chunks; another text: what is said of it.

        With `ends`, nothing more comes after the body.
        """
        said = {"Transfer-Encoding": "chunked"} if length is None else {"Content-Length": length or str(len(body))}
        headers = {"Host": self.place.netloc, "Cookie": self.cookie, "X-CSRFToken": self.token} | said | more
        headers |= {"Content-Type": kind, "Connection": "close"}
        lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        with socket.create_connection((self.place.hostname, self.place.port), timeout=60) as wire:
            wire.sendall("\r\n".join(lines).encode())
            with suppress(ConnectionError):  # refused before all was sent: the answer is there
                for piece in chunks(body) if length is None else [body]:
                    wire.sendall(piece)
                if ends:
                    wire.shutdown(socket.SHUT_WR)
            status, head, text = read(wire)
        if found := re.search(r"sessionid=\w+", head):
            self.cookie = f"{self.cookie.partition(';')[0]}; {found[0]}"
        return status, text

    def get(self, path: str) -> str:
        asked = urllib.request.Request(f"{self.place.geturl()}{path}", headers={"Cookie": self.cookie})
        with urllib.request.urlopen(asked) as page:
            return page.read().decode()


def chunks(body: bytes, size: int = 65536) -> Iterator[bytes]:
    for at in range(0, len(body), size):
        piece = body[at : at + size]
        yield f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
    yield b"0\r\n\r\n"


def read(wire: socket.socket) -> tuple[int, str, str]:
    """Status (0: no answer), headers and text."""
    got = b""
    with suppress(ConnectionError):  # a server that refuses a body may hang up on the rest of it
        while piece := wire.recv(65536):
            got += piece
    head, _, body = got.partition(b"\r\n\r\n")
    return int(head.split()[1]) if head else 0, head.decode(), body.decode("utf-8", "replace")


def form(*parts: tuple[str, bytes]) -> bytes:
    """A multipart body of parts, each with its disposition."""
    made = (f"--{EDGE}\r\nContent-Disposition: form-data; {how}\r\n\r\n".encode() + what + b"\r\n" for how, what in parts)
    return b"".join(made) + f"--{EDGE}--\r\n".encode()


def many(count: int, more: str = "") -> bytes:
    return form(*((f'name="f{n}"{more}', b"1") for n in range(count)))


MULTIPART, PLAIN, JSON = f"multipart/form-data; boundary={EDGE}", "application/x-www-form-urlencoded", "application/json"
RUN, SOUNDS, KEY = "/playground/run", "/sandbox/v1/audio/transcriptions", {"Authorization": "Bearer x"}
MODEL = f"model={SLUG}&role=user&content=Hi".encode()
DEEP = b"[" * 100_000 + b"]" * 100_000
FILE = 'name="file"; filename="a.json"'
LARGE = b"x" * (11 * 1024 * 1024)
# path, content type, body, status, words of the answer
BODIES = {
    "10,000 fields": (RUN, PLAIN, b"&".join(b"f%d=1" % n for n in range(10_000)), 400, "more than 1,000 fields"),
    "10,000 parts": (RUN, MULTIPART, many(10_000), 400, "more than 1,000 fields"),
    "10,000 files": (RUN, MULTIPART, many(10_000, '; filename="a"'), 400, "more than 100 files"),
    "10,000 files in the admin": ("/admin/login/", MULTIPART, many(10_000, '; filename="a"'), 400, "more than 100 files"),
    "10,000 files in the sandbox": (SOUNDS, MULTIPART, many(10_000, '; filename="a"'), 400, "more than 100 files"),
    "more than is taken at all": (RUN, MULTIPART, bytes(body_limit.MOST + 1), 413, "larger than the 40 MB"),
    "a field of 11 MB": (RUN, PLAIN, b"content=" + LARGE, 413, "more than 10 MB beside its files"),
    "a part of 11 MB": (RUN, MULTIPART, form(('name="content"', LARGE)), 413, "more than 10 MB beside its files"),
    "a text of 9 MB to count": ("/calculator/count", PLAIN, b"text=" + LARGE[: 9 << 20], 413, "Count it in parts."),
    "no boundary": (RUN, "multipart/form-data", b"a", 400, "could not be told apart"),
    "an endless header": (RUN, MULTIPART, form((f'name="{"a" * 5000}"', b"1")), 400, "could not be told apart"),
    "parts in parts": (RUN, MULTIPART, form((f'name="a"\r\nContent-Type: {MULTIPART}', many(500) * 20)), 400, "1,000 fields"),
    "another charset": (RUN, f"{PLAIN}; charset=utf-7", b"a=b", 400, "not in UTF-8"),
    "a deep body": (RUN, PLAIN, MODEL + b"&body=" + DEEP, 422, "body"),
    "deep tools": (RUN, PLAIN, MODEL + b"&tools=" + DEEP, 422, "tools"),
    "a deep preset": ("/playground/presets", PLAIN, MODEL + b"&preset_name=x&body=" + DEEP, 422, "body"),
    "deep presets": ("/playground/presets/import", MULTIPART, form((FILE, DEEP)), 422, "not valid JSON"),
    "deep runs": ("/playground/runs/import", MULTIPART, form((FILE, DEEP)), 422, "not valid JSON"),
    "a deep call": ("/sandbox/v1/chat/completions", JSON, b'{"messages": ' + DEEP + b"}", 400, "not JSON"),
}  # fmt: skip


@pytest.fixture(scope="module")
def visitor(site: str) -> Visitor:
    return Visitor(site)


@pytest.mark.parametrize("length", ["", None], ids=["told", "chunked"])
@pytest.mark.parametrize("what", BODIES)
def test_is_refused_in_words(visitor: Visitor, what: str, length: str | None) -> None:
    path, kind, body, status, words = BODIES[what]
    answer = visitor.send(path, kind, body, length, **KEY)
    assert (answer[0], words in answer[1]) == (status, True), answer[1][:500]
    assert len(answer[1]) < 1024 * 1024


def test_a_script_is_told_in_json(visitor: Visitor) -> None:
    status, text = visitor.send(RUN, MULTIPART, many(10_000), Accept=JSON)
    assert json.loads(text)["error"]["status"] == status == 400


def test_a_form_in_chunks_is_a_form(visitor: Visitor) -> None:
    fields = form(('name="model"', SLUG.encode()), ('name="role"', b"user"), ('name="content"', b"Hi"))
    status, text = visitor.send(RUN, MULTIPART, fields, None, Accept=JSON)
    assert (status, json.loads(text)["state"]) == (200, "complete")


@pytest.mark.parametrize("length", ["-1", "+7", "7, 7", "9" * 30, "9" * 5000, "abc", "0x7", "7\r\nContent-Length: 9"])
def test_a_length_that_is_none_is_refused(visitor: Visitor, length: str) -> None:
    assert visitor.send(RUN, PLAIN, b"model=x", length)[0] in (400, 413)


def test_what_comes_after_the_told_length_is_no_part_of_the_form(visitor: Visitor) -> None:
    status, text = visitor.send(RUN, PLAIN, b"model=none" + MODEL, "10", Accept=JSON)
    assert status == 422 and "none" in text


def test_a_form_that_ends_before_its_told_length_starts_nothing(visitor: Visitor) -> None:
    assert visitor.send(RUN, PLAIN, MODEL, str(len(MODEL) + 1), True, Accept=JSON)[0] in (0, 400)


NAMES = {
    "../../../etc/passwd": "passwd", "..\\..\\x.wav": "x.wav", "/etc/passwd": "passwd", "a\0b.wav": "ab.wav",
    "\u202egnp.wav": "gnp.wav",
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_a_file_leads_nowhere(visitor: Visitor, name: str) -> None:
    sent = form(('name="model"', b"openai/whisper-1"), (f'name="file"; filename="{name}"', wav(pcm("a"))))
    status, text = visitor.send(RUN, MULTIPART, sent, Accept=JSON)
    assert status == 200 and json.loads(text)["state"] == "complete"
    page = visitor.get(f"/playground/runs/{json.loads(text)['run']}")
    assert NAMES[name] in page and "/etc/" not in page and "..\\" not in page and "\0" not in page and "\u202e" not in page


@pytest.mark.parametrize("name", ["", ".", "..", "/"])
def test_a_file_without_a_name_is_no_file(visitor: Visitor, name: str) -> None:
    sent = form(('name="model"', b"openai/whisper-1"), (f'name="file"; filename="{name}"', wav(pcm("a"))))
    status, text = visitor.send(RUN, MULTIPART, sent, Accept=JSON)
    assert status == 422 and "choose a file" in text
