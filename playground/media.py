"""What a binary answer is, told by its first bytes; what they do not show is served as a plain download."""

UNKNOWN = "application/octet-stream"
# Types that a browser may show from this origin. SVG and HTML are never among them: they can carry scripts.
EXTENSIONS = {
    "audio/wav": "wav", "audio/mpeg": "mp3", "audio/ogg": "ogg", "audio/flac": "flac", "audio/aac": "aac",
    "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif", "video/mp4": "mp4",
    "video/webm": "webm", "model/gltf-binary": "glb", "text/vtt": "vtt", "text/plain": "srt",
}  # fmt: skip
SIGNATURES = (
    (b"ID3", "audio/mpeg"), (b"OggS", "audio/ogg"), (b"fLaC", "audio/flac"), (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"), (b"\x1aE\xdf\xa3", "video/webm"), (b"glTF", "model/gltf-binary"),
)  # fmt: skip


def recognise(content: bytes) -> str:
    """The media type that the first bytes show."""
    if content[:4] == b"RIFF":
        return {b"WAVE": "audio/wav", b"WEBP": "image/webp"}.get(content[8:12], UNKNOWN)
    if content[4:8] == b"ftyp":
        return "video/mp4"
    if len(content) > 1 and content[0] == 0xFF and content[1] & 0xE0 == 0xE0 and content[:3] != b"\xff\xd8\xff":
        # An MPEG frame: layer bits 00 mean ADTS (AAC), others MP3.
        return "audio/aac" if content[1] & 0x06 == 0 else "audio/mpeg"
    if content.startswith(b"WEBVTT") or content[:3] == b"1\n0":
        return "text/vtt" if content.startswith(b"WEBVTT") else "text/plain"
    return next((kind for start, kind in SIGNATURES if content.startswith(start)), UNKNOWN)


def extension(kind: str) -> str:
    return EXTENSIONS.get(kind, "bin")
