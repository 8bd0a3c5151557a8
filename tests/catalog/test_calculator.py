"""The calculator: a month's cost from numbers in the address."""

import html
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.http import QueryDict

from catalog.cards import Card, Rate
from catalog.costs.calculator import bill as bill_of
from catalog.costs.calculator import services
from catalog.costs.workload import read, sizes
from catalog.models import Model, Version

pytestmark = pytest.mark.usefixtures("catalog")

LARGE = "models=acme/talk-large&requests=1000&output_tokens=500"


def words(answer) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def bill(client, query: str) -> dict:
    answer = client.get(f"/calculator.json?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()["data"][0]


def test_shows_the_formula_with_its_numbers_and_the_source(client):
    text = words(client.get(f"/calculator?{LARGE}&input_tokens=1000"))
    assert "1,000 requests × 1,000 tokens × $1.25 / 1M = $1.25 LiteLLM price map , 2026-11-01" in text
    assert "acme/ talk-large $6.25 $6.58" in text


def test_one_tier_holds_for_input_and_output(client):
    assert bill(client, f"{LARGE}&input_tokens=200000")["list"] == "255"
    longer = bill(client, f"{LARGE}&input_tokens=200001")
    assert [line["price"]["condition"] for line in longer["lines"]] == ["prompt>200000"] * 2
    assert longer["list"] == "507.5025"


def test_cached_input_has_its_own_price(client):
    lines = bill(client, f"{LARGE}&input_tokens=1000&cached=40")["lines"]
    assert [(line["price"]["meter"], line["count"], line["cost"]) for line in lines] == [
        ("input_tokens", "600", "0.75"), ("output_tokens", "500", "5"), ("cache_read_tokens", "400", "0.05"),
    ]  # fmt: skip


def test_a_batch_without_a_price_for_the_output_is_unknown(client):
    found = bill(client, f"{LARGE}&input_tokens=1000&batch=50")
    assert (found["list"], found["effective"]) == (None, None)
    assert found["missing"] == ["No source states a price for output, batch (per 1M tokens)."]


def test_a_batch_without_any_price_is_counted_as_ordinary_and_says_so(client):
    found = bill(client, "models=openai/tts-1-hd&batch=50&characters=2000")
    assert found["list"] == "60"
    assert found["notes"] == ["No batch price is known for such requests: all are counted at the ordinary price."]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("input_tokens=336000&output_tokens=64000", []),
        ("input_tokens=336001&output_tokens=64000", ["400,001 tokens a request are more than its context window of 400,000."]),
        ("input_tokens=1&output_tokens=64001", ["64,001 tokens of output are more than its longest output of 64,000."]),
    ],
)
def test_a_request_that_does_not_fit_the_model_is_said(client, asked, said):
    assert bill(client, f"models=acme/talk-large&{asked}")["notes"] == said


def test_a_missing_price_is_unknown_and_names_the_meter(client):
    answer = client.get("/calculator?models=orbit/paint")
    assert "unknown . No source states a price for image (per image)." in words(answer)
    assert "$" not in re.sub(r"US dollars", "", words(answer).partition("How it adds up")[2])


def test_a_model_of_unknown_kind_is_unknown(client):
    assert bill(client, "models=orbit/mystery")["missing"] == ["What kind of model this is, and so what it counts, is unknown."]


def test_free_is_free(client):
    assert bill(client, "models=acme/talk-free")["list"] == "0"
    assert "talk-free Free Free" in words(client.get("/calculator?models=acme/talk-free"))


def test_no_requests_cost_nothing_but_are_not_free(client):
    assert "talk-large $0 $0" in words(client.get("/calculator?models=acme/talk-large&requests=0"))


def test_models_of_several_kinds_are_each_counted_by_their_own(client):
    page = client.get("/calculator?models=acme/talk-large,openai/tts-1-hd,orbit/embed").text
    asked = re.findall(r'id="w-([a-z_]+)"', page)
    assert asked == ["requests", "input_tokens", "output_tokens", "characters", "cached", "batch"]
    data = client.get("/calculator.json?models=acme/talk-large,openai/tts-1-hd,orbit/embed").json()["data"]
    assert [entry["list"] for entry in data] == ["6.25", "30", "0.02"]


@pytest.mark.parametrize("value", ["-1", "1e999", "NaN", "Infinity", "1.5", "1000000001", "9" * 400, "²", "٣", "0x10", ""])
def test_a_wrong_number_is_named_with_its_limit_and_kept(client, value):
    answer = client.get("/calculator", {"models": "acme/talk-large", "requests": value, "input_tokens": "777"})
    assert answer.status_code == 400
    assert "Requests a month (requests) must be a whole number from 0 to 1,000,000,000." in words(answer)
    assert f'value="{html.escape(value[:40])}"' in answer.text and 'value="777"' in answer.text
    assert "How it adds up" not in answer.text


