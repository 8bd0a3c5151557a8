"""The operator's colour, made darker in light pages and lighter in dark ones until text in it can be read.

Colours are OKLCH inside (bottosson.github.io/posts/oklab), contrast is that of WCAG 2.2: 4.5 to 1 for text, on every
surface that a page has and for the words on a button of that colour.
"""

import math
from collections.abc import Iterable
from typing import NamedTuple

ENOUGH = 4.5
STEP = 0.004  # of lightness
TOLERANCE = 1e-4  # how far outside of sRGB a channel may be by rounding


class Colour(NamedTuple):
    """Lightness 0 to 1, chroma, hue in degrees."""

    l: float  # noqa: E741 - the letter that the colour space has for it
    c: float
    h: float


class Theme(NamedTuple):
    """The surfaces that accented text stands on, the text on an accented button, and which way contrast lies.

    The values are those of `static/css/modelry.css`; tests/test_accent.py holds them together.
    """

    surfaces: tuple[Colour, ...]
    on_accent: Colour
    step: float


LIGHT = Theme((Colour(1, 0, 0), Colour(0.977, 0.003, 262), Colour(0.952, 0.005, 262)), Colour(1, 0, 0), -STEP)
DARK = Theme(
    (Colour(0.168, 0.007, 262), Colour(0.202, 0.009, 262), Colour(0.245, 0.011, 262)), Colour(0.19, 0.04, 263), STEP,
)  # fmt: skip
WASHES = {LIGHT: (0.955, 0.02), DARK: (0.275, 0.05)}  # lightness and chroma of a surface in the accent's hue
HOVER = 0.065  # of lightness, further from the surface


def stylesheet(colour: str) -> str:
    """The tokens of `#2a4fb0`, or of the nearest colour that can be read."""
    light, dark = (tokens(colour, theme) for theme in (LIGHT, DARK))
    rules = "".join(f" --{name}: light-dark({light[name]}, {dark[name]});" for name in light)
    return f"@layer tokens {{ :root {{{rules} }} }}\n"


def tokens(colour: str, theme: Theme) -> dict[str, str]:
    asked = from_hex(colour)
    lightness, chroma = WASHES[theme]
    wash = Colour(lightness, min(chroma, asked.c), asked.h)
    accent = readable(asked, theme, wash)
    further = accent.l + math.copysign(HOVER, theme.step)
    hover = accent._replace(l=min(max(further, 0), 1))
    return {"accent": to_hex(accent), "accent-hi": to_hex(hover), "wash": to_hex(wash)}


def readable(asked: Colour, theme: Theme, wash: Colour) -> Colour:
    """`asked` itself where it has enough contrast, else with the nearest lightness that has."""
    found = asked
    while worst(found, (*theme.surfaces, wash, theme.on_accent)) < ENOUGH and 0 < found.l + theme.step < 1:
        found = found._replace(l=found.l + theme.step)
    return found


def worst(colour: Colour, others: Iterable[Colour]) -> float:
    """The least contrast, of the colours as they will be written."""
    return min(contrast(to_hex(colour), to_hex(other)) for other in others)


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(colour: str) -> tuple[float, ...]:
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    return tuple(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)


def from_hex(colour: str) -> Colour:
    red, green, blue = linear(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return Colour(lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360)


def to_hex(colour: Colour) -> str:
    """The colour in sRGB, paler where sRGB has none of that chroma."""
    channels = to_linear(colour)
    while not all(-TOLERANCE <= value <= 1 + TOLERANCE for value in channels) and colour.c > 0:
        colour = colour._replace(c=max(0.0, colour.c - STEP))
        channels = to_linear(colour)
    return "#" + "".join(f"{round(255 * encoded(min(max(value, 0), 1))):02x}" for value in channels)


def to_linear(colour: Colour) -> tuple[float, float, float]:
    a, b = colour.c * math.cos(math.radians(colour.h)), colour.c * math.sin(math.radians(colour.h))
    long = (colour.l + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (colour.l - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (colour.l - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def encoded(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
