"""Moulds: a template rendered once, filled again and again."""

import pytest
from django.template import engines

from catalog.pages import mould
from catalog.pages.mould import Mould


@pytest.fixture
def of(monkeypatch: pytest.MonkeyPatch):
    """A mould of a template's text."""
    def rendered(text: str, context: dict, request: None) -> str:
        return engines["django"].from_string(text).render(context)

    monkeypatch.setattr(mould, "render_to_string", rendered)
    return Mould


def test_fills_the_gaps_of_a_template_wherever_they_stand(of) -> None:
    made = of("<a href='{{ to }}'>{{ told }}, {{ to }}</a>{{ word }}", {"word": "<b>"}, ("to", "told"))
    assert made.filled({"to": b"/x", "told": "Käse".encode()}).decode() == "<a href='/x'>Käse, /x</a>&lt;b&gt;"


def test_what_is_filled_in_does_not_stay(of) -> None:
    made = of("{{ one }}", {}, ("one",))
    assert (made.filled({"one": b"1"}), made.filled({"one": b"2"})) == (b"1", b"2")


def test_a_gap_without_a_text_is_a_fault(of) -> None:
    with pytest.raises(KeyError):
        of("{{ one }}", {}, ("one",)).filled({})