def test_a_blank_amount_is_not_stated(client):
    found = bill(client, "models=acme/talk-large&output_tokens=")
    assert (found["list"], found["missing"]) == (None, ["Output tokens a request: not stated. This model is priced by it."])


def test_numbers_may_have_commas(client):
    assert bill(client, "models=openai/tts-1-hd&requests=1,000&characters=1000")["list"] == "30"


@pytest.mark.parametrize("path", ["/calculator", "/calculator.json"])
@pytest.mark.parametrize(
    "wrong",
    ["models=no/such", "models=acme/talk-large&size=8k", "models=acme/talk-free&service=flex", "prices=net", "cached=101"],
)
def test_what_is_wrong_is_refused(client, path, wrong):
    assert client.get(f"{path}?{wrong}").status_code == 400


def test_each_fault_is_said_once_and_a_close_name_keeps_the_numbers(client):
    page = client.get("/calculator?models=acme/talk-larg,orbit/embed&requests=77&input_tokens=-1")
    assert words(page).count("No model is called acme/talk-larg.") == 1 and "no model is called" not in words(page)
    assert words(page).count("(input_tokens) must be a whole number") == 2  # above, and at its field
    assert 'href="/calculator?models=orbit/embed,acme/talk-large&amp;requests=77&amp;' in page.text


def test_a_seventh_model_is_left_out_and_the_others_are_calculated(client, catalog):
    acme = Model.objects.get(slug="acme/talk-free").provider
    Model.objects.create(slug="acme/seventh", name="Seventh", provider=acme)
    Version.bump()
    page = words(client.get("/calculator", {"models": [*catalog.by_slug, "acme/seventh"]}))
    assert "6 models at a time. 1 more was asked for and left out." in page
    assert "cannot be calculated" not in page and "How it adds up" in page


def test_the_largest_work_is_exact(client):
    found = bill(client, "models=acme/talk-large&requests=999,999,999&input_tokens=9999999&output_tokens=9999999&cached=33.3333")
    table = {"input_tokens": Decimal("2.5"), "output_tokens": Decimal(15), "cache_read_tokens": Decimal("0.125")}
    cached = 9999999 * 333333
    counts = {"input_tokens": 9999999 * 1000000 - cached, "output_tokens": 9999999 * 1000000, "cache_read_tokens": cached}
    micro = sum(999_999_999 * counts[meter] * int(table[meter] * 1000) for meter in counts)
    assert Decimal(found["list"]).as_integer_ratio() == (Decimal(f"{micro}E-15")).as_integer_ratio()


def test_the_address_has_the_whole_calculation(client):
    page = client.get(f"/calculator?{LARGE}&prices=effective").text
    link = html.unescape(re.search(r'href="/calculator\?([^"]+)">Link to this', page)[1])
    assert link == (
        "models=acme/talk-large&requests=1000&input_tokens=1000&output_tokens=500&cached=0&batch=0&prices=effective"
    )
    assert client.get(f"/calculator.json?{link}").json()["data"][0]["effective"] == "6.578947368421"


def rated(card: Card, *prices: tuple[str, str, str]) -> Card:
    """A card with these prices: `(meter, condition, amount)`."""
    day = date(2026, 11, 1)
    rates = (Rate(meter, condition, Decimal(amount), "litellm", "", day) for meter, condition, amount in prices)
    return replace(card, rates=tuple(rates))


def served(catalog, slug: str, query: str, *more: tuple[str, str, str]):
    """The bill of a model with prices for input and output, and those of some services."""
    plain = [("input_tokens", "", "2"), ("output_tokens", "", "8"), ("cache_read_tokens", "", "0.5")]
    card = rated(catalog.by_slug[slug], *plain, *more)
    return bill_of(card, read(QueryDict(f"{query}&requests=1000&input_tokens=1000&output_tokens=500"), [], services([card])))


PRIORITY = (("input_tokens", "priority", "4"), ("output_tokens", "priority", "16"))


def test_a_service_has_its_own_prices(catalog):
    found = served(catalog, "acme/talk-large", "service=priority", *PRIORITY)
    assert (found.total, found.notes) == (Decimal(12), ())
    assert found.lines[0].formula == "1,000 priority requests × 1,000 tokens × $4.00 / 1M = $4.00"


