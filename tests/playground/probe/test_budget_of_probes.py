"""What a probe may cost: reserved before each question, never passed, counted as any run's cost is."""

from decimal import Decimal

import pytest
from django.core.management import CommandError
from lying_gateway import said

from catalog.models import Price, Usage, Version
from playground.bounds import budget
from playground.models import Run


def spent() -> Decimal:
    return sum((run.cost_effective for run in Run.objects.all()), Decimal(0))


def counts(prompt: int, completion: int):
    answer = said("Hello!")
    answer["usage"] = {"prompt_tokens": prompt, "completion_tokens": completion}
    return lambda body: (200, answer)


@pytest.mark.parametrize("amount", ["0", "0.001"])
def test_nothing_is_sent_that_the_budget_does_not_hold(probe, lying, proofs, amount):
    told = probe(budget=amount)
    assert (told.code, lying.requests, proofs()) == (2, [], {})
    assert "Stopped: The next question may cost up to $0.0" in told.out and "is left of the probe's" in told.out


def test_a_probe_stops_before_the_question_that_may_pass_its_budget(probe, lying):
    """Every question is charged as dearly as was reserved for it at most: 1,000 tokens in, 400 out, with the fee."""
    lying.says = counts(1000, 400)
    told = probe(budget="0.03")
    assert told.code == 2 and "Stopped:" in told.out
    assert 0 < spent() <= Decimal("0.03")
    assert len(lying.requests) == Run.objects.count() > 1
    assert Run.objects.filter(state="running").count() == 0


def test_a_larger_budget_asks_more(probe, lying):
    lying.says = counts(1000, 400)
    probe(budget="0.03")
    few = len(lying.requests)
    assert "Stopped" not in probe(budget="5").out
    assert len(lying.requests) - few > few


def test_an_unknown_price_counts_as_the_site_reckons_it(probe, lying, settings):
    Price.objects.filter(model__slug="acme/talk-large").delete()
    Version.bump()
    settings.UNPRICED_RUN_USD = Decimal("0.20")
    told = probe(budget="0.50")
    assert len(lying.requests) == 2 and "Spent: $0.40 of $0.50." in told.out


def test_a_free_refusal_gives_the_money_back(probe, lying):
    lying.says = lambda body: (400, {"error": {"message": "No.", "type": "invalid_request_error"}})
    assert "Spent: $0 of $0.50." in probe().out


def test_the_days_budget_holds_for_probes(probe, lying, settings):
    settings.DAILY_BUDGET_USD = Decimal("0.000001")
    told = probe()
    assert (told.code, lying.requests) == (2, []) and "this site spends" in told.out


def test_what_probes_cost_is_taken_from_the_day(probe, lying, settings):
    settings.DAILY_BUDGET_USD = Decimal(5)
    probe("acme/talk-large", "tools")
    day = Run.objects.first().created.date()
    assert 0 < spent() <= budget.taken(day) < spent() + Decimal("0.00001")


def test_probes_are_no_use_of_a_model(probe, lying):
    probe("acme/talk-large", "tools")
    assert Run.objects.count() == 2 and not Usage.objects.exists()


def test_the_sandbox_costs_nothing(probe):
    told = probe("acme/talk-large", "tools", budget="0")
    assert "Spent: nothing, it was the sandbox." in told.out and "passed" in told.of("tools")


@pytest.mark.parametrize("amount", ["much", "-1", "NaN"])
def test_a_wrong_budget_is_refused(probe, amount):
    with pytest.raises(CommandError, match="amount of US dollars"):
        probe(budget=amount)
