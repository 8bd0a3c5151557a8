"""What the shared prompt would cost with each of several models."""

import html
import re
from dataclasses import replace
from typing import Any

import pytest

LARGE, FREE = "acme/talk-large", "acme/talk-free"


def words(answer: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", answer.content.decode())).split())


@pytest.fixture
def asked(client, catalog):
    """asked(**fields) gives the estimates while the form is being filled in."""
    shared = {"models": f"{LARGE},{FREE}", "endpoint": "chat", "role": "user", "content": "Hello!", "max_tokens": "50"}
    return lambda **fields: words(client.post("/playground/columns/estimates", shared | fields))


def test_the_first_page_has_one_for_each_and_for_all(client, catalog):
    shown = words(client.get(f"/playground?models={LARGE},{FREE}&prompt=Hi"))
    assert "Would cost $0.00001 to $0.0103 list" in shown and "Together $0.00001 to $0.0103 list" in shown
    assert "Free About 8 tokens in, up to 1,024 out" in shown
    assert "Together $0.00001 to $0.0103 list, $0.00001 to $0.0108 effective" in shown


def test_follows_the_form(asked):
    assert "Would cost $0.00001 to $0.00051 list" in asked() and "up to 9 out" in asked(max_tokens="9")


def test_a_column_s_own_parameters_count(asked):
    own = {"column": ["0"], "0.model": LARGE, "0.was": LARGE, "0.max_tokens": "7", "models": ""}
    assert "up to 7 out" in asked(**own) and "Together" not in asked(**own)


def test_a_model_of_unknown_cost_is_named_and_left_out(asked, catalog, monkeypatch):
    monkeypatch.setitem(catalog.by_slug, FREE, replace(catalog.by_slug[FREE], rates=()))
    assert f"$0.00001 to $0.00054 effective. Not counted, as their cost is unknown: {FREE}" in asked()


def test_all_free_together_is_free(asked):
    assert asked(models=f"{FREE},{FREE}").endswith("Together Free")


def test_without_an_upper_end_the_sum_has_none(asked, catalog, monkeypatch):
    monkeypatch.setitem(catalog.by_slug, LARGE, replace(catalog.by_slug[LARGE], max_output=None))
    assert "Together from $0.00001 list" in asked(max_tokens="")


def test_a_fault_leaves_no_estimate(asked):
    assert asked(max_tokens="0").count("No estimate: something in the form is missing or wrong.") == 2


def test_pictures_count_in_every_dialect(asked):
    shown = asked(models=f"{LARGE}", endpoint="responses", message="1", **{"address-1": "https://pictures.example/a.png"})
    assert "1 picture: 85 tokens each" in shown
