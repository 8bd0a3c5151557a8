"""The list of models: filters, order, pages, and what htmx gets of it."""

import re

import pytest

from catalog.models import Claim, Model, Version

pytestmark = pytest.mark.usefixtures("catalog")


def listed(answer) -> list[str]:
    """The slugs of the table, in its order."""
    return re.findall(r'<tr role="row" id="m-([^"]+)"', answer.text)


def count(answer, facet: str, value: str) -> int:
    label = re.search(rf'id="f-{facet}-{re.escape(value)}".*?<span class="n">(\d+)</span>', answer.text, re.S)
    return int(label[1]) if label else 0


def test_lists_newest_first_and_undated_last(client):
    assert listed(client.get("/models")) == [
        "openai/tts-1-hd", "acme/talk-large", "acme/talk-free", "orbit/embed", "orbit/mystery", "orbit/paint",
    ]  # fmt: skip


def test_values_of_a_facet_are_alternatives(client):
    assert set(listed(client.get("/models?modality=speech&modality=embedding"))) == {"openai/tts-1-hd", "orbit/embed"}


def test_facets_must_all_hold(client):
    assert listed(client.get("/models?modality=chat&provider=acme&price=free")) == ["acme/talk-free"]


def test_abilities_must_all_hold(client):
    assert listed(client.get("/models?capability=tools&capability=vision")) == ["acme/talk-large"]


def test_counts_follow_the_other_filters(client):
    answer = client.get("/models?price=free")
    assert count(answer, "modality", "chat") == 1
    assert count(answer, "price", "unknown") == 2


@pytest.mark.parametrize("text", ["talk large", "TALK-LARGE", "talklarge", "2026-03-01"])
def test_finds_a_model_by_its_names(client, text):
    assert listed(client.get("/models", {"q": text})) == ["acme/talk-large"]


def test_text_is_answered_best_match_first(client):
    answer = client.get("/models?q=talk&sort=")
    assert '<option value="" selected>Best match</option>' in answer.text
    assert listed(answer) == ["acme/talk-large", "acme/talk-free"]
    assert listed(client.get("/models?q=talk-free+talk")) == ["acme/talk-free"]


def test_unknown_prices_sort_last_both_ways(client):
    for sort in ("price", "-price"):
        assert listed(client.get(f"/models?sort={sort}"))[-2:] == ["orbit/mystery", "orbit/paint"]


def test_a_head_asks_for_the_other_order_when_clicked_again(client):
    assert 'href="/models?sort=price">Price' in client.get("/models").text
    assert 'href="/models?sort=-price">Price' in client.get("/models?sort=price").text
    assert 'aria-sort="ascending"' in client.get("/models?sort=price").text


def test_a_chip_takes_its_filter_away(client):
    answer = client.get("/models?modality=chat&price=free")
    assert 'href="/models?price=free" aria-label="Modality: Text, remove filter"' in answer.text
    assert 'name="modality" value="chat" checked' in answer.text


def test_names_a_filter_that_nobody_knows(client):
    answer = client.get("/models?modality=nonsense")
    assert answer.status_code == 400
    assert "modality “nonsense” is not known" in answer.text
    assert len(listed(answer)) == 6


def test_a_text_that_finds_nothing_offers_to_leave_a_word_out(client):
    page = client.get("/models?q=talk+large+zzzzzz+large").text
    assert '<a href="/models?q=talk+large+large">Without the word “zzzzzz”</a><span>1 model</span>' in page
    assert "the word “zzzzzz”" not in client.get("/models?q=zzzzzz").text


def test_an_empty_list_offers_ways_out(client):
    answer = client.get("/models?modality=speech&capability=tools")
    assert "No model fits all of this" in answer.text
    assert '<a href="/models?capability=tools">Without Modality: Speech</a><span>1 model</span>' in answer.text


def test_unknown_free_and_known_prices_look_different(client):
    cells = re.findall(r'<span class="price">(.*?)</span></td>', client.get("/models").text, re.S)
    assert sum('class="unk"' in cell for cell in cells) == 2
    assert sum('class="free"' in cell for cell in cells) == 2
    assert sum("<data" in cell for cell in cells) == 4


