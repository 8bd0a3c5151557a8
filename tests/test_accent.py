"""The operator's colour can be read wherever it stands."""

import re

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from config import accent
from config.accent import DARK, LIGHT, Colour, contrast, from_hex, to_hex

CSS = (settings.BASE_DIR / "static" / "css" / "modelry.css").read_text("utf-8")
COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def tokens(colour: str) -> list[dict[str, str]]:
    """The light and the dark tokens, as the stylesheet has them."""
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", accent.stylesheet(colour))
    return [{name: pair[theme] for name, *pair in found} for theme in (0, 1)]


@examples(deadline=None)
@given(COLOURS)
def test_any_colour_is_readable_on_every_surface(colour):
    for theme, found in zip((LIGHT, DARK), tokens(colour), strict=True):
        behind = [*map(to_hex, theme.surfaces), found["wash"]]
        for name in ("accent", "accent-hi"):
            assert min(contrast(found[name], surface) for surface in behind) >= 4.5
            assert contrast(found[name], to_hex(theme.on_accent)) >= 4.5


@examples(deadline=None)
@given(COLOURS)
def test_a_colour_survives_the_way_there_and_back(colour):
    assert to_hex(from_hex(colour)) == colour


def test_a_readable_colour_stays_as_it_is():
    assert tokens("#2a4fb0")[0]["accent"] == "#2a4fb0"


def test_a_colour_that_is_too_pale_becomes_darker_of_the_same_hue():
    asked, made = from_hex("#ffd400"), from_hex(tokens("#ffd400")[0]["accent"])
    assert made.l < asked.l and made.h == pytest.approx(asked.h, abs=8)


@pytest.mark.parametrize(
    ("first", "second", "ratio"), [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#2a4fb0", "#2a4fb0", 1)]
)
def test_contrast_is_that_of_wcag(first, second, ratio):
    assert contrast(first, second) == contrast(second, first) == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize(("theme", "place"), [(LIGHT, 0), (DARK, 1)])
def test_surfaces_are_those_of_the_stylesheet(theme, place):
    names = ("bg", "sunk", "lift", "on-accent")
    for name, colour in zip(names, (*theme.surfaces, theme.on_accent), strict=True):
        pair = re.search(rf"--{name}: light-dark\(oklch\(([^)]+)\), oklch\(([^)]+)\)\)", CSS).groups()
        assert Colour(*map(float, pair[place].split())) == colour


def test_the_site_serves_it(client, settings):
    settings.SITE_ACCENT = "#ffff00"
    assert client.get("/site.css").text == accent.stylesheet("#ffff00")
