"""Result files: what they are by their bytes, and parts of them."""

import pytest

from catalog.endpoints.sandbox.meshes import cube
from catalog.endpoints.sandbox.pictures import drawn
from catalog.endpoints.sandbox.tone import pcm, wav
from playground.media import EXTENSIONS, UNKNOWN, extension, recognise

MP3_FRAME, AAC_FRAME = b"\xff\xfb\x90\x64", b"\xff\xf1\x50\x80"
BYTES = {
    wav(pcm("a")): "audio/wav", drawn("a", 8, 8): "image/png", cube(): "model/gltf-binary", MP3_FRAME: "audio/mpeg",
    AAC_FRAME: "audio/aac", b"ID3\x04": "audio/mpeg", b"OggS\0": "audio/ogg", b"fLaC\0": "audio/flac", b"GIF89a": "image/gif",
    b"\xff\xd8\xff\xe0": "image/jpeg", b"RIFF\0\0\0\0WEBPVP8 ": "image/webp", b"\0\0\0\x18ftypmp42": "video/mp4",
    b"\x1aE\xdf\xa3": "video/webm", b"WEBVTT\n": "text/vtt", b"1\n00:00:00,000 --> 00:00:01,000\nHello": "text/plain",
}  # fmt: skip


@pytest.mark.parametrize("content", BYTES)
def test_known_by_its_bytes(content):
    assert recognise(content) == BYTES[content]
    assert extension(recognise(content)) == EXTENSIONS[BYTES[content]]


@pytest.mark.parametrize(
    "content", [b"", b"R", b"RIFF", b"RIFF\0\0\0\0AVI ", b"<svg onload=x>", b"<html>", b"%PDF-1.7", b"PK\3\4", b"\xff"]
)
def test_anything_else_is_a_download(content):
    assert (recognise(content), extension(recognise(content))) == (UNKNOWN, "bin")


@pytest.fixture
def part(speak, client):
    """part(header) gives the status, the Content-Range and the body that a Range header is answered with."""
    [artifact] = speak().json()["artifacts"]
    whole = client.get(artifact["url"]).content

    def get(header: str) -> tuple[int, str | None, bytes, bytes]:
        found = client.get(artifact["url"], headers={"Range": header})
        return found.status_code, found.get("Content-Range"), found.content, whole

    return get


@pytest.mark.parametrize(
    ("header", "first", "after"),
    [
        ("bytes=0-", 0, None),
        ("bytes=0-99", 0, 100),
        ("bytes=9-99", 9, 100),
        ("bytes=-44", -44, None),
        ("bytes=9-9999999", 9, None),
    ],
)
def test_a_part_is_given(part, header, first, after):
    status, place, content, whole = part(header)
    assert (status, content) == (206, whole[first:after])
    start = first if first >= 0 else len(whole) + first
    assert place == f"bytes {start}-{start + len(content) - 1}/{len(whole)}"


@pytest.mark.parametrize("header", ["", "bytes=", "bytes=-", "bytes=5-2", "bytes=0-1,4-5", "items=0-1", "bytes=²-3", "bytes=a-b"])
def test_what_asks_for_no_one_part_gets_the_whole(part, header):
    status, place, content, whole = part(header)
    assert (status, place, content) == (200, None, whole)


@pytest.mark.parametrize("header", ["bytes=999999999-", "bytes=-0"])
def test_a_part_beyond_the_end_is_a_416(part, header):
    status, place, content, whole = part(header)
    assert (status, place, content) == (416, f"bytes */{len(whole)}", b"")


def test_a_part_is_guarded_as_the_whole_is(speak, client):
    [artifact] = speak().json()["artifacts"]
    found = client.get(artifact["url"], headers={"Range": "bytes=0-1"})
    assert found["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert found["Accept-Ranges"] == "bytes"
