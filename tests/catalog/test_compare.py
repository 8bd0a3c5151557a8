"""Models side by side, as a visitor reads them."""

import html
import re

import pytest

from catalog.models import Model, Version
from catalog.pages.compare import MAX_COMPARED, rows

TALK = "acme/talk-large,acme/talk-free"


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def row(page: str, label: str) -> list[str]:
    """The cells of a row of the comparison, in words."""
    found = re.search(rf'<tr><th scope="row">{re.escape(label)}</th>(.*?)</tr>', page, re.DOTALL)
    return [words(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", found[1], re.DOTALL)]


def test_one_model_is_kept_and_others_suggested(client, catalog):
    page = client.get("/compare?models=acme/talk-large").text
    assert '<input type="hidden" name="models" value="acme/talk-large">' in page
    assert 'href="/compare?models=acme/talk-large,acme/talk-free"' in page


def test_takes_repeated_and_joined_slugs(client, catalog):
    joined = client.get(f"/compare?models={TALK}").text.partition('class="cmp"')[2]
    repeated = client.get("/compare?models=acme/talk-large&models=&models=acme/talk-free").text.partition('class="cmp"')[2]
    assert repeated == joined and "talk-free" in joined


def test_marks_the_odd_cell(client, catalog):
    page = client.get(f"/compare?models={TALK},openai/tts-1-hd").text
    assert re.search(r'<td class="odd">Speech <small>differs</small></td>', page)


def test_bolds_the_lowest_price_and_the_largest_context(client, catalog):
    page = client.get(f"/compare?models={TALK}").text
    assert re.search(r'Input / 1M tokens</th><td><data value="1.25" .*?</td><td class=" best"><span class="free">Free', page)
    assert '<td class=" best">400,000 <small>sources disagree</small></td>' in page


def test_rows_that_agree_are_folded_with_their_one_value(client, catalog):
    page = client.get(f"/compare?models={TALK}").text
    table, _, folded = page.partition('<details class="agreed">')
    assert "Modality" not in table and row(folded, "Modality") == ["Text"]


def test_what_a_kind_agrees_on_is_folded_before_another_kind(client, catalog):
    page = client.get(f"/compare?models={TALK},openai/tts-1-hd").text
    table, _, folded = page.partition('<details class="agreed">')
    assert row(folded, "temperature") == ["0 to 2 where it applies"] and "temperature" not in table
    assert row(table, "voice") == ["does not apply", "does not apply", "alloy, nova"]


def test_models_that_agree_on_everything_are_still_named(client, catalog):
    twin = Model.objects.get(slug="orbit/mystery")
    Model.objects.create(slug="orbit/other", name="Other", provider=twin.provider, status="preview")
    Version.bump()
    page = client.get("/compare?models=orbit/mystery,orbit/other").text
    assert "All of them agree on every fact that is known here." in page and 'aria-label="Remove orbit/other"' in page


def test_only_differences_is_an_address(client, catalog):
    page = client.get(f"/compare?models={TALK}&rows=differ").text
    assert "Modality" not in page and row(page, "Context window, tokens") == ["400,000 sources disagree", "32,000"]
    assert f'href="/compare?models={TALK}&amp;rows=differ" aria-current="true">Differences only' in page


def test_what_a_kind_cannot_have_does_not_apply(client, catalog):
    page = client.get("/compare?models=acme/talk-large,openai/tts-1-hd").text
    assert row(page, "Characters / 1K chars") == ["does not apply", "$0.030"]
    assert row(page, "Input / 1M tokens") == ["$1.25", "does not apply"]
    assert row(page, "Context window, tokens") == ["400,000 sources disagree", "does not apply"]
    assert row(page, "Vision") == ["yes", "does not apply"]
    assert "Speech and Text models do different work." in words(page)
    three = client.get("/compare?models=acme/talk-large,openai/tts-1-hd,orbit/embed").text
    assert "Embedding, Speech and Text models do different work." in words(three)


def test_nothing_is_best_among_several_kinds(client, catalog):
    assert ' best"' not in client.get("/compare?models=acme/talk-large,acme/talk-free,orbit/embed").text


def test_what_one_of_a_kind_may_have_is_unknown(client, catalog):
    page = client.get(f"/compare?models={TALK}").text
    assert row(page, "Cache read / 1M tokens") == ["$0.125", "unknown"]
    assert row(page, "Longest output, tokens") == ["64,000", "unknown"]


def test_a_model_of_no_known_kind_may_have_anything(client, catalog):
    page = client.get("/compare?models=acme/talk-large,orbit/mystery").text
    assert row(page, "Vision") == ["yes", "unknown"] and row(page, "Input / 1M tokens") == ["$1.25", "unknown"]


def test_rows_follow_the_kind(client, catalog):
    page = client.get("/compare?models=acme/talk-large,openai/tts-1-hd").text
    assert row(page, "voice") == ["does not apply", "alloy, nova"]


def test_effective_prices_are_an_address(client, catalog, settings):
    page = client.get(f"/compare?models={TALK}&prices=effective").text
    assert row(page, "Input / 1M tokens")[0] == "$1.32" and 'value="1.31578' in page
    assert "Effective prices in US dollars" in words(page)


def test_conditions_and_sources_are_on_the_page(client, catalog):
    text = words(client.get(f"/compare?models={TALK}").text)
    assert "acme/talk-large: 6 prices" in text and "Prompt over 200,000 tokens" in text
    assert "LiteLLM price map , 2026-11-01" in text


def test_code_is_there_for_each_model(client, catalog):
    page = client.get("/compare?models=acme/talk-large,openai/tts-1-hd").text
    assert 'data-label="acme/talk-large"' in page and "client.audio.speech" in words(page)


def test_no_list_of_every_model_is_in_the_page(client, catalog):
    page = client.get(f"/compare?models={TALK}").text
    assert 'hx-get="/playground/models"' in page
    assert "orbit/paint" not in page


@pytest.mark.parametrize("state", ["prices=effective", "rows=differ"])
def test_the_state_stays_when_a_model_is_added_or_removed(client, catalog, state):
    page = html.unescape(client.get(f"/compare?models={TALK}&{state}").text)
    name, _, value = state.partition("=")
    assert f'<input type="hidden" name="{name}" value="{value}">' in page
    assert f'href="/compare?models=acme/talk-free&{state}"' in page


def test_names_what_it_does_not_know(client, catalog):
    answer = client.get("/compare?models=acme/talk-large,acme/talk-freee,nope")
    assert answer.status_code == 400
    assert "No model is called acme/talk-freee." in words(answer.text) and "No model is called nope." in words(answer.text)


@pytest.mark.parametrize(("state", "known"), [("prices=cheap", "effective"), ("rows=odd", "differ"), ("chart=pie", "context")])
def test_names_a_state_that_is_not_known(client, catalog, state, known):
    answer = client.get(f"/compare?models={TALK}&{state}")
    assert answer.status_code == 400
    assert re.search(rf"{state.replace('=', ' “')}” is not known. Known: .*{known}", words(answer.text))


def test_stops_at_six(client, catalog):
    acme = Model.objects.get(slug="acme/talk-free").provider
    Model.objects.create(slug="acme/seventh", name="Seventh", provider=acme)
    Version.bump()
    answer = client.get("/compare", {"models": [*catalog.by_slug, "acme/seventh"]})
    assert "6 models at a time. 1 more was asked for and left out." in words(answer.text)


def test_a_long_name_does_not_fill_the_page(client, catalog):
    assert "x" * 81 not in words(client.get(f"/compare?models={'x' * 5000}").text)


def test_every_pair_of_kinds_can_be_compared(catalog):
    for one in catalog.cards:
        for other in catalog.cards:
            assert all(row.known for _, found in rows([one, other]) for row in found)


def test_the_tray_holds_as_many_as_are_compared(client, catalog):
    assert f'data-limit="{MAX_COMPARED}"' in client.get("/models").text
