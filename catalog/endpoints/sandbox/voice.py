"""A real voice for the sandbox, where `espeakng-loader` is installed (`pip install .[voice]`).

espeak-ng is under the GPL. It is loaded by `voice_process` alone, a program of its own that is handed a text and writes
samples; nothing of it is imported here.
"""

import json
import subprocess
import sys
import threading
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from catalog.endpoints.sandbox.tone import MAX_SECONDS, RATE

NAME = "espeak-ng"
PROGRAM = Path(__file__).with_name("voice_process.py")
TIMEOUT = 8.0  # seconds for a text, and again for a turn
MOST_BYTES = 2 * RATE * MAX_SECONDS
# OpenAI's voices, told apart by espeak-ng's accents and variants; any other name gets the first.
VOICES = {
    "alloy": "en-us", "echo": "en-us+m3", "fable": "en-gb-x-rp", "onyx": "en-us+m7", "nova": "en-us+f3", "shimmer": "en-us+f2",
}  # fmt: skip
WORDS_A_MINUTE = 165  # at speed 1

turns = threading.BoundedSemaphore(2)


@cache
def installed() -> bool:
    return bool(sys.executable) and find_spec("espeakng_loader") is not None


def spoken(text: str, voice: str, speed: float) -> bytes | None:
    """`text` as samples (24 kHz, 16-bit, mono, little-endian), at most 30 s; None where the voice fails or is too busy."""
    try:
        return said(text, VOICES.get(voice, VOICES["alloy"]), round(WORDS_A_MINUTE * speed))
    except (OSError, subprocess.SubprocessError, ValueError):
        return None


@lru_cache(maxsize=16)
def said(text: str, voice: str, words_a_minute: int) -> bytes:
    """Raises OSError, SubprocessError or ValueError, which are not kept."""
    order = {"text": text, "voice": voice, "words_a_minute": words_a_minute, "rate": RATE, "most": MOST_BYTES // 2}
    if not turns.acquire(timeout=TIMEOUT):
        raise TimeoutError("Other texts are being spoken.")
    try:
        # No environment: the program needs none, and this process's holds keys.
        program, told = [sys.executable, "-I", str(PROGRAM)], json.dumps(order).encode()
        done = subprocess.run(program, input=told, capture_output=True, timeout=TIMEOUT, check=True, env={})
    finally:
        turns.release()
    if not done.stdout or len(done.stdout) > MOST_BYTES or len(done.stdout) % 2:
        raise ValueError("The voice gave no samples.")
    return done.stdout
