"""Every snippet that a model page prints does what it says, when it is run as printed against the running site."""

from itertools import product

import httpx
import languages
import pytest
from panels import LANGUAGES

from catalog.endpoints import ENDPOINTS


@pytest.mark.parametrize(("key", "language"), list(product(ENDPOINTS, LANGUAGES.values())))
def test_printed_snippet_runs(outcomes, key, language):
    if reason := languages.lacking(language):
        pytest.skip(reason)
    done = [job.result() for job in outcomes[key, language]]
    assert done, "No page of a picked model has this snippet."
    assert {one.slug: one.fault for one in done if one.fault} == {}


def test_pages_and_json_print_the_same_snippets(site, pages):
    with httpx.Client(base_url=site, timeout=60) as client:
        for slug, shown in pages.items():
            entries = client.get(f"/api/v1/models/{slug}/schema").json()["endpoints"]
            assert shown == {(e["key"], name): code for e in entries for name, code in e["snippets"].items()}, slug
