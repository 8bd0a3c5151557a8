"""One bad row is refused with what is wrong with it, and the rows around it are read."""

from decimal import Decimal
from typing import Any

import pytest

from catalog.sources import litellm, models_dev, own_json
from catalog.sources.fetching import Unreadable
from catalog.sources.rows import number

DAY = "2026-11-23"
GOOD = {"litellm_provider": "azure", "mode": "chat", "input_cost_per_token": Decimal("0.000001"), "max_input_tokens": 8000}
ENTRY = {
    "id": "good", "name": "Good", "modalities": {"input": ["text"], "output": ["text"]}, "open_weights": False,
    "release_date": "2026-01-02", "limit": {"context": 8000, "output": 1000}, "reasoning": False, "tool_call": True,
    "cost": {"input": 1, "output": Decimal("2.5")},
}  # fmt: skip


def nested(depth: int) -> Any:
    held: Any = "x"
    for _ in range(depth):
        held = [held]
    return held


WRONG = [
    None, True, -5, "lots", "NaN", Decimal("NaN"), Decimal("1E+900000"), [], {}, nested(100_000), "x" * 10_000, "a\0b", 10**30,
]  # fmt: skip


@pytest.mark.parametrize("field", ["litellm_provider", *litellm.READ, "input_cost_per_token", "tiered_pricing"])
def test_litellm_goes_on_after_a_bad_row(field):
    for value in WRONG:
        rows, refusals = litellm.translate({"azure/bad": GOOD | {field: value}, "azure/good": GOOD}, DAY)
        assert "azure/good" in {row.slug for row in rows}
        told = [one for one in refusals if one.field in ("model", "alias")]
        assert len(rows) + len(told) == 2
        assert all(facts_are_sound(row.claim["facts"]) for row in rows)


@pytest.mark.parametrize("field", [*models_dev.READ, "experimental"])
def test_models_dev_goes_on_after_a_bad_row(field):
    for value in WRONG:
        raw = {"host": {"models": {"bad": ENTRY | {"id": "bad", field: value}, "good": ENTRY}}}
        rows, refusals = models_dev.translate(raw, DAY)
        assert "host/good" in {row.slug for row in rows}
        assert len(rows) + len([one for one in refusals if one.field in ("model", "alias")]) == 2
        assert all(facts_are_sound(row.claim["facts"]) for row in rows)


def facts_are_sound(facts: dict[str, Any]) -> bool:
    whole = (facts.get(name, 1) for name in ("context_window", "max_output", "dimensions"))
    return all(isinstance(value, int) and 0 < value < 10**13 for value in whole) and "\0" not in str(facts)


@pytest.mark.parametrize("raw", [None, [], "text", 3])
def test_refuses_a_file_of_another_shape(raw):
    for reader in (litellm, models_dev):
        with pytest.raises(Unreadable):
            reader.translate(raw, DAY)
    with pytest.raises(Unreadable):
        own_json.translate({"error": 1} if raw is None else raw if raw != [] else 1, DAY)


def test_says_what_was_wrong():
    _, refusals = litellm.translate({"a b/c": GOOD, "azure/x": 7, "azure/y": GOOD | {"mode": "dance"}}, DAY)
    reasons = {one.slug: one.reason for one in refusals if one.field == "model"}
    assert reasons["azure/a b/c"].startswith("not two or more parts of letters")
    assert reasons["azure/x"] == "not an object"
    assert reasons["azure/y"] == "mode dance: no kind of the catalog"
    without = {key: value for key, value in ENTRY.items() if key != "modalities"}
    _, refusals = models_dev.translate({"host": {"models": {"x": without}}, "empty": {}}, DAY)
    assert {(one.slug, one.reason) for one in refusals if one.slug} == {
        ("host/x", "without 'modalities'"), ("empty", "no object of models"),
    }  # fmt: skip


def test_refuses_negative_absurd_and_filler_prices():
    for amount in (Decimal(-1), Decimal("0.5"), Decimal(0), "NaN", Decimal("Infinity")):
        rows, refusals = litellm.translate({"azure/m": GOOD | {"input_cost_per_token": amount}}, DAY)
        assert "prices" not in rows[0].claim
        assert [one.field for one in refusals if one.slug] == ["input_cost_per_token"]


def test_hides_a_host_s_listing_and_keeps_its_price():
    rows, _ = litellm.translate({"azure_ai/Some-Model": GOOD | {"litellm_provider": "azure_ai"}}, DAY)
    assert (rows[0].slug, rows[0].aliases, rows[0].hidden) == ("azure-ai/some-model", ("azure_ai/Some-Model",), True)
    assert rows[0].claim["prices"] == [{"meter": "input_tokens", "amount": "1", "condition": ""}]


def test_rounds_what_floating_point_left_behind_twelve_places():
    entry = GOOD | {"input_cost_per_token": Decimal("4.0000000000000003e-07")}
    rows, _ = litellm.translate({"azure/m": entry}, DAY)
    assert rows[0].claim["prices"][0]["amount"] == "0.4"


@pytest.mark.parametrize(
    ("value", "read"), [("0.10", Decimal("0.10")), (3, Decimal(3)), (True, None), ("", None), ("1e400", None), (0.1, None)]
)
def test_takes_numbers_as_text_never_as_floats(value, read):
    assert number(value) == read
