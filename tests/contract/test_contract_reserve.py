"""What is held of the budget is never less than the upper end that the estimate tells, for every model and endpoint."""

import asyncio

from catalog.endpoints import can_run
from playground.bounds.reserve import most
from playground.workbench import estimate, forms


def test_no_estimate_is_above_what_is_held(whole):
    found = [forms.start(card, key) for card in whole.cards for key in card.endpoints if can_run(key)]
    upper = [estimate.effective(told.highest) for told in asyncio.run(estimate.estimates(found))]
    known = [(form, amount) for form, amount in zip(found, upper, strict=True) if amount is not None]
    held = [(form.card.slug, form.key, most(form.card, form.key, form.call), amount) for form, amount in known]
    assert len(known) > 400
    assert [short for short in held if short[2] < short[3]] == []
