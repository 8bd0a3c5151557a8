"""Every model has something to try, and whatever is offered can be run."""

import json
from collections.abc import Iterator

import pytest
from asgiref.sync import async_to_sync

from catalog.calling.examples import Example, offered
from catalog.cards import Card
from catalog.endpoints import ENDPOINTS
from playground.models import Preset
from playground.presets import presets
from playground.presets.bundled import bundled
from playground.running import upstream
from playground.running.execution import Execution
from playground.workbench import variables
from playground.workbench.forms import Submission

pytestmark = pytest.mark.django_db


def test_every_model_page_offers_a_preset_that_fits(now, model_pages):
    tokens = {card.slug: [e.token for e in offered(now.examples, card)] for card in now.cards}
    assert [slug for slug, found in tokens.items() if not found] == []
    links = {slug: f"/playground?preset={found[0]}&amp;model={slug}" for slug, found in tokens.items()}
    assert [slug for slug, link in links.items() if link not in model_pages[slug]] == []


@pytest.mark.parametrize("row", bundled(), ids=lambda row: row["token"])
def test_a_bundled_preset_is_one_that_could_be_kept(row):
    assert presets.faults(row["endpoint"], row["body"]) == {} == presets.wording(row["name"], row["note"])
    assert len(row["token"]) <= Preset._meta.get_field("token").max_length


def test_a_picture_is_for_models_that_see_and_a_tool_for_those_that_call(now):
    asked = {"example-chat-vision": "vision", "example-chat-tools": "tools", "example-chat-json": "json_schema"}
    wrong = [(e.token, c.slug) for c, e in offers(now) if e.token in asked and not c.capabilities.get(asked[e.token])]
    assert wrong == [] and asked.keys() <= {e.token for _, e in offers(now)}


def offers(now) -> Iterator[tuple[Card, Example]]:
    return ((card, example) for card in now.cards for example in offered(now.examples, card))


def submissions(now, key: str) -> list[Submission]:
    """Each bundled preset of an endpoint as it opens: one of every shape of request."""
    found = {}
    for card, example in offers(now):
        if example.endpoint == key:
            preset = Preset.objects.get(token=example.token)
            given = dict.fromkeys(variables.names(preset.body), "Utrecht")
            made = presets.opened(preset, card, given)
            body = made.call.text() or str(made.call.data)
            found.setdefault((example.token, body.replace(json.dumps(card.upstream_id), "")), made)
    return list(found.values())


async def ran(found: Submission) -> Execution:
    execution = Execution(upstream.gateway(), found.card, found.key, found.call)
    async for _ in execution.pieces():
        pass
    return execution


@pytest.mark.parametrize("key", ENDPOINTS)
def test_bundled_presets_are_answered(now, key):
    made = submissions(now, key)
    assert made
    for found in made:
        execution = async_to_sync(ran)(found)
        assert execution.state == ("running" if hasattr(ENDPOINTS[key], "JOB") else "complete"), execution.error
        assert "{{" not in (found.call.text() or "")
