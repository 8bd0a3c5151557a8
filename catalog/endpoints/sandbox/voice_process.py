"""Speaks a text through libespeak-ng. A program of its own: `voice` runs it and never imports it.

stdin: JSON {"text", "voice", "words_a_minute", "rate": samples a second wanted, "most": samples at most}.
stdout: bare samples, 16-bit mono, in the machine's byte order. The functions are those of espeak-ng's speak_lib.h.
"""

import contextlib
import ctypes
import json
import sys
from array import array

import espeakng_loader

SYNCHRONOUS, UTF8, SPEED = 2, 1, 1  # AUDIO_OUTPUT_SYNCHRONOUS, espeakCHARS_UTF8, espeakRATE
CPU_SECONDS, MEMORY = 6, 512 * 1024 * 1024
Heard = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def confine() -> None:
    """What the library may use, so that no text makes it run on or grow. Windows knows no such limits."""
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def speak(text: str, voice: str, words_a_minute: int, most: int) -> tuple[array, int]:
    """`(samples, samples a second)`, cut after `most` samples. Raises RuntimeError where the library fails."""
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    given = library.espeak_Initialize(SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 0)
    if given <= 0 or library.espeak_SetVoiceByName(voice.encode()):
        raise RuntimeError(f"espeak-ng has no voice {voice}")
    library.espeak_SetParameter(SPEED, words_a_minute, 0)
    samples = array("h")

    @Heard
    def hear(sound: ctypes._Pointer, count: int, _events: int | None) -> int:
        if sound and count > 0:
            samples.frombytes(ctypes.string_at(sound, 2 * count))
        return int(len(samples) >= most)

    library.espeak_SetSynthCallback(hear)
    encoded = text.replace("\0", " ").encode("utf-8", "replace") + b"\0"
    if library.espeak_Synth(encoded, ctypes.c_size_t(len(encoded)), 0, 0, 0, UTF8, None, None):
        raise RuntimeError("espeak-ng did not speak")
    library.espeak_Synchronize()
    return samples[:most], given


def resampled(samples: array, given: int, wanted: int) -> array:
    """`samples` at another rate, straight lines between them: speech has little near the limit where that is heard."""
    if given == wanted or not samples:
        return samples
    last = len(samples) - 1
    found = array("h")
    for n in range(len(samples) * wanted // given):
        whole, part = divmod(n * given, wanted)
        before, after = samples[min(whole, last)], samples[min(whole + 1, last)]
        found.append(before + (after - before) * part // wanted)
    return found


def main() -> None:
    confine()
    order = json.load(sys.stdin)
    samples, given = speak(order["text"], order["voice"], order["words_a_minute"], order["most"])
    sys.stdout.buffer.write(resampled(samples, given, order["rate"])[: order["most"]].tobytes())


if __name__ == "__main__":
    main()
