"""What a person says of a model holds against every load, and can be taken back."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from catalog import bundle
from catalog.claims import pins
from catalog.models import Change, Claim, Model, Price, Version

pytestmark = pytest.mark.usefixtures("catalog")
SMALL = Path(__file__).parent.parent / "data" / "small-catalog.json"
INPUT, OUTPUT = ("input_tokens", ""), ("output_tokens", "")


def talk() -> Model:
    return Model.objects.get(slug="acme/talk-large")


def edit(stated: dict[str, Any] | None = None, amounts: pins.Amounts | None = None, unpinned: tuple[str, ...] = ()) -> Model:
    pins.edit(talk(), stated or {}, amounts or {}, unpinned)
    return talk()


def load_again(**stated: Any) -> Model:
    """Loads the bundle anew, in which LiteLLM now says `stated` of the model too."""
    small = json.loads(SMALL.read_text("utf-8"))
    small["files"][0]["models"][1]["claims"][0]["facts"] |= stated
    bundle.load(small["files"], small["collections"])
    return talk()


def amounts() -> dict[tuple[str, str], Decimal]:
    return {(price.meter, price.condition): price.amount for price in talk().prices.current()}


def test_a_pin_is_a_claim_a_change_and_a_new_version() -> None:
    before = Version.current()
    assert edit({"context_window": 300_000}).context_window == 300_000
    claim = Claim.objects.get(source="pin")
    assert (claim.field, claim.value, claim.as_of) == ("context_window", 300_000, timezone.localdate())
    change = Change.objects.get(source="pin")
    assert (change.field, change.before, change.after) == ("context_window", 400_000, 300_000)
    assert Version.current() == before + 1


def test_a_load_keeps_what_is_pinned_and_takes_the_rest() -> None:
    edit({"context_window": 300_000}, {INPUT: Decimal("1.5"), OUTPUT: None})
    loaded = load_again(context_window=500_000, max_output=32_000)
    assert (loaded.context_window, loaded.max_output) == (300_000, 32_000)
    assert amounts()[INPUT] == Decimal("1.5")
    assert OUTPUT not in amounts()


def test_a_fact_can_be_pinned_as_unknown() -> None:
    assert edit({"context_window": None, "released": None, "family": ""}).context_window is None
    loaded = load_again(context_window=500_000)
    assert (loaded.context_window, loaded.released, loaded.family) == (None, None, "")


def test_pins_only_the_parts_that_differ() -> None:
    edited = edit({"capabilities": {"tools": False, "streaming": True}})
    assert edited.capabilities == {"tools": False, "streaming": True}
    assert Claim.objects.get(source="pin").value == {"tools": False, "vision": None}
    later = load_again(capabilities={"tools": True, "vision": True, "streaming": True, "pdf": True})
    assert later.capabilities == {"tools": False, "streaming": True, "pdf": True}


def test_a_second_edit_of_a_part_keeps_the_first() -> None:
    edit({"capabilities": {"tools": False, "vision": True, "streaming": True}})
    assert edit({"capabilities": {"tools": False, "vision": False, "streaming": True}}).capabilities["tools"] is False
    assert Claim.objects.get(source="pin").value == {"tools": False, "vision": False}


def test_a_changed_kind_brings_its_endpoint_unless_a_source_states_one() -> None:
    speech = Model.objects.get(slug="openai/tts-1-hd")
    pins.edit(speech, {"modality": "music"}, {})
    speech.refresh_from_db()
    assert (speech.endpoints, speech.listed_endpoints) == (["music", "chat"], ["chat"])
    assert edit({"modality": "rerank"}).endpoints == ["chat", "responses"]


def test_a_new_amount_closes_the_old_row() -> None:
    edit(amounts={INPUT: Decimal("1.50")})
    old, new = Price.objects.filter(model=talk(), meter="input_tokens", condition="").order_by("pk")
    assert (old.amount, old.source, old.valid_to) == (Decimal("1.25"), "litellm", timezone.localdate())
    assert (new.amount, new.source, new.valid_from, new.valid_to) == (Decimal("1.5"), "pin", timezone.localdate(), None)
    change = Change.objects.get(source="pin")
    assert (change.field, change.before, change.after) == ("price.input_tokens", "1.25", "1.5")


def test_a_price_may_change_twice_a_day() -> None:
    for amount in ("1.5", "10", "3"):
        edit(amounts={INPUT: Decimal(amount)})
    assert amounts()[INPUT] == 3
    assert Price.objects.filter(model=talk(), meter="input_tokens", condition="").closed().count() == 3
    assert Claim.objects.get(source="pin").value == "3"


def test_a_price_taken_away_is_unknown_and_kept_as_history() -> None:
    edit(amounts={INPUT: None})
    assert INPUT not in amounts()
    assert Price.objects.get(model=talk(), meter="input_tokens", condition="").valid_to == timezone.localdate()
    assert Claim.objects.get(source="pin").value is None
    assert Change.objects.get(source="pin").after is None


def test_a_price_may_be_added() -> None:
    edit(amounts={("output_tokens", "batch"): Decimal("5")})
    assert Claim.objects.get(source="pin").field == "price.output_tokens@batch"
    load_again(context_window=500_000)
    assert amounts()["output_tokens", "batch"] == 5


def test_without_its_pin_a_field_goes_back_to_the_best_source() -> None:
    edit({"context_window": 300_000, "family": "chatter"}, {INPUT: Decimal("9"), OUTPUT: None})
    back = edit(unpinned=("context_window", "price.input_tokens", "price.output_tokens"))
    assert (back.context_window, back.family) == (400_000, "chatter")
    assert (amounts()[INPUT], amounts()[OUTPUT]) == (Decimal("1.25"), Decimal(10))
    assert talk().prices.current().get(meter="input_tokens", condition="").source == "litellm"
    assert [change.after for change in Change.objects.filter(field="context_window")] == [400_000, 300_000]


def test_an_amount_that_stays_when_its_pin_goes_names_its_source() -> None:
    edit(amounts={INPUT: Decimal("9")})
    edit(amounts={INPUT: Decimal("1.25")})
    edit(unpinned=("price.input_tokens",))
    price = talk().prices.current().get(meter="input_tokens", condition="")
    assert (price.amount, price.source) == (Decimal("1.25"), "litellm")


def test_to_say_what_is_shown_changes_nothing() -> None:
    edit({"context_window": 400_000}, {INPUT: Decimal("1.25")})
    assert not Change.objects.filter(source="pin").exists()
    assert Price.objects.filter(model=talk()).count() == len(amounts())
