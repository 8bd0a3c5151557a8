"""Sets of models as integers: the bit of a place says whether the model there is one of them."""

from collections.abc import Iterable, Iterator, Sequence


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
    for n, byte in enumerate(bits.to_bytes(bits.bit_length() // 8 + 1, "little")):
        if byte:
            yield from (8 * n + bit for bit in range(8) if byte >> bit & 1)
