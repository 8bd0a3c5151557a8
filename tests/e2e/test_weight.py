"""What a first visit to the list of models takes over the wire."""

from urllib.parse import urlsplit

import brotli
import pytest

from catalog import snapshot
from catalog.context import SITE

LARGEST = 40 * 1000  # bytes, headers included
HEADERS = 400  # bytes of one answer
MOST = 8  # requests
PATHS = ("/models", "/models?modality=image&prices=effective")


@pytest.mark.parametrize("path", PATHS)
def test_a_first_load_is_light_and_from_one_origin(browser, site, path):
    loaded(browser, site, path)


def test_a_colour_of_its_own_keeps_it_light(browser, site, settings, monkeypatch):
    monkeypatch.setitem(SITE, "SITE_ACCENT", "#aa2200")
    settings.SITE_ACCENT = "#aa2200"
    snapshot.latest().kept.clear()  # frames of pages follow from settings, which a site has from its start
    unasked = "/models?sort=retires"  # by any other test, since pages are kept
    assert f"{site}/site.css" in loaded(browser, site, unasked)


def loaded(browser, site, path):
    """`{address: bytes}` of all that a first visit loads, which is little."""
    context = browser.new_context(base_url=site)
    page = context.new_page()
    answers = []
    page.on("response", lambda response: answers.append(response) if not response.url.startswith("data:") else None)
    page.goto(path, wait_until="networkidle")
    # These tests serve static files as they are; the site serves them compressed, once and for all.
    weights = {answer.url: HEADERS + len(brotli.compress(answer.body())) for answer in answers}
    context.close()
    assert {urlsplit(url).netloc for url in weights} == {urlsplit(site).netloc}
    assert 4 < len(answers) <= MOST, weights
    assert 20_000 < sum(weights.values()) <= LARGEST, weights
    return weights
