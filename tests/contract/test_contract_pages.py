"""No page of any kind is filled in with nothing, whatever the catalog does not know."""

import blanks
import pytest

from catalog.endpoints import ENDPOINTS


@pytest.fixture
def shown(now, client):
    """shown(address) are the blanks of a page that answers 200."""

    def read(address: str) -> list[str]:
        answer = client.get(address)
        assert answer.status_code == 200, address
        is_page = answer["Content-Type"].startswith("text/html")
        return blanks.in_page(answer.text) if is_page else blanks.in_markdown(answer.text)

    return read


@pytest.mark.parametrize(
    "page",
    ["<p>It costs $ a call.", "<p>Released: <b></b>, added", "<p>by <b></b> and", '<a href="">', '<p title="None">', "<p>{{ x",
     "<p>Length (<code></code>)", "<p>from <i>nan</i> to 5", "<td>undefined</td>", '<label for="None">'],
)  # fmt: skip
def test_a_blank_is_found(page):
    assert len(blanks.in_page(page)) == 1


def test_a_whole_sentence_has_no_blank():
    whole = '<p>It costs <b>$1.25</b> (a call), <code>$HOME</code>: none.</p> <p>  5  </p><pre>None, ""</pre><img alt="">'
    assert blanks.in_page(whole) == [] == blanks.in_markdown("```sh\n$ ls ()\n```\n| a |  | `x()` |")


def test_no_model_page_has_a_blank(model_pages):
    assert {slug: found for slug, page in model_pages.items() if (found := blanks.in_page(page))} == {}


def test_no_markdown_page_has_a_blank(now, shown):
    assert {card.slug: found for card in now.cards if (found := shown(f"/models/{card.slug}.md"))} == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["/", "/models", "/models?q=nothingatall", "/models?price=unknown", "/models?sort=-released&page=2", "/collections",
     "/compare", "/rankings", "/changes", "/docs", "/reference", "/privacy", "/models.md", "/llms.txt", "/llms-full.txt",
     "/playground"],
)  # fmt: skip
def test_no_page_of_the_site_has_a_blank(shown, address):
    assert shown(address) == []


def test_no_list_has_a_blank(now, shown):
    lists = [f"/providers/{slug}" for slug in now.providers] + [f"/collections/{slug}" for slug in now.groups]
    lists += [f"/models?modality={key}" for key in now.counts()]
    assert {address: found for address in lists if (found := shown(address))} == {}


def test_no_comparison_has_a_blank(now, shown):
    """Every model, four at a time, so that the known stands beside the unknown."""
    slugs = [card.slug for card in now.cards]
    several = [",".join(slugs[n : n + 4]) for n in range(0, len(slugs), 4)]
    assert {models: found for models in several if (found := shown(f"/compare?models={models}"))} == {}


@pytest.mark.django_db
@pytest.mark.parametrize("key", ENDPOINTS)
def test_no_form_has_a_blank(now, shown, key):
    """One model of every shape of the endpoint's form."""
    cards = {str((card.parameters, card.capabilities)): card for card in now.cards if key in card.endpoints}
    found = {card.slug: shown(f"/playground?model={card.slug}&endpoint={key}") for card in cards.values()}
    assert found and {slug: blank for slug, blank in found.items() if blank} == {}
