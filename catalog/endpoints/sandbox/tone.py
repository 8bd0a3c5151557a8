"""Speech-like sound for the sandbox: a tone for each letter, vowels long and full, words apart. 24 kHz, 16-bit, mono."""

import io
import math
import wave
from array import array
from functools import lru_cache

RATE = 24_000
FADE = RATE // 200  # 5 ms at either end of a sound, against clicks
PITCH = {"alloy": 150.0, "echo": 115.0, "fable": 165.0, "onyx": 95.0, "nova": 195.0, "shimmer": 215.0}
# The two lowest resonances of the mouth for a vowel, in Hz.
VOWELS = {"a": (730, 1090), "e": (530, 1840), "i": (270, 2290), "o": (570, 840), "u": (300, 870), "y": (300, 2100)}
MAX_SECONDS = 30


def pcm(text: str, voice: str = "alloy", speed: float = 1.0) -> bytes:
    """Samples for `text`, little-endian, at most 30 s; the same for the same arguments."""
    pitch = PITCH.get(voice, 140.0)
    samples = array("h")
    for position, letter in enumerate(text.lower()):
        # A sentence falls in pitch, as speech does, and starts anew.
        samples.extend(sound(letter, round(pitch * (1.08 - 0.02 * (position % 12))), round(speed, 2)))
        if len(samples) > RATE * MAX_SECONDS:
            break
    return samples[: RATE * MAX_SECONDS].tobytes()


@lru_cache(maxsize=2048)
def sound(letter: str, pitch: int, speed: float) -> array:
    if letter in VOWELS:
        return tone((pitch, *VOWELS[letter]), 0.11 / speed, 6000)
    if letter.isalnum():
        return tone((pitch, 400 + ord(letter) % 32 * 60), 0.055 / speed, 2600)
    pause = {" ": 0.06, ",": 0.18, ";": 0.2, ":": 0.2, ".": 0.3, "!": 0.3, "?": 0.3, "\n": 0.35}.get(letter, 0.03)
    return array("h", bytes(2 * int(RATE * pause / speed)))


def tone(frequencies: tuple[int, ...], seconds: float, loudness: int) -> array:
    length = int(RATE * seconds)
    return array("h", (round(loudness * envelope(n, length) * wave_at(frequencies, n)) for n in range(length)))


def wave_at(frequencies: tuple[int, ...], n: int) -> float:
    return sum(math.sin(2 * math.pi * f * n / RATE) / (k + 1) for k, f in enumerate(frequencies)) / 1.5


def envelope(n: int, length: int) -> float:
    return min(1.0, n / FADE, (length - n) / FADE)


def wav(samples: bytes) -> bytes:
    """`samples` as a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples)
    return file.getvalue()
