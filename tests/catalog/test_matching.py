"""Which of our models an id stands for, and which wait for a person."""

import pytest
from django.utils import timezone

from catalog.identity.matching import Found, Matcher, keep
from catalog.models import Alias, Match, Model, Provider
from catalog.sources.rows import Row, claim

SLUGS = (
    "openai/gpt-4o", "openai/gpt-4.1", "anthropic/claude-sonnet-4", "meta/llama-3.2-3b-instruct", "qwen/qwen3-8b",
    "black-forest-labs/flux-pro-1.1", "mistral/mistral-large", "acme/twin", "other/twin", "google/gemini-3-pro-preview",
)  # fmt: skip


@pytest.fixture
def models(db) -> dict[str, Model]:
    makers = {name: Provider.objects.create(slug=name, name=name) for name in {slug.split("/")[0] for slug in SLUGS}}
    made = {slug: Model.objects.create(slug=slug, name=slug, provider=makers[slug.split("/")[0]]) for slug in SLUGS}
    Alias.objects.create(slug="mistral/mistral-large-2411", model=made["mistral/mistral-large"])
    return made


def row(name: str, hidden: bool = False) -> Row:
    return Row(name if "/" in name else f"localhost/{name}", (), claim("gateway", "2026-11-23", None, {}), name, hidden)


def find(name: str, source: str = "gateway", hidden: bool = False) -> Found:
    return Matcher(source).find(row(name, hidden))


@pytest.mark.parametrize(
    ("name", "slug", "how"),
    [
        ("openai/gpt-4o", "openai/gpt-4o", "exact"),
        ("mistral/mistral-large-2411", "mistral/mistral-large", "alias"),
        ("mistral-large-2411", "mistral/mistral-large", "name"),
        ("gpt-4o", "openai/gpt-4o", "name"),
        ("GPT_4.1", "openai/gpt-4.1", "name"),
        ("gpt-4o-2024-08-06", "openai/gpt-4o", "name"),
        ("claude-sonnet-4-20250514", "anthropic/claude-sonnet-4", "name"),
        ("vertex_ai/anthropic/claude-sonnet-4@20250514", "anthropic/claude-sonnet-4", "name"),
        ("llama3.2:3b-instruct-q4_0", "meta/llama-3.2-3b-instruct", "name"),
        ("meta-llama/Llama-3.2-3B-Instruct", "meta/llama-3.2-3b-instruct", "name"),
        ("facebook/llama-3.2-3b-instruct", "meta/llama-3.2-3b-instruct", "name"),
        ("bfl/flux-pro-1.1", "black-forest-labs/flux-pro-1.1", "name"),
        ("qwen3:8b", "qwen/qwen3-8b", "name"),
        ("Qwen/Qwen3-8B-FP8", "qwen/qwen3-8b", "name"),
        ("mistral-large:latest", "mistral/mistral-large", "name"),
    ],
)
def test_finds_the_model_that_an_id_stands_for(models, name, slug, how):
    assert find(name) == Found(slug, how)


@pytest.mark.parametrize(
    ("name", "candidates"),
    [
        ("twin", ("acme/twin", "other/twin")),
        ("azure/gpt-4o", ("openai/gpt-4o",)),
        ("llama-3.2-3b", ("meta/llama-3.2-3b-instruct",)),
        ("gemini-3-pro", ("google/gemini-3-pro-preview",)),
        ("gpt-4o-0513", ("openai/gpt-4o",)),
    ],
)
def test_leaves_to_a_person_what_is_merely_alike(models, name, candidates):
    assert find(name) == Found(None, "", candidates)


@pytest.mark.parametrize("name", ["gpt-41", "gpt-4o-mini", "my-finetune", "llama3.2", "localhost/own"])
def test_takes_an_unlike_id_for_a_model_of_its_own(models, name):
    assert find(name) == Found(None, "")


def test_price_map_s_dated_listing_is_no_other_model(models):
    assert find("openai/gpt-4o-2024-08-06", source="litellm") == Found(None, "")
    assert find("openai/gpt-4-1", source="litellm") == Found("openai/gpt-4.1", "name")


def test_reseller_s_listing_is_not_the_maker_s_model(models):
    assert find("meta-llama/llama-3.2-3b-instruct", hidden=True) == Found(None, "")


def test_hidden_model_is_found_by_its_id_alone(models):
    Model.objects.filter(slug="openai/gpt-4o").update(listed=False)
    assert find("openai/gpt-4o") == Found("openai/gpt-4o", "exact")
    assert find("gpt-4o") == Found(None, "")


def test_the_gateway_s_own_id_is_known_again(models):
    Model.objects.filter(slug="acme/twin").update(upstream_id="twin")
    assert find("twin") == Found("acme/twin", "exact")


def test_one_model_has_one_id_and_the_others_wait(models):
    found = Matcher("gateway").all([row("gpt-4o-2024-08-06"), row("gpt-4o"), row("openai/gpt-4o")])
    assert found == [Found(None, "", ("openai/gpt-4o",)), Found(None, "", ("openai/gpt-4o",)), Found("openai/gpt-4o", "exact")]


def test_rows_of_several_sources_may_speak_of_one_model(models):
    assert Matcher("json").all([row("acme/twin"), row("acme/twin")]) == [Found("acme/twin", "exact")] * 2


def test_what_a_person_decided_holds(models):
    facts = {"source": "gateway", "decided": timezone.now()}
    Match.objects.create(upstream_id="twin", model=models["other/twin"], **facts)
    Match.objects.create(upstream_id="azure/gpt-4o", **facts)
    Match.objects.create(upstream_id="gpt-4o", ignored=True, **facts)
    found = Matcher("gateway").all([row("twin"), row("azure/gpt-4o"), row("gpt-4o")])
    assert found == [Found("other/twin", "decided"), Found(None, ""), Found(None, "decided")]


def test_keeps_what_waits_and_forgets_what_no_longer_does(models):
    twin, azure = row("twin"), row("azure/gpt-4o")
    assert keep("gateway", [(twin, find("twin")), (azure, find("azure/gpt-4o"))]) == 2
    Match.objects.filter(upstream_id="azure/gpt-4o").update(decided=timezone.now())
    assert keep("gateway", [(row("llama-3.2-3b"), find("llama-3.2-3b"))]) == 1
    assert {*Match.objects.values_list("upstream_id", flat=True)} == {"azure/gpt-4o", "llama-3.2-3b"}
    assert Match.objects.get(upstream_id="llama-3.2-3b").candidates == ["meta/llama-3.2-3b-instruct"]


def test_asks_the_database_three_times(models, django_assert_num_queries):
    with django_assert_num_queries(3):
        Matcher("gateway").all([row(slug) for slug in SLUGS])
