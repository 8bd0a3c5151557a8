"""What the gateway itself says that a run cost is kept beside what its counts and prices make, and never mixed with it."""

from decimal import Decimal

import pytest
from fake_network import COUNTS, END, word

from catalog.models import Usage
from playground.models import Run

ANSWER = {"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]}
USAGE = {"prompt_tokens": 1000, "completion_tokens": 100}


@pytest.mark.parametrize(
    ("usage", "cents", "told"),
    [
        ({}, "0.4389", "0.004389"), ({"cost": 0.005}, None, "0.005"), ({"cost_usd": "0.007"}, None, "0.007"),
        ({"cost": 0.005}, "0.4389", "0.005"), ({"cost": 0}, "0.4389", "0"), ({}, "0", "0"), ({}, None, None),
        ({"cost": True}, None, None), ({"cost": "dear"}, "much", None), ({"cost": -1}, "NaN", None), ({"cost": []}, "1e99", None),
    ],
)  # fmt: skip
def test_told_in_the_answer_or_a_header(run, network, usage, cents, told):
    network.says(ANSWER | {"usage": USAGE | usage}, **({"x_cost_cents": cents} if cents else {}))
    cost = run().json()["cost"]
    assert (cost["list"], cost["told"]) == ("0.00225", told)


def test_told_at_the_end_of_a_stream(run, network):
    network.streams(word("a"), END, COUNTS | {"usage": COUNTS["usage"] | {"cost": 0.0025}})
    assert run(stream="on").json()["cost"]["told"] == "0.0025"


def test_is_known_where_ours_is_not(run, network):
    network.says(ANSWER | {"usage": {"cost": 0.5}})
    assert run().json()["cost"] == {"list": None, "effective": None, "told": "0.5", "currency": "USD"}


def test_is_not_what_the_day_s_use_is_summed_from(run, network):
    network.says(ANSWER | {"usage": USAGE | {"cost": 9}})
    run()
    assert (Run.objects.get().cost_told, Usage.objects.get().spend) == (Decimal(9), Run.objects.get().cost_list)


def test_moments_of_a_stream_are_kept_to_a_number(run, network, monkeypatch):
    monkeypatch.setattr("playground.execution.MOST_ARRIVALS", 3)
    network.streams(word("a"), word("b"), word("c"), word("d"), END)
    run(stream="on")
    arrivals = Run.objects.get().arrivals
    assert len(arrivals) == 3 and arrivals == sorted(arrivals) and arrivals[0] >= 0


def test_answer_in_one_piece_has_no_moments(run):
    run()
    assert Run.objects.get().arrivals == []
