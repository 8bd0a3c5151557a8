"""The page that the system grew from: every line of `tests/data/model-page.txt` stands on openai/tts-1-hd's page."""

import html
import json
import re
from pathlib import Path

import pytest

from catalog import bundle, snapshot

SPEC = Path(__file__).parent / "data" / "model-page.txt"
LINES = [line for line in SPEC.read_text("utf-8").splitlines() if re.sub(r"[\s·•→]+", "", line)]


def fold(text: str) -> str:
    return re.sub(r"[\s·•→]+", "", text)


def words(page: str) -> str:
    """The text of a page without what is no part of it: scripts, buttons, tags."""
    page = re.sub(r"(?s)<(script|style|button|template).*?</\1>", "", page)
    return fold(html.unescape(re.sub(r"(?s)<!--.*?-->|<[^>]+>", "", page)))


def atoms(line: str) -> list[str]:
    """The facts of a line; a copied page runs labels and values together."""
    apart = "" if "http" in line or "v1/" in line else "|/"
    return [fold(part) for part in re.split(r"→|·|(?<=[a-z])(?=[A-Z])|(?=\$)" + apart, line) if fold(part)]


@pytest.fixture
def page(db, client, settings, monkeypatch) -> str:
    monkeypatch.setattr(snapshot, "_current", None)
    settings.PUBLIC_GATEWAY_URL = "https://api.aigateway.sh/v1"
    openai = json.loads((bundle.DATA / "openai.json").read_text("utf-8"))
    bundle.load([openai], json.loads(bundle.COLLECTIONS.read_text("utf-8")))
    return words(client.get("/models/openai/tts-1-hd").text)


def test_every_line_of_the_spec_stands_on_the_page(page):
    missing = [line for line in LINES if fold(line) not in page and not all(atom in page for atom in atoms(line))]
    assert len(LINES) == 80
    assert missing == []
