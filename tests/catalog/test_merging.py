"""Two models become one: everything goes over, the old address leads on, and the page says before what will happen."""

import json
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog import bundle
from catalog.claims import pins
from catalog.identity import duplicates
from catalog.models import Alias, Change, Claim, Collection, Match, Model, Price, Proof, Usage
from playground.models import Preset, Run

pytestmark = pytest.mark.usefixtures("catalog")
SMALL = Path(__file__).parent.parent / "data" / "small-catalog.json"
HOUR = datetime(2026, 11, 1, 12, tzinfo=UTC)


def kept() -> Model:
    return Model.objects.get(slug="acme/talk-large")


@pytest.fixture
def gone() -> Model:
    """The same model under another name: what OpenRouter and LiteLLM say of it, and all that hangs on it."""
    model = Model.objects.create(slug="acme/Talk_Large", provider=kept().provider, name="Talk", added=date(2025, 1, 1))
    said = {"context_window": 1000, "max_output": 5, "family": "chat", "price.input_tokens": "9", "price.images": "2"}
    for field, value in said.items():
        Claim.objects.create(model=model, field=field, value=value, source="litellm", as_of=HOUR)
    Claim.objects.create(model=model, field="knowledge_cutoff", value="2025-09", source="openrouter", as_of=HOUR)
    Claim.objects.create(model=model, field="price.requests", value="3", source="openrouter", as_of=HOUR)
    price = {"model": model, "meter": "input_tokens", "source": "litellm"}
    Price.objects.create(**price, amount=8, valid_from="2025-01-01", valid_to="2025-06-01")
    Price.objects.create(**price, amount=9, valid_from="2025-06-01")
    Change.objects.create(model=model, field="family", before="", after="chat", source="litellm")
    Alias.objects.create(model=model, slug="acme/tl")
    Collection.objects.get(slug="speech").members.add(model)
    for row in (model, kept()):
        Usage.objects.create(model=row, hour=HOUR, source="sandbox", requests=2, tokens=10, spend=Decimal("0.5"))
    Usage.objects.create(model=model, hour=HOUR, source="gateway", requests=1)
    Proof.objects.create(model=model, ability="tools", passed=True, at=HOUR, request="{}")
    Proof.objects.create(model=kept(), ability="tools", passed=False, at=timezone.now(), request="{}")
    Proof.objects.create(model=model, ability="seed", passed=True, at=HOUR, request="{}")
    Match.objects.create(source="gateway", upstream_id="talk", candidates=[model.slug, kept().slug])
    return model


def merge(client: Client, gone: Model) -> Any:
    url = reverse("admin:catalog_model_merge", args=[gone.pk])
    response = client.post(url, {"into": "acme/talk-large"})
    assert response.status_code == 302
    return response


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/models/acme/Talk_Large", "/models/acme/talk-large"),
        ("/models/acme/tl", "/models/acme/talk-large"),
        ("/models/acme/Talk_Large.json", "/models/acme/talk-large.json"),
    ],
)
def test_the_old_addresses_lead_on(admin_client: Client, gone: Model, old: str, new: str) -> None:
    merge(admin_client, gone)
    assert Client().get(old).url == new


def test_programs_and_the_playground_find_it_by_its_old_name(admin_client: Client, gone: Model) -> None:
    merge(admin_client, gone)
    answer = Client().get("/api/v1/models/acme/Talk_Large", follow=True)
    assert answer.json()["id"] == "acme/talk-large"
    assert "acme/talk-large" in Client().get("/playground?model=acme/Talk_Large", follow=True).content.decode()


def test_claims_go_over_where_their_source_says_nothing_yet(admin_client: Client, gone: Model) -> None:
    merge(admin_client, gone)
    model = kept()
    assert (model.context_window, model.max_output, model.family) == (400_000, 64_000, "chat")
    assert model.claims.filter(field="family").count() == 2
    assert model.claims.get(field="knowledge_cutoff", source="openrouter").value == "2025-09"
    prices = {price.meter: price.amount for price in model.prices.current().headline()}
    assert prices["input_tokens"] == Decimal("1.25")
    assert "images" not in prices  # of a list of prices of a source that has one here already


def test_earlier_prices_fill_the_days_before(admin_client: Client, gone: Model) -> None:
    merge(admin_client, gone)
    rows = kept().prices.filter(meter="input_tokens", condition="").order_by("valid_from")
    held = [(price.amount, str(price.valid_from), price.valid_to and str(price.valid_to)) for price in rows]
    assert held == [
        (8, "2025-01-01", "2025-06-01"), (9, "2025-06-01", "2026-11-01"), (Decimal("1.25"), "2026-11-01", None),
    ]  # fmt: skip


