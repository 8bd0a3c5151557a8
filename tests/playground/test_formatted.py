"""Answers as formatted text: what Markdown says, and nothing that acts, loads or leads elsewhere unseen."""

import random
import re
import time
from html.parser import HTMLParser

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.texts import PIECES
from playground.inspection.formatted import ATTRIBUTES, LARGEST, TAGS, formatted


class Elements(HTMLParser):
    """Notes what no answer may bring into a page."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "bdi" and set(given) == {"class", "data-code"}:  # the page's own mark, around a character that turns the text
            return
        self.wrong += [tag] if tag not in TAGS else []
        allowed = ATTRIBUTES.get(tag, set()) | ({"rel"} if tag == "a" else set())
        self.wrong += [f"{tag} {name}" for name in given if name not in allowed]
        if "href" in given and not re.match(r"(https?://|mailto:)", given["href"] or "", re.I):
            self.wrong.append(given["href"] or "blank")
        if tag == "a" and given.get("rel") != "nofollow noopener noreferrer":
            self.wrong.append("rel")

    def handle_decl(self, decl: str) -> None:
        self.wrong.append(decl)

    handle_pi = unknown_decl = handle_comment = handle_decl


def wrong(text: str) -> list[str]:
    found = Elements()
    found.feed(formatted(text) or "")
    found.close()
    return found.wrong


def test_hostile_texts_make_no_live_element():
    draw = random.Random(739943)
    texts = ["".join(draw.choices(PIECES, k=draw.randint(1, 12))) for _ in range(2000)]
    assert {text: found for text in [*PIECES, *texts] if (found := wrong(text))} == {}


@settings(max_examples=100, deadline=None)
@given(st.text() | st.lists(st.sampled_from(PIECES) | st.text(max_size=8)).map("".join))
def test_no_text_makes_a_live_element(text):
    assert wrong(text) == []


def test_formats_what_models_write():
    made = formatted("# Trains\n\nA **bold** *word*, `code`:\n\n1. one\n2. two\n\n|a|b|\n|-|-|\n|1|2|\n\n```py\nif a < b:\n```")
    for part in ("<h3>Trains</h3>", "<strong>bold</strong>", "<em>word</em>", "<code>code</code>", "<li>two</li>", "<td>2</td>"):
        assert part in made
    assert "<pre><code>if a &lt; b:\n</code></pre>" in made


def test_a_picture_is_its_words_and_its_address():
    assert formatted("![A tram](https://e.example/t.png)") == "<p>A tram (https://e.example/t.png)</p>\n"


def test_a_link_says_where_it_leads():
    made = formatted("[your bank](https://bank.example@evil.example/login) [here](/admin/)")
    assert 'rel="nofollow noopener noreferrer">your bank</a> <small>(evil.example)</small>' in made
    assert "/admin/</small>" not in re.sub(r"\(/admin/\)", "", made) and 'href="/admin' not in made


@pytest.mark.parametrize(
    "piece",
    ["[", "![", "*a **a ", "> ", "- ", "[](", "[a](", "[x](a) ", "*_", "<!--", "|", "`", "* a\n  ", "~~a", "&#", "[a]: b\n[a]"],
)
def test_no_text_takes_long(piece):
    began = time.process_time()
    formatted(piece * (LARGEST // len(piece)))
    assert time.process_time() - began < 5


def test_a_text_cannot_grow_without_end():
    assert len(formatted("[a]: http://x.example/" + "y" * 900 + "\n\n" + "[a] " * 10_000) or "") < 1_000_000


@pytest.fixture
def answered(run):
    """The page of a run whose answer repeats what was asked."""
    return lambda content: run(content=content).json()["run"]


def test_an_own_answer_is_shown_formatted(answered, client):
    shown = client.get(f"/playground/runs/{answered('Say **this**')}/formatted").content.decode()
    assert 'class="formatted"' in shown and "<strong>this</strong>" in shown


def test_scripts_get_the_answer_alone(answered, client):
    htmx = {"HX-Request": "true", "HX-Request-Type": "partial"}
    shown = client.get(f"/playground/runs/{answered('Say **this**')}/formatted?choice=0", headers=htmx).content.decode()
    assert "<strong>this</strong>" in shown and "<html" not in shown


def test_foreign_runs_and_unknown_answers_are_404s(answered, client):
    path = f"/playground/runs/{answered('Hello')}/formatted"
    assert Client().get(path).status_code == 404
    assert [client.get(f"{path}?choice={odd}").status_code for odd in ("7", "x", "-1", "0" * 9)] == [404] * 4


def test_nothing_is_offered_where_bodies_are_not_kept(run, settings):
    settings.RUN_RETENTION_DAYS = 0
    assert "/formatted" not in run(accept="text/html").content.decode()