def test_htmx_gets_the_results_and_the_address_that_names_them(client):
    answer = client.get("/models?q=&sort=&modality=speech", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert answer.text.strip().startswith('<div id="results"')
    assert answer["HX-Push-Url"] == "/models?modality=speech"
    assert "HX-Request-Type" in answer["Vary"]


def test_a_whole_page_pushes_no_address(client):
    answer = client.get("/models", headers={"HX-Request": "true", "HX-Request-Type": "full"})
    assert "HX-Push-Url" not in answer
    assert "<html" in answer.text


def test_twins_have_the_same_filter(client):
    assert 'href="/models.csv?modality=speech"' in client.get("/models?modality=speech").text


def test_a_row_says_when_its_model_retires(client):
    assert "on 2027-01-31</span> <small>use acme/talk-large" in client.get("/models?provider=orbit").text


def test_asks_the_database_only_for_the_version(client, django_assert_num_queries):
    client.get("/models")
    with django_assert_num_queries(1):
        client.get("/models?modality=chat&sort=price")


def heads(answer) -> list[str]:
    return re.findall(r'<th role="columnheader".*?<a [^>]*>([^<]+?) ?<', answer.text)


def test_columns_are_those_of_the_modality(client):
    assert heads(client.get("/models")) == ["Model", "Modality", "Can do", "Context", "Price", "Output", "Per", "Released"]
    assert heads(client.get("/models?modality=speech")) == ["Model", "Takes", "Price", "Per", "Released"]
    assert heads(client.get("/models?modality=embedding")) == ["Model", "Dimensions", "Context", "Price", "Per", "Released"]


def test_every_head_sorts(client):
    for key in re.findall(r'<th role="columnheader".*?sort=(-?\w+)', client.get("/models?sort=name").text):
        assert 'aria-sort="' in client.get(f"/models?sort={key}").text


def test_effective_prices_are_shown_where_they_are_asked_for(client):
    answer = client.get("/models?modality=chat&sort=price&prices=effective")
    assert "Effective prices in US dollars." in answer.text and "Effective price" in heads(answer)
    assert 'title="$1.315' in answer.text and 'value="1.25"' not in answer.text
    assert 'value="1.25"' in client.get("/models?modality=chat").text


def test_the_words_of_a_search_are_marked_where_they_stand(client):
    assert "talk-<mark>large</mark>" in client.get("/models?q=large").text
    assert "alias: <mark>openai</mark>/<mark>tts-hd</mark>" not in client.get("/models?q=tts").text
    assert "alias: openai/<mark>tts-hd</mark>" in client.get("/models?q=ttshd").text
    assert "<mark>vision</mark>" in client.get("/models?q=vision").text
    assert "<mark>" not in client.get("/models").text


def test_a_list_is_shown_as_cards(client):
    answer = client.get("/models?modality=speech&view=cards")
    assert 'class="as-cards"' in answer.text and "high-definition text-to-speech" in answer.text
    assert 'href="/models?modality=speech">Table' in answer.text
    assert '<input type="hidden" name="view" value="cards">' in answer.text


def test_two_filters_that_exclude_each_other_are_offered_alone(client):
    answer = client.get("/models?modality=image&capability=tools&price=free&context=1000000")
    assert ">Only Modality: Image</a><span>1 model</span>" in answer.text


def test_limits_are_fields_and_chips(client):
    answer = client.get("/models?context_min=200K&released_within=3660")
    assert 'name="context_min" value="200K"' in answer.text
    assert 'href="/models?released_within=3660" aria-label="Context: ≥ 200K, remove filter"' in answer.text
    assert '<input type="hidden" name="released_within" value="3660">' in answer.text


def test_a_row_says_that_sources_disagree_on_its_price(client):
    model = Model.objects.get(slug="orbit/embed")
    Claim.objects.create(model=model, field="price.input_tokens", value="0.05", source="models.dev", as_of="2026-10-01")
    Version.bump()
    answer = client.get("/models?price=known")
    assert answer.text.count("sources disagree on the price") == 1
    assert 'href="/models/orbit/embed#h-price"' in answer.text


def test_an_order_named_in_the_text_is_the_one_shown(client):
    answer = client.get("/models?q=cheapest+talk")
    assert '<option value="" selected>Lowest price</option>' in answer.text
    assert 'aria-sort="ascending"><a href="/models?q=cheapest+talk&amp;sort=-price">Price' in answer.text
    assert listed(answer) == ["acme/talk-free", "acme/talk-large"]


def test_units_are_only_spoken_of_where_there_are_several(client):
    several = "Prices of one unit stand together"
    assert several in client.get("/models?sort=price").text
    assert several not in client.get("/models?sort=price&modality=chat").text
    assert several not in client.get("/models?q=cheapest+talk").text
