"""Pictures for the sandbox: makes small real PNGs, and reads the size of a picture that it was given."""

import base64
import binascii
import hashlib
import re
import struct
import zlib

PNG = b"\x89PNG\r\n\x1a\n"
RELIEF = 16  # pixels from the lowest valley of the hills to their highest top
DATA_URL = re.compile(r"data:image/(?:png|jpeg|jpg|gif|webp);base64,", re.I)


def drawn(text: str, width: int, height: int) -> bytes:
    """A PNG of that size: a sky, a sun and hills, their colours and shapes told by `text`. The same text, the same bytes."""
    seed = hashlib.sha256(text.encode(errors="surrogatepass")).digest()
    sky, hill, sun = colour(seed[0:3], 1.0), colour(seed[3:6], 0.55), colour(seed[6:9], 1.3)
    horizon = height * (45 + seed[9] % 25) // 100
    centre, radius = width * (15 + seed[10] % 70) // 100, max(2, min(width, height) * (8 + seed[11] % 8) // 100)
    rows = [row(y, width, horizon, centre, radius, seed[12], (1, 2, 3)) for y in range(height)]
    return png(width, height, [(0, 0, 0), sky, hill, sun], rows)


def row(y: int, width: int, horizon: int, centre: int, radius: int, wave: int, inks: tuple[int, int, int]) -> bytes:
    """One line of palette indices; hills rise by steps of eight pixels, which keeps the picture small."""
    sky, hill, sun = inks
    if y > horizon + RELIEF:
        return bytes([hill]) * width
    line = bytearray([sky]) * width
    reach = radius * radius - (y - horizon // 2) ** 2
    if reach > 0:
        half = int(reach**0.5)
        start, end = max(0, centre - half), min(width, centre + half)
        line[start:end] = bytes([sun]) * (end - start)
    for x in range(0, width if y > horizon else 0, 8):
        step = (x // 8 * (wave | 1)) % 16
        if y > horizon + abs(step - 8) * RELIEF // 8:
            line[x : x + 8] = bytes([hill]) * len(line[x : x + 8])
    return bytes(line)


def colour(seed: bytes, light: float) -> tuple[int, int, int]:
    red, green, blue = (min(255, int((80 + part % 120) * light)) for part in seed)
    return red, green, blue


def png(width: int, height: int, palette: list[tuple[int, int, int]], rows: list[bytes]) -> bytes:
    """A PNG of palette indices, one byte each."""
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + line for line in rows), 9)
    colours = b"".join(bytes(entry) for entry in palette)
    return PNG + chunk(b"IHDR", header) + chunk(b"PLTE", colours) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def data_url(content: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def from_data_url(text: str) -> bytes | None:
    """The bytes of a picture's data URL, or None where it is none."""
    if not DATA_URL.match(text):
        return None
    try:
        return base64.b64decode(text.partition(",")[2], validate=True)
    except (binascii.Error, ValueError):
        return None


def size(content: bytes) -> tuple[int, int] | None:
    """`(width, height)` of a PNG, GIF, WebP or JPEG, or None."""
    if content.startswith(PNG) and len(content) >= 24:
        return struct.unpack(">II", content[16:24])
    if content[:4] == b"GIF8" and len(content) >= 10:
        return struct.unpack("<HH", content[6:10])
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP" and len(content) >= 30:
        return webp_size(content)
    return jpeg_size(content) if content.startswith(b"\xff\xd8") else None


def webp_size(content: bytes) -> tuple[int, int] | None:
    """Of the first chunk, which is extended, lossless or lossy (RFC 9649, section 2)."""
    kind = content[12:16]
    if kind == b"VP8X":
        return int.from_bytes(content[24:27], "little") + 1, int.from_bytes(content[27:30], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack("<HH", content[26:30])
    return (width & 0x3FFF, height & 0x3FFF) if kind == b"VP8 " else None


def jpeg_size(content: bytes) -> tuple[int, int] | None:
    """The size that the first frame header (SOF0 to SOF15, less the table markers) states."""
    place = 2
    while place + 9 <= len(content) and content[place] == 0xFF:
        marker, length = content[place + 1], int.from_bytes(content[place + 2 : place + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return width, height
        place += 2 + length
    return None


SAMPLE = drawn("a street with a tram", 160, 96)
SAMPLE_URL = data_url(SAMPLE)
