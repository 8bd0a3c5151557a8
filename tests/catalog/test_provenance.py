"""Every fact of a model says whose it is, as of when, and what other sources say."""

import pytest

from catalog.claims import pins
from catalog.models import Model, Version
from tests.catalog.test_pages import words

PAGE = "/models/acme/talk-large"


def fact(client, field: str, page: str = PAGE) -> dict:
    return client.get(f"{page}.json").json()["facts"][field]


def row(client, label: str) -> str:
    """The row of a fact in the table of sources."""
    table = client.get(PAGE).text.partition('class="from"')[2].partition("</table>")[0]
    return next(words(one) for one in table.split("<tr>") if words(one).startswith(label))


@pytest.fixture
def talk(catalog) -> Model:
    return Model.objects.get(slug="acme/talk-large")


def test_a_fact_has_its_source_and_what_others_say(client, catalog):
    assert fact(client, "context_window") == {
        "value": 400000, "source": "litellm", "as_of": "2026-11-01", "url": "https://acme.example/prices", "disputed": True,
        "others": [{"source": "models.dev", "value": 256000, "as_of": "2026-10-01", "url": "https://acme.example/models",
                    "claim": "context_window"}],
    }  # fmt: skip
    found = row(client, "Context window sources disagree 400,000")
    assert "LiteLLM price map , 2026-11-01 256,000 models.dev , 2026-10-01" in found


def test_what_no_source_says_is_unknown_and_what_follows_has_no_source(client, catalog):
    assert fact(client, "capabilities.pdf") == {
        "value": None, "source": None, "as_of": None, "url": None, "others": [], "disputed": False,
    }  # fmt: skip
    assert "No source speaks of" in client.get(PAGE).text
    follows = fact(client, "endpoints", "/models/orbit/embed")
    assert (follows["value"], follows["source"]) == (["embedding"], None)


def test_an_ability_is_a_fact_of_its_own(client, catalog):
    assert fact(client, "capabilities.tools")["value"] is True
    assert fact(client, "capabilities.tools", "/models/acme/talk-free")["value"] is False


def test_a_price_that_is_free_differs_from_one_that_is_unknown(client, talk):
    free = client.get("/models/acme/talk-free.json").json()["facts"]
    assert (free["price.input_tokens"]["value"], free["price.input_tokens"]["source"]) == ("0", "litellm")
    assert "price.images" not in free
    pins.edit(talk, {}, {("input_tokens", ""): None})
    found = fact(client, "price.input_tokens")
    assert (found["value"], found["source"], found["disputed"]) == (None, "pin", True)
    assert [other["value"] for other in found["others"]] == ["1.25"]
    assert row(client, "Price, input sources disagree").startswith("Price, input sources disagree unknown edited here")


def test_an_edit_is_shown_as_edited_here_and_by_nobody(client, talk):
    pins.edit(talk, {"max_output": 1234}, {}, by="mallory")
    assert row(client, "Longest output").startswith("Longest output sources disagree 1,234 edited here")
    pages = [client.get(path).text for path in (PAGE, f"{PAGE}.json", "/changes", f"{PAGE}/changes.json", "/changes.csv")]
    assert all("1234" in page or "1,234" in page for page in pages) and not any("mallory" in page for page in pages)


def test_an_ability_that_is_pinned_as_unknown_is_unknown(client, talk):
    talk.claims.create(field="capabilities", value={"tools": None}, source="pin", as_of="2026-11-20")
    Model.objects.filter(pk=talk.pk).update(capabilities={"vision": True, "streaming": True})
    Version.bump()
    found = fact(client, "capabilities.tools")
    assert (found["value"], found["source"], [other["value"] for other in found["others"]]) == (None, "pin", [True])


def test_a_disputed_fact_is_marked_where_it_stands(client, catalog):
    page = words(client.get(PAGE).text)
    assert "Context window 400K tokens sources disagree" in page and "Longest output 64K tokens Input" in page


def test_a_comparison_marks_what_sources_disagree_on(client, catalog):
    rows = client.get("/compare.json?models=acme/talk-large,acme/talk-free").json()["rows"]
    told = {row["label"]: row["disputed"] for row in rows}
    assert told["Context window, tokens"] == [True, False] and told["Input / 1M tokens"] == [False, False]


def test_a_table_names_the_facts_on_which_sources_disagree(client, catalog):
    head, talk = client.get(f"{PAGE}.csv").text.splitlines()
    assert dict(zip(head.split(","), talk.split(","), strict=False))["disputed"] == "context_window"
