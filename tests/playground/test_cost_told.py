"""What the gateway itself says that a run cost is kept beside what its counts and prices make, and never mixed with it."""

from decimal import Decimal

import pytest
from fake_network import COUNTS, END, word
from test_estimate import rated, words

from catalog.models import Usage
from playground.inspection import charge
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
    record = run().json()
    assert (record["cost"]["list"], record["cost_told"]) == ("0.00225", told)


def test_told_at_the_end_of_a_stream(run, network):
    network.streams(word("a"), END, COUNTS | {"usage": COUNTS["usage"] | {"cost": 0.0025}})
    assert run(stream="on").json()["cost_told"] == "0.0025"


def test_is_known_where_ours_is_not(run, network):
    network.says(ANSWER | {"usage": {"cost": 0.5}})
    record = run().json()
    assert (record["cost"], record["cost_told"]) == (None, "0.5")


def test_is_not_what_the_day_s_use_is_summed_from(run, network):
    network.says(ANSWER | {"usage": USAGE | {"cost": 9}})
    run()
    assert (Run.objects.get().cost_told, Usage.objects.get().spend) == (Decimal(9), Run.objects.get().cost_list)


def test_moments_of_a_stream_are_kept_to_a_number(run, network, monkeypatch):
    monkeypatch.setattr("playground.running.execution.MOST_ARRIVALS", 3)
    network.streams(word("a"), word("b"), word("c"), word("d"), END)
    run(stream="on")
    arrivals = Run.objects.get().arrivals
    assert len(arrivals) == 3 and arrivals == sorted(arrivals) and arrivals[0] >= 0


def test_answer_in_one_piece_has_no_moments(run):
    run()
    assert Run.objects.get().arrivals == []


FILM = (("video_seconds", "", "0.4"), ("video_seconds", "480p", "0.2"), ("video_seconds", "720p", "0.5"))


@pytest.mark.parametrize(("asked", "list_cost"), [({}, "1.2"), ({"resolution": "720P"}, "1.5"), ({"resolution": "1080p"}, "1.2")])
def test_a_size_with_a_price_of_its_own_costs_that(run, client, catalog, monkeypatch, network, asked, list_cost):
    slug = rated(catalog, monkeypatch, "orbit/paint", *FILM, modality="video", endpoints=("video",))
    network.says({"id": "job-1", "status": "queued"})
    sent = {"model": slug, "prompt": "A boat", "duration": "3"} | asked
    shown = words(client.post("/playground/preview", sent).content.decode())
    assert f"Cost ${Decimal(list_cost):.2f} list" in shown and "3 video seconds" in shown
    monkeypatch.setattr("playground.running.polling.WAITS", 0)
    run(**sent)
    kept = Run.objects.get()
    charged = charge.of(kept, None)
    assert kept.cost_list == sum(line.amount for line in charged.lines) == Decimal(list_cost)


def test_what_has_no_price_but_that_of_a_size_is_unknown_in_others(run, catalog, monkeypatch, network):
    slug = rated(catalog, monkeypatch, "orbit/paint", ("images", "1024x1024", "0.08"))
    network.says({"data": [{"url": "https://elsewhere.example/a.png"}]})
    assert run(model=slug, prompt="A boat", size="512x512").json()["cost"] is None


def test_pictures_cost_the_price_of_their_size(run, catalog, monkeypatch, network):
    slug = rated(catalog, monkeypatch, "orbit/paint", ("images", "1024x1024", "0.08"), ("input_tokens", "", "5"))
    network.says({"data": [{"url": "https://elsewhere.example/a.png"}], "usage": {"input_tokens": 9}})
    assert run(model=slug, prompt="A boat", size="1024x1024").json()["cost"]["list"] == "0.08"
