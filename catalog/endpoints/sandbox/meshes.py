"""A small real 3D file for the sandbox: a cube as binary glTF 2.0."""

import json
import struct

CORNERS = [(x, y, z) for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)]
# Two triangles a side, corners counter-clockwise seen from outside.
TRIANGLES = (
    (0, 1, 3), (0, 3, 2), (4, 6, 7), (4, 7, 5), (0, 4, 5), (0, 5, 1),
    (2, 3, 7), (2, 7, 6), (0, 2, 6), (0, 6, 4), (1, 5, 7), (1, 7, 3),
)  # fmt: skip
FLOAT, UNSIGNED_SHORT = 5126, 5123


def cube() -> bytes:
    """The file: a header, a JSON chunk and a binary chunk, each padded to four bytes."""
    points = b"".join(struct.pack("<3f", *corner) for corner in CORNERS)
    indices = b"".join(struct.pack("<3H", *triangle) for triangle in TRIANGLES)
    document = json.dumps(described(len(points), len(indices)), separators=(",", ":")).encode()
    chunks = part(b"JSON", document, b" ") + part(b"BIN\0", points + indices, b"\0")
    return b"glTF" + struct.pack("<II", 2, 12 + len(chunks)) + chunks


def part(kind: bytes, content: bytes, filler: bytes) -> bytes:
    padded = content + filler * (-len(content) % 4)
    return struct.pack("<I", len(padded)) + kind + padded


def described(points: int, indices: int) -> dict:
    return {
        "asset": {"version": "2.0", "generator": "Modelry sandbox"},
        "scene": 0, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1}]}],
        "buffers": [{"byteLength": points + indices}],
        "bufferViews": [
            {"buffer": 0, "byteOffset": 0, "byteLength": points}, {"buffer": 0, "byteOffset": points, "byteLength": indices},
        ],
        "accessors": [
            {"bufferView": 0, "componentType": FLOAT, "count": 8, "type": "VEC3", "min": [-0.5] * 3, "max": [0.5] * 3},
            {"bufferView": 1, "componentType": UNSIGNED_SHORT, "count": 36, "type": "SCALAR"},
        ],
    }  # fmt: skip
