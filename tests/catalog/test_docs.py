"""The docs say what is so: settings that exist, addresses that answer, sections that can be linked to."""

import html
import re

import pytest
from django.conf import settings

pytestmark = pytest.mark.usefixtures("catalog")

SECTIONS = ("start", "auth", "stream", "errors", "pricing", "playground", "keyboard", "api", "sandbox", "self-hosting")


def test_each_section_can_be_linked_to(client):
    page = client.get("/docs").text
    assert [name for name in re.findall(r'<h2 id="([^"]+)"', page)] == list(SECTIONS)
    assert re.findall(r'href="#([^"]+)"', page)[1:] == list(SECTIONS)  # the first skips to the content


def test_settings_are_those_of_the_readme(client):
    table = client.get("/docs").text.partition('aria-label="Settings"')[2]
    named = re.findall(r"<code>([A-Z_]+)</code>", table)
    readme = (settings.BASE_DIR / "README.md").read_text("utf-8")
    assert len(named) > 10 and [name for name in named if f"`{name}`" not in readme] == []


def test_addresses_answer(client):
    table = client.get("/docs").text.partition('aria-label="Addresses for machines"')[2].partition("</table>")[0]
    links = [html.unescape(link) for link in re.findall(r'href="([^"]+)"', table)]
    assert len(links) > 10 and {client.get(link).status_code for link in links} == {200}


@pytest.mark.parametrize(
    ("access", "said"),
    [("public", "Anyone may run models"), ("login", "Whoever signs in"), ("staff", "Only staff"), ("off", "is switched off")],
)
def test_the_playground_is_open_to_whom_it_says(client, settings, access, said):
    settings.PLAYGROUND_ACCESS = access
    assert said in client.get("/docs").text


def test_limits_are_those_of_the_site(client, settings):
    settings.RUNS_PER_MINUTE, settings.DAILY_BUDGET_USD, settings.RUN_RETENTION_DAYS = 7, 3, 1
    page = client.get("/docs").text
    assert "up to 7 times a minute, until the runs of a day have cost $3." in page and "kept for 1 day and" in page
