"""Price history: steps, chart, table and data."""

import html
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import timezone

from catalog import snapshot
from catalog.cards import Past, Rate
from catalog.claims.settling import Actor, settle
from catalog.costs.history import chart, series
from catalog.models import Change, Claim, Model, Version


def past(amount: str, since: date, until: date, meter: str = "input_tokens", condition: str = "") -> Past:
    return Past(meter, condition, Decimal(amount), "litellm", "", since, until)


def card(*found: Past, now: Rate | None = None) -> SimpleNamespace:
    return SimpleNamespace(past=found, rates=(now,) if now else ())


NOW = Rate("input_tokens", "", Decimal(1), "pin", "", date(2026, 3, 1))


@pytest.fixture
def cheaper(catalog) -> Model:
    """A model whose input price went from $4 to $1.25 on 2026-11-01."""
    model = Model.objects.get(slug="acme/talk-large")
    model.prices.create(
        meter="input_tokens", amount=4, source="models.dev", valid_from=date(2026, 1, 1), valid_to=date(2026, 11, 1),
        source_url="https://acme.example/old",
    )  # fmt: skip
    Version.bump()
    return model


def words(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_the_steps_are_in_order_and_one_that_held_for_no_day_is_left_out():
    day = date(2026, 2, 1)
    found = series(card(past("3", day, date(2026, 3, 1)), past("2", date(2026, 1, 1), day), past("9", day, day), now=NOW))
    assert [str(step.amount) for step in found[0].steps] == ["2", "3", "1"]


def test_a_price_that_never_changed_has_no_history():
    assert series(card(now=NOW)) == []


def test_the_chart_steps_where_the_price_does_and_breaks_where_it_was_unknown():
    steps = series(card(past("4", date(2026, 1, 1), date(2026, 1, 11)), past("2", date(2026, 2, 1), date(2026, 3, 1)), now=NOW))
    drawn = chart(steps[0], date(2026, 4, 11))
    assert drawn.path == "M56.0,10.0H86.0M149.0,67.0H233.0V95.5H356.0"
    assert [tick.label for tick in drawn.rows] == ["$0", "$2.00", "$4.00"]
    assert drawn.words.startswith("$4.00 from 2026-01-01 until 2026-01-11; unknown from 2026-01-11 until 2026-02-01; $2.00 ")


def test_a_price_that_ended_is_unknown_since():
    (ended,) = series(card(past("4", date(2026, 1, 1), date(2026, 1, 11), condition="batch")))
    assert [(step.amount, step.since, step.until) for step in ended.steps] == [
        (Decimal(4), date(2026, 1, 1), date(2026, 1, 11)), (None, date(2026, 1, 11), None),
    ]  # fmt: skip


def test_a_correction_taken_back_on_its_day_is_no_step():
    day = date(2026, 3, 1)
    assert series(card(past("1", date(2026, 1, 1), day), past("7", day, day), now=NOW)) == []


def test_conditions_have_histories_of_their_own():
    day = date(2026, 3, 1)
    found = series(card(past("2", date(2026, 1, 1), day), past("1", date(2026, 2, 1), day, condition="batch"), now=NOW))
    assert [(one.condition, [step.amount for step in one.steps]) for one in found] == [("", [2, 1]), ("batch", [1, None])]


def test_a_price_that_was_free_is_drawn_too():
    steps = series(card(past("0", date(2026, 1, 1), date(2026, 1, 2))))
    assert chart(steps[0], date(2026, 1, 1)).words == "free from 2026-01-01 until 2026-01-02; unknown from 2026-01-02"


def test_the_model_page_has_the_chart_and_the_same_as_a_table(client, cheaper):
    page = client.get("/models/acme/talk-large").text
    assert page.count('role="img"') == 1
    assert "Input, list price per 1M tokens $4.00 from 2026-01-01 until 2026-11-01; $1.25 from 2026-11-01." in words(page)
    assert "Input $4.00 1M tokens models.dev , 2026-01-01 2026-11-01" in words(page)
    assert "2026-11-01 still holds" in words(page)
    assert 'style="' not in page


def test_the_history_is_data_too(client, cheaper):
    answer = client.get("/models/acme/talk-large/prices.json")
    found = [price for price in answer.json()["data"] if price["meter"] == "input_tokens" and not price["condition"]]
    assert [(price["amount"], price["until"]) for price in found] == [("4", "2026-11-01"), ("1.25", None)]
    assert client.get("/models/acme/talk-large/prices.json", headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_prices_of_an_alias_redirect_and_of_nobody_are_not_found(client, catalog):
    answer = client.get("/models/acme/talk-large-2026-03-01/prices.json")
    assert (answer.status_code, answer["Location"]) == (301, "/models/acme/talk-large/prices.json")
    assert client.get("/models/no/such/prices.json").status_code == 404


def test_a_price_that_ended_is_not_a_current_one(cheaper):
    found = snapshot.refresh().by_slug["acme/talk-large"]
    assert [str(rate.amount) for rate in found.headlines if rate.meter == "input_tokens"] == ["1.25"]


def test_a_model_without_a_change_says_so(client, catalog):
    assert "No change of a price is on record." in words(client.get("/models/acme/talk-free").text)


def test_the_model_page_tells_what_a_month_would_cost(client, catalog):
    assert "As filled in: $6.25 a month, list" in words(client.get("/models/acme/talk-large").text)
    assert "As filled in: $6.58 a month, effective" in words(client.get("/models/acme/talk-large?prices=effective").text)


def test_a_comparison_tells_what_a_month_would_cost(client, catalog):
    text = words(client.get("/compare?models=acme/talk-large,orbit/paint").text)
    assert "acme/talk-large $6.25 , orbit/paint unknown" in text


@pytest.fixture
def settled(catalog) -> Callable:
    """settled(claim, as of) lets LiteLLM state the input price of a model, or nothing with None, and tells the rows after it."""
    model = Model.objects.get(slug="acme/talk-large")
    own = {"model": model, "field": "price.input_tokens", "source": "litellm"}

    def state(amount: str | None, as_of: date) -> list[tuple[str, date, date | None]]:
        Claim.objects.filter(**own).delete()
        if amount:
            Claim.objects.create(value=amount, as_of=as_of, **own)
        settle([model], Actor("litellm"))
        rows = model.prices.filter(meter="input_tokens", condition="").order_by("valid_from", "pk")
        return [(f"{row.amount:f}".rstrip("0").rstrip("."), row.valid_from, row.valid_to) for row in rows]

    return state


def test_a_price_holds_from_its_day_and_its_change_has_that_day_and_its_moment(settled):
    before = timezone.now()
    assert settled("2", date(2026, 11, 11)) == [
        ("1.25", date(2026, 11, 1), date(2026, 11, 11)), ("2", date(2026, 11, 11), None),
    ]  # fmt: skip
    change = Change.objects.get(field="price.input_tokens")
    assert change.valid_from == date(2026, 11, 11) and before <= change.at <= timezone.now()


def test_a_price_that_comes_back_does_not_speak_of_days_that_are_told(settled):
    today = timezone.localdate()
    assert settled(None, today) == [("1.25", date(2026, 11, 1), today)]
    assert settled("3", date(2026, 11, 1)) == [("1.25", date(2026, 11, 1), today), ("3", today, None)]
