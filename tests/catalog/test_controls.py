"""Characters that cannot be seen or that turn the text, and slugs that lead elsewhere: refused where they are typed or read."""

import xml.etree.ElementTree as ET

import pytest
from django.core.exceptions import ValidationError

from catalog import snapshot
from catalog.models import Alias, Collection, Model, Provider, Version
from catalog.sources import checks

BAD = [
    "\x00", "\x1b", "\x7f", "\x85", "\x9f", "\u200b", "\u200e", "\u202a", "\u202e", "\u2066", "\u2069", "\u2028", "\ufeff",
    "\ufffe",
]  # fmt: skip
GOOD = ["naïve", "日本語", "علی\u200cرضا", "👩\u200d🔬", "a\tb"]


@pytest.fixture
def desk(admin_client, catalog):
    return admin_client


@pytest.mark.parametrize("slug", ["..", "."])
def test_a_provider_cannot_be_called_as_a_step_up(desk, slug):
    page = desk.post("/admin/catalog/provider/add/", {"slug": slug, "name": "Up"})
    assert page.status_code == 200 and "leads to another address" in page.content.decode()
    assert not Provider.objects.filter(slug=slug).exists()


@pytest.mark.parametrize("slug", ["acme/..", "acme/../x", "./x", "acme/./x", "../models"])
def test_neither_can_a_model_or_an_alias(db, slug):
    for row in (Model(slug=slug, name="x"), Alias(slug=slug)):
        with pytest.raises(ValidationError) as told:
            row.clean_fields()
        assert "leads to another address" in str(told.value.message_dict["slug"])


@pytest.mark.parametrize("slug", ["acme/..x", "acme/x..", "acme/1.5", "acme/...."])
def test_dots_within_a_part_stay(slug):
    Alias(slug=slug).clean_fields(exclude=["model"])


@pytest.mark.parametrize("mark", BAD)
def test_no_field_takes_a_character_that_cannot_be_seen(db, mark):
    text, code = f"a{mark}b", f"U+{ord(mark):04X}"
    rows = [
        (Model(name=text, family=text, description=text, upstream_id=text, strengths=[text], use_cases=[text]),
         ["name", "family", "description", "upstream_id", "strengths", "use_cases"]),
        (Provider(name=text), ["name"]), (Collection(name=text, description=text), ["name", "description"]),
    ]  # fmt: skip
    for row, fields in rows:
        with pytest.raises(ValidationError) as told:
            row.clean_fields()
        assert [field for field in fields if code not in str(told.value.message_dict.get(field))] == []


@pytest.mark.parametrize("mark", BAD)
def test_no_source_brings_one_in(mark):
    assert checks.FACTS["name"](f"a{mark}b") == f"holds control characters (U+{ord(mark):04X})"


@pytest.mark.parametrize("text", GOOD)
def test_words_of_every_script_are_taken(text):
    assert checks.FACTS["name"](text) is None
    Provider(slug="acme", name=text).clean_fields()


WRITTEN = ["/models.atom", "/models.csv", "/models.md", "/models/acme/hostile.md", "/sitemap.xml", "/llms.txt"]


@pytest.mark.parametrize("path", WRITTEN)
def test_what_an_older_row_holds_leaves_as_a_space(client, catalog, path):
    """Rows written before they were refused: feeds stay XML, and no line turns."""
    acme, text = Model.objects.get(slug="acme/talk-free").provider, "name" + "".join(BAD[1:])
    Model.objects.create(slug="acme/hostile", name=text, description=text, provider=acme)
    Version.bump()
    snapshot.refresh()
    answer = client.get(path)
    found = answer.content.decode()
    assert answer.status_code == 200 and not {"\x1b", "\x85", "\u202e", "\u2066", "\u2028", "\ufffe"} & set(found)
    if "xml" in answer["Content-Type"]:
        ET.fromstring(answer.content)
