"""Written pictures for the sandbox: draws lines of text as a PNG, and reads such a picture again, letter by letter.

It reads from the pixels, but only pictures of the kind that it writes: one size of letter, on a grid, black on white.
"""

import struct
import zlib

from catalog.endpoints.sandbox.pictures import PNG, chunk, png, size

# The printable signs of ASCII, each as five columns of seven pixels, the lowest bit on top.
COLUMNS = bytes.fromhex(
    "000000000000005f00000007000700147f147f14242a7f2a12231308646236495522500005030000001c2241000041221c0014083e081408083e0808"
    "00503000000808080808006060000020100804023e5149453e00427f400042615149462141454b311814127f1027454545393c4a4949300171090503"
    "3649494936064949291e003636000000563600000814224100141414141400412214080201510906324979413e7e1111117e7f494949363e41414122"
    "7f4141221c7f494949417f090909013e4149497a7f0808087f00417f41002040413f017f081422417f404040407f020c027f7f0408107f3e4141413e"
    "7f090909063e4151215e7f09192946464949493101017f01013f4040403f1f2040201f3f4038403f631408146307087008076151494543007f414100"
    "02040810200041417f0004020102044040404040000102040020545454787f484444383844444420384444487f3854545418087e0901020c5252523e"
    "7f0804047800447d40002040443d007f1028440000417f40007c041804787c0804047838444444387c14141408081414187c7c080404084854545420"
    "043f4440203c4040207c1c2040201c3c4030403c44281028440c5050503c4464544c44000836410000007f000000413608001008081008"
)
WIDE, HIGH = 5, 7  # of a letter, before scaling
SCALE, MARGIN = 2, 14
STEP = ((WIDE + 1) * SCALE, (HIGH + 7) * SCALE)  # from a letter to the next, and from a line to the next
WHITE, BLACK = (255, 255, 255), (0, 0, 0)
UNREAD = "\ufffd"
MOST_PIXELS = 4_000_000


def glyph(sign: str) -> bytes:
    place = (ord(sign) - 32) * WIDE
    return COLUMNS[place : place + WIDE]


SIGNS = {glyph(chr(code)): chr(code) for code in range(32, 127)}


def written(lines: tuple[str, ...]) -> bytes:
    """A PNG of these lines of printable ASCII."""
    across = max(map(len, lines))
    width, height = 2 * MARGIN + across * STEP[0], MARGIN + len(lines) * STEP[1]
    rows = [bytearray(width) for _ in range(height)]
    for n, line in enumerate(lines):
        for m, sign in enumerate(line):
            stamp(rows, glyph(sign), MARGIN + m * STEP[0], MARGIN + n * STEP[1])
    return png(width, height, [WHITE, BLACK], [bytes(row) for row in rows])


def stamp(rows: list[bytearray], columns: bytes, left: int, top: int) -> None:
    for y in range(HIGH * SCALE):
        for x in range(WIDE * SCALE):
            rows[top + y][left + x] = columns[x // SCALE] >> (y // SCALE) & 1


def read(content: bytes) -> list[tuple[str, dict[str, int]]] | None:
    """Each line with the box around it, top first; None for a picture of another kind. Blank lines are left out."""
    rows = unpacked(content)
    if rows is None:
        return None
    across, down = (len(rows[0]) - 2 * MARGIN) // STEP[0], (len(rows) - MARGIN) // STEP[1]
    lines = [(n, "".join(sign_at(rows, m, n) for m in range(across))) for n in range(down)]
    return [(text.strip(), around(text, n)) for n, text in lines if text.strip()]


def sign_at(rows: list[bytes], across: int, down: int) -> str:
    """The letter in a field of the grid, from the middle of each of its pixels."""
    left, top = MARGIN + across * STEP[0] + SCALE // 2, MARGIN + down * STEP[1] + SCALE // 2
    bits = [sum((rows[top + y * SCALE][left + x * SCALE] & 1) << y for y in range(HIGH)) for x in range(WIDE)]
    return SIGNS.get(bytes(bits), UNREAD)


def around(text: str, down: int) -> dict[str, int]:
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    top = MARGIN + down * STEP[1]
    return {
        "xmin": MARGIN + start * STEP[0] - SCALE, "ymin": top - SCALE,
        "xmax": MARGIN + end * STEP[0], "ymax": top + (HIGH + 1) * SCALE,
    }  # fmt: skip


def unpacked(content: bytes) -> list[bytes] | None:
    """The rows of pixels of a PNG that `png` made of black and white; None for any other, or one that is too large."""
    width, height = size(content) or (0, 0)
    if width * height > MOST_PIXELS or width <= 2 * MARGIN or height <= MARGIN:
        return None
    head = PNG + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)) + chunk(b"PLTE", bytes([*WHITE, *BLACK]))
    if not content.startswith(head) or content[len(head) + 4 : len(head) + 8] != b"IDAT":
        return None
    try:
        flat = zlib.decompressobj().decompress(content[len(head) + 8 :], (width + 1) * height)
    except zlib.error:
        return None
    rows = [flat[n : n + width + 1] for n in range(0, len(flat), width + 1)]
    filtered = len(flat) < (width + 1) * height or any(row[0] for row in rows)
    return None if filtered else [row[1:] for row in rows]