def test_what_is_batched_has_the_batch_price_and_the_rest_that_of_the_service(catalog):
    batch = (("input_tokens", "batch", "1"), ("output_tokens", "batch", "4"))
    assert served(catalog, "acme/talk-large", "service=priority&batch=50", *PRIORITY, *batch).total == Decimal("7.5")
    found = served(catalog, "acme/talk-large", "service=priority&batch=50", *PRIORITY)
    assert found.notes == ("No batch price is known for such requests: all are counted at the priority price.",)


def test_cached_input_without_a_price_in_a_service_is_counted_as_input(catalog):
    found = served(catalog, "acme/talk-large", "service=priority&cached=40", *PRIORITY)
    assert (found.total, found.notes) == (12, ("No priority price for cached input is known: it is counted as input.",))


def test_a_service_that_a_model_does_not_price_is_unknown(catalog):
    card = rated(catalog.by_slug["acme/talk-large"], ("input_tokens", "", "2"), ("output_tokens", "", "8"))
    found = bill_of(card, read(QueryDict("service=flex"), [], ["flex"]))
    assert (found.total, found.missing[0]) == (None, "No source states a price for input, flex (per 1M tokens).")


def test_a_service_is_offered_where_what_is_counted_has_a_price_in_it(catalog):
    card = catalog.by_slug["orbit/paint"]  # counted by the image
    assert services([rated(card, ("images", "", "1"), ("input_tokens", "flex", "1"))]) == []
    assert services([rated(card, ("images", "", "1"), ("images", "flex+prompt>100", "1"))]) == ["flex"]


def test_the_service_is_in_the_address_the_page_and_the_json(client, catalog, monkeypatch):
    rates = catalog.by_slug["acme/talk-large"].rates
    flex = tuple(replace(rate, condition="flex", amount=rate.amount / 2) for rate in rates if not rate.condition)
    monkeypatch.setitem(catalog.by_slug, "acme/talk-large", replace(catalog.by_slug["acme/talk-large"], rates=rates + flex))
    page = client.get(f"/calculator?{LARGE}&service=flex").text
    assert "<option selected>flex</option>" in page
    assert "&amp;service=flex" in page.partition("Link to this calculation")[0].rpartition("href=")[2]
    found = client.get(f"/calculator.json?{LARGE}&service=flex").json()
    assert (found["workload"]["service"], found["data"][0]["list"]) == ("flex", "3.125")
    assert {line["service"] for line in found["data"][0]["lines"]} == {"flex"}
    both = client.get(f"/calculator?models=acme/talk-free,{LARGE[7:]}&service=flex").text
    assert "service" not in both.partition('" aria-label="Remove acme/talk-large"')[0].rpartition("href=")[2]


def film(catalog, *prices: tuple[str, str]) -> Card:
    card = replace(catalog.by_slug["orbit/paint"], modality="video")
    return rated(card, *(("video_seconds", condition, amount) for condition, amount in prices))


def test_a_size_has_its_own_price_and_one_without_a_price_is_unknown(catalog):
    card, other = film(catalog, ("", "0.2"), ("720p", "0.1"), ("4k", "0.5")), film(catalog, ("", "0.3"), ("480p", "0.1"))
    assert sizes([card, other]) == ["480p", "720p", "4k"]
    work = read(QueryDict("size=720p&video_seconds=5"), sizes([card]))
    assert bill_of(card, work).total == 500
    assert bill_of(other, work).missing == ("No source states a price for video, 720p (per second).",)
    assert bill_of(film(catalog, ("", "0.3")), work).total == 1500


def test_audio_without_a_batch_price_is_not_charged_as_text(catalog):
    card = rated(
        catalog.by_slug["openai/tts-1-hd"],
        ("input_tokens", "", "1"), ("audio_output_tokens", "", "6"), ("input_tokens", "batch", "1"),
        ("output_tokens", "batch", "2"),
    )  # fmt: skip
    found = bill_of(card, read(QueryDict("audio_output_tokens=100&batch=50"), []))
    assert found.missing == ("No source states a price for audio output, batch (per 1M tokens).",)


def test_starts_without_a_model(client):
    answer = client.get("/calculator")
    assert answer.status_code == 200
    assert "Start with" in answer.text


def test_the_page_carries_no_list_of_all_models(client):
    """The suggestions are fetched when the field is used."""
    assert "orbit/embed" not in client.get("/calculator").text


def test_a_part_of_the_page_follows_what_is_typed(client):
    answer = client.get(f"/calculator?{LARGE}", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert answer.text.lstrip().startswith('<div id="calculation"')
    assert answer["HX-Replace-Url"].startswith("/calculator?models=acme/talk-large&requests=1000")
