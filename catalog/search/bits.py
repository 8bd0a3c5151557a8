"""Sets of models as integers: the bit of a place says whether the model there is one of them."""

import re
from collections.abc import Iterable, Iterator, Sequence

FILLED = re.compile(rb"[^\0]")
BITS = [[bit for bit in range(8) if byte >> bit & 1] for byte in range(256)]


def bits_of(flags: Sequence[bool]) -> int:
    """The places that are true."""
    return set_of((n for n, flag in enumerate(flags) if flag), len(flags))


def set_of(places: Iterable[int], size: int) -> int:
    """A set of places below `size`. Written as digits, because setting bits one by one copies the number each time."""
    digits = bytearray(b"0") * (size + 1)
    for n in places:
        digits[~n] = ord("1")
    return int(digits, 2)


def intersect(sets: list[int]) -> int:
    found = sets[0]
    for bits in sets[1:]:
        found &= bits
    return found


def union(sets: list[int]) -> int:
    found = 0
    for bits in sets:
        found |= bits
    return found


def places_in(bits: int) -> Iterator[int]:
    """In their order. What is not there costs next to nothing."""
    data = bits.to_bytes(bits.bit_length() // 8 + 1, "little")
    for found in FILLED.finditer(data):
        first = 8 * found.start()
        for bit in BITS[data[found.start()]]:
            yield first + bit
