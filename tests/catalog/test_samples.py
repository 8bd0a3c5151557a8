"""The sample files that multipart examples name: anyone can download them."""

import re

import pytest

from catalog.endpoints import ENDPOINTS
from catalog.endpoints.uploads import sample
from catalog.models import Model, Version


@pytest.mark.parametrize(("name", "kind"), [("speech.wav", "audio/wav"), ("street.png", "image/png")])
def test_sample_is_the_file_that_the_playground_sends(client, name, kind):
    answer = client.get(f"/samples/{name}")
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (200, kind, "public, max-age=86400")
    assert answer.content == sample(name).content


def test_other_names_are_not_found(client):
    assert [client.get(f"/samples/{name}").status_code for name in ("", "clip.mp4", "..%2Fmanage.py")] == [404] * 3


@pytest.mark.parametrize("key", [key for key, module in ENDPOINTS.items() if hasattr(module, "REQUEST_TYPE")])
def test_page_links_every_file_that_its_snippets_name(client, catalog, key):
    Model.objects.filter(slug="openai/tts-1-hd").update(modality=key, endpoints=[key], listed_endpoints=[], parameters={})
    Version.bump()
    for address in ("/models/openai/tts-1-hd", "/models/openai/tts-1-hd.md"):
        page = client.get(address).text
        named = set(re.findall(r"@([a-z]+\.[a-z]+)", page))
        assert named and named == set(re.findall(r"/samples/([a-z.]+)", page)), address


def test_page_without_a_file_links_none(client, catalog):
    assert "/samples/" not in client.get("/models/acme/talk-large").text