def test_history_use_proofs_and_collections_go_over(admin_client: Client, gone: Model) -> None:
    merge(admin_client, gone)
    model = kept()
    assert not Model.objects.filter(slug="acme/Talk_Large").exists()
    assert model.changes.filter(before="", after="chat", source="litellm").exists()
    last = model.changes.get(field="merged")
    assert (last.before, last.after, last.by) == ("acme/Talk_Large", "acme/talk-large", "admin")
    assert {(use.source, use.requests, use.tokens, use.spend) for use in model.usage.all()} == {
        ("sandbox", 4, 20, 1), ("gateway", 1, 0, 0),
    }  # fmt: skip
    assert {proof.ability: proof.passed for proof in model.proofs.all()} == {"tools": False, "seed": True}
    assert model.collections.filter(slug="speech").exists()
    assert Match.objects.get().candidates == ["acme/talk-large"]
    assert model.added == date(2025, 1, 1)


def test_pins_go_over_and_those_of_the_kept_model_win(admin_client: Client, gone: Model) -> None:
    pins.edit(gone, {"context_window": 1, "description": "Ours."}, {})
    pins.edit(kept(), {"context_window": 300_000}, {})
    merge(admin_client, gone)
    assert (kept().context_window, kept().description) == (300_000, "Ours.")


def test_what_the_gateway_serves_stays_served_under_its_own_id(admin_client: Client, gone: Model) -> None:
    Model.objects.filter(pk=gone.pk).update(served=True, upstream_id="hosted/talk")
    merge(admin_client, gone)
    assert (kept().served, kept().upstream_id) == (True, "hosted/talk")


def test_runs_and_presets_are_found_under_the_new_name(admin_client: Client, gone: Model) -> None:
    run = Run.objects.create(visitor=uuid.uuid4(), model=gone.slug, endpoint="chat", state="complete", request_body=gone.slug)
    preset = Preset.objects.create(name="Ours", endpoint="chat", model=gone.slug, body={})
    merge(admin_client, gone)
    run.refresh_from_db()
    preset.refresh_from_db()
    assert (run.model, run.request_body, preset.model) == ("acme/talk-large", "acme/Talk_Large", "acme/talk-large")


def test_says_before_what_will_happen_and_does_nothing_yet(admin_client: Client, gone: Model) -> None:
    url = reverse("admin:catalog_model_merge", args=[gone.pk])
    shown = admin_client.get(url, {"into": "acme/talk-large-2026-03-01"}).content.decode()
    for words in (
        "Merge acme/Talk_Large into acme/talk-large", "<code>acme/tl</code>", "Proofs that go over: 1",
        "Hours of use that go over: 2",
        "Context window: 1,000 (LiteLLM price map)", "<td>talk</td><td>chat</td>",
    ):  # fmt: skip
        assert words in shown, words
    assert Model.objects.filter(slug="acme/Talk_Large").exists()
    assert Change.objects.count() == 1


@pytest.mark.parametrize(
    ("into", "words"), [("acme/none", "No model is called acme/none."), ("acme/tl", "That is the model itself.")]
)
def test_names_what_cannot_be_merged(admin_client: Client, gone: Model, into: str, words: str) -> None:
    url = reverse("admin:catalog_model_merge", args=[gone.pk])
    assert words in admin_client.post(url, {"into": into}).content.decode()
    assert Model.objects.filter(slug="acme/Talk_Large").exists()


def test_who_may_only_look_cannot_merge(client: Client, gone: Model, django_user_model: Any) -> None:
    client.force_login(django_user_model.objects.create_user("reader", is_staff=True))
    assert client.post(reverse("admin:catalog_model_merge", args=[gone.pk]), {"into": "acme/talk-large"}).status_code == 403


# Duplicates


def test_likely_duplicates_are_listed_with_a_link_to_merge(admin_client: Client, gone: Model) -> None:
    url = reverse("admin:catalog_model_duplicates")
    shown = admin_client.get(url).content.decode()
    assert f"/{gone.pk}/merge/?into=acme%2Ftalk-large" in shown or f"/{kept().pk}/merge/?into=acme%2FTalk_Large" in shown
    merge(admin_client, gone)
    assert "0 groups" in admin_client.get(url).content.decode()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("meta/llama-3.1-8b", "meta-llama/Llama-3.1-8B", True),
        ("facebook/nllb", "meta/NLLB", True),
        ("bfl/flux-2", "black-forest-labs/FLUX.2", True),
        ("openai/gpt-4.1", "openai/gpt-41", False),
        ("openai/gpt-4o", "azure/gpt-4o", False),
        ("meta/llama-3", "openrouter/meta-llama/llama-3", False),
    ],
)
def test_tells_spellings_from_other_models(one: str, other: str, same: bool) -> None:
    assert (duplicates.key(one) == duplicates.key(other)) is same


def test_a_load_brings_no_merged_model_back(admin_client: Client) -> None:
    paint, embed = (Model.objects.get(slug=f"orbit/{name}") for name in ("paint", "embed"))
    admin_client.post(reverse("admin:catalog_model_merge", args=[paint.pk]), {"into": "orbit/embed"})
    small = json.loads(SMALL.read_text("utf-8"))
    bundle.load(small["files"], small["collections"])
    assert not Model.objects.filter(slug="orbit/paint").exists()
    assert Alias.objects.get(slug="orbit/paint").model == embed
