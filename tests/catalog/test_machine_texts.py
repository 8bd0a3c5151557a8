"""The catalog as CSV, Markdown, Atom, llms.txt, and for crawlers."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from datetime import date

import pytest
from django.db import connection

from catalog.models import Model, Version
from catalog.programs import crawlers

pytestmark = pytest.mark.usefixtures("catalog")

NUL = "" if connection.vendor == "postgresql" else "\x00"  # PostgreSQL keeps none
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def hostile(text: str) -> Model:
    """A model of Acme whose name and description are `text`."""
    acme = Model.objects.get(slug="acme/talk-free").provider
    model = Model.objects.create(slug="acme/hostile", name=text, description=text, provider=acme, upstream_id=text)
    Version.bump()
    return model


def rows(answer) -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in csv.DictReader(io.StringIO(answer.content.decode(), newline=""))}


def test_csv_tells_unknown_from_free(client):
    found = rows(client.get("/models.csv"))
    assert found["acme/talk-free"]["price.input_tokens"] == "0"
    assert found["orbit/paint"]["price.images"] == found["orbit/paint"]["context_window"] == ""
    assert found["acme/talk-large"]["conditional_prices"].split()[0] == "price.input_tokens@batch=0.625"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r", " =", f"{NUL}="])
def test_csv_cell_is_never_a_formula(client, start):
    hostile(f"{start}cmd|' /C calc'!A0\r\n\x07second")
    row = rows(client.get("/models.csv"))["acme/hostile"]
    assert row["name"].startswith("'") and row["description"].startswith("'")
    assert row["name"].isprintable() and "second" in row["name"]


@pytest.mark.parametrize("text", ["a | b\n| c |", "<script>x</script>", "`` ` | ``", "[x](javascript:y) **b**", "1. # x\n---\ny"])
def test_catalog_text_cannot_break_markdown(client, text):
    hostile(text)
    lines = client.get("/models.md").content.decode().splitlines()
    bars = [line.replace(r"\|", "").count("|") for line in lines if line.startswith("|")]
    assert bars == [9] * 9  # head, rule and seven models
    page = client.get("/models/acme/hostile.md").content.decode()
    assert not re.search(r"(?<!\\)<script|(?<!\\)\]\(javascript", page)
    assert sum(line.startswith("# ") for line in page.splitlines()) == 1


def test_markdown_page_is_whole(client):
    page = client.get("/models/openai/tts-1-hd.md").content.decode()
    assert "| Characters |  | $0.03 / 1K chars | $0.0316 / 1K chars | [LiteLLM price map](" in page
    assert "### Speech: `POST /sandbox/v1/audio/speech`" in page and "curl " in page and "2026-11-01" in page
    assert "- Voice cloning: claimed by aigateway.sh. " in page


def test_markdown_page_says_unknown_and_what_comes_next(client):
    page = client.get("/models/orbit/paint.md").content.decode()
    assert "No price is known." in page and "| Released | unknown |" in page
    assert "Vector length" not in page and "Knowledge up to" not in page  # of no picture
    assert "| Retires on | 2027-01-31 |\n| Use instead | `acme/talk-large` |" in page


def test_markdown_list_says_free_and_unknown(client):
    lines = {line.split("`")[1]: line for line in client.get("/models.md").content.decode().splitlines() if "`" in line}
    assert "| free | free |" in lines["acme/talk-free"] and "| unknown |" in lines["orbit/paint"]


def test_atom_is_valid_and_newest_first(client):
    feed = ET.fromstring(client.get("/models.atom?provider=acme").content)
    titles = [entry.findtext("a:title", None, ATOM) for entry in feed.findall("a:entry", ATOM)]
    assert titles == ["Talk Large", "Talk Free"]
    for node in (feed, *feed.findall("a:entry", ATOM)):
        assert all(node.findtext(f"a:{name}", None, ATOM) for name in ("id", "title", "updated"))


def test_atom_survives_what_xml_cannot_hold(client):
    hostile(f"<b>bold</b> {NUL}\x0b\ufffe & more")
    feed = ET.fromstring(client.get("/models.atom?q=bold").content)
    # Declared as HTML, so that a reader shows the text as it is.
    assert feed.findtext("a:entry/a:summary", None, ATOM) == "&lt;b&gt;bold&lt;/b&gt; &amp; more"


def test_empty_feed_stays_the_same(client):
    first, again = (client.get("/models.atom?q=nothingatall") for _ in range(2))
    assert first.content == again.content and b"<entry>" not in first.content


def test_llms_txt_links_and_llms_full_has_every_model(client):
    head, *rest = client.get("/llms.txt").content.decode().split("\n\n")
    assert head.startswith("# ") and rest[0].startswith("> ") and any(part.startswith("## ") for part in rest)
    lines = [line for line in client.get("/llms-full.txt").content.decode().splitlines() if line.startswith("- ")]
    assert len(lines) == 6
    assert "Characters $0.03 / 1K chars" in next(line for line in lines if "tts-1-hd" in line)
    assert "Price: unknown." in next(line for line in lines if "orbit/paint" in line)


def test_sitemap_lists_pages_that_exist(client, settings):
    found = [node.text for node in ET.fromstring(client.get("/sitemap.xml").content).iter() if node.tag.endswith("loc")]
    assert f"{settings.SITE_URL}/models/openai/tts-1-hd" in found and f"{settings.SITE_URL}/collections/speech" in found
    assert len(found) == len(set(found))


def test_sitemap_dates_what_changes_with_the_catalog(client, settings):
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    nodes = ET.fromstring(client.get("/sitemap.xml").content).findall("s:url", space)
    found = {node.findtext("s:loc", None, space): node.findtext("s:lastmod", None, space) for node in nodes}
    found = {url.removeprefix(settings.SITE_URL): day for url, day in found.items()}
    assert [client.get(path).status_code for path in found] == [200] * len(found)
    added = Model.objects.get(slug="openai/tts-1-hd").added.isoformat()  # later than any of its prices and claims
    assert found["/models/openai/tts-1-hd"] == added and found["/privacy"] is None
    assert date.fromisoformat(found["/models"]) == Version.objects.get().changed_at.date()


@pytest.fixture
def parted(monkeypatch) -> None:
    """A sitemap may hold less than there is."""
    monkeypatch.setattr(crawlers, "MAX_ADDRESSES", 7)
    monkeypatch.setattr(crawlers, "PART", 3)


def locations(xml: bytes, kind: str) -> list[str]:
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    root = ET.fromstring(xml)
    assert root.tag == f"{space}{'urlset' if kind == 'url' else 'sitemapindex'}"
    assert {node.tag for node in root} == {space + kind}
    return [node.findtext(f"{space}loc") for node in root]


def test_a_sitemap_that_would_hold_too_much_is_an_index_of_parts(client, settings, parted, monkeypatch):
    parts = locations(client.get("/sitemap.xml").content, "sitemap")
    assert parts[:2] == [f"{settings.SITE_URL}/sitemap.xml?part=1", f"{settings.SITE_URL}/sitemap.xml?part=2"]
    found = [client.get(url.removeprefix(settings.SITE_URL)) for url in parts]
    assert all(answer["Content-Type"].startswith("application/xml") for answer in found)
    pages = [locations(answer.content, "url") for answer in found]
    assert {len(part) for part in pages[:-1]} == {3} and 0 < len(pages[-1]) <= 3
    monkeypatch.undo()
    assert [page for part in pages for page in part] == locations(client.get("/sitemap.xml").content, "url")


@pytest.mark.parametrize("part", ["0", "-1", "99", "x", "1.0", "١", "9" * 50, "<b>"])
def test_a_part_that_a_sitemap_has_not_is_refused(client, parted, part):
    answer = client.get("/sitemap.xml", {"part": part})
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "part")


def test_a_sitemap_that_is_whole_has_no_parts(client):
    assert client.get("/sitemap.xml?part=2").content == client.get("/sitemap.xml").content


def test_robots_keeps_runs_private(client, settings):
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert {"Disallow: /playground/runs", "Disallow: /r/", "Disallow: /admin/", "Disallow: /accounts/"} < set(lines)
    assert lines[-1] == f"Sitemap: {settings.SITE_URL}/sitemap.xml"


def test_json_is_utf8_as_it_is(client):
    hostile("Größe – 大")
    content = client.get("/api/v1/models/acme/hostile").content
    assert "大".encode() in content and json.loads(content)["name"] == "Größe – 大"


def test_a_page_past_the_last_is_empty(client, catalog):
    found = client.get("/models.json?page=9").json()
    assert (found["data"], found["page"], found["pages"], found["total"]) == ([], 9, 1, 6)
