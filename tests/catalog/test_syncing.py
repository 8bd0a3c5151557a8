"""Syncing the configured gateway: what it serves, under which ids, at what prices; and what a failure leaves alone."""

from datetime import timedelta
from io import StringIO

import pytest
from asgiref.sync import async_to_sync
from django.core.management import CommandError, call_command
from django.utils import timezone
from listing_gateway import KEY, ListingGateway

from catalog import snapshot, syncing
from catalog.models import Alias, Claim, Import, Match, Model, Source

pytestmark = pytest.mark.usefixtures("catalog")


@pytest.fixture(autouse=True)
def serves(lists: ListingGateway, settings) -> ListingGateway:
    settings.SYNC_SOURCES = ["gateway"]
    lists.lists({"id": "talk-large", "owned_by": "acme"}, {"id": "acme/talk-free"}, {"id": "house-model", "owned_by": "vllm"})
    return lists


def sync(*args: str) -> str:
    out = StringIO()
    call_command("sync", *args, stdout=out, stderr=out)
    return out.getvalue()


def model(slug: str) -> Model:
    return Model.objects.get(slug=slug)


def test_says_what_the_gateway_serves_and_under_which_id(serves):
    assert "Applied: gateway, 3 models stated" in sync()
    assert (model("acme/talk-large").served, model("acme/talk-large").upstream_id) == (True, "talk-large")
    assert (model("acme/talk-free").served, model("openai/tts-1-hd").served) == (True, False)


def test_adds_what_nobody_knows_with_what_is_known(serves):
    sync()
    new = model(f"127.0.0.1:{serves.server_port}/house-model")
    assert (new.served, new.listed, new.upstream_id, new.modality) == (True, True, "house-model", "chat")


def test_guess_at_its_kind_is_no_word_against_a_source(serves):
    serves.lists(*({"id": name, "owned_by": "vllm"} for name in ("tts-1-hd", "talk-large", "paint")))
    sync()
    assert [model(slug).modality for slug in ("openai/tts-1-hd", "acme/talk-large", "orbit/paint")] == ["speech", "chat", "image"]


def test_gateway_s_prices_stand_beside_the_lab_s(serves):
    serves.lists({"id": "acme/talk-large", "pricing": {"prompt": "0.000002", "completion": "0.00002"}})
    sync()
    said = Claim.objects.filter(model__slug="acme/talk-large", field="price.input_tokens")
    assert {claim.source: claim.value for claim in said} == {"gateway": "2", "litellm": "1.25"}


def test_second_sync_changes_nothing_but_the_day_it_was_asked(serves):
    sync()
    before = snapshot.refresh().synced
    assert " changed" not in sync() and snapshot.refresh().synced > before


def test_model_that_is_gone_is_not_served_and_stays(serves):
    serves.lists(*({"id": f"acme/{name}"} for name in ("talk-large", "talk-free", "one", "two", "three", "four")))
    sync()
    serves.lists(*({"id": f"acme/{name}"} for name in ("talk-large", "one", "two", "three", "four")))
    sync()
    assert (model("acme/talk-free").served, model("acme/talk-free").listed) == (False, True)


def test_gateway_that_lists_far_less_is_not_believed(serves):
    serves.lists(*({"id": f"acme/{name}"} for name in ("talk-large", "talk-free", "one", "two")))
    sync()
    serves.lists({"id": "acme/talk-large"})
    with pytest.raises(CommandError, match="as it was") as caught:
        sync()
    assert caught.value.returncode == 1 and model("acme/talk-free").served
    sync("--allow-shrink")
    assert not model("acme/talk-free").served


@pytest.mark.parametrize("answer", [(500, "{}"), (200, "<html>"), (401, '{"error": {"message": "Bad key"}}')])
def test_failure_keeps_the_last_good_catalog_and_says_so(serves, answer):
    sync()
    serves.answers["/v1/models"] = answer
    for _ in range(3):
        with pytest.raises(CommandError):
            sync()
    assert model("acme/talk-large").served and snapshot.refresh().synced
    (failure,) = Import.objects.filter(state="failed")
    assert failure.fault and KEY not in failure.fault


def test_gateway_that_is_away_is_a_failure(serves):
    serves.shutdown()
    serves.server_close()
    with pytest.raises(CommandError):
        sync()
    assert Import.objects.get(source="gateway").fault == "The gateway cannot be connected to."


def test_doubtful_id_waits_for_a_person(serves):
    serves.lists({"id": "azure/talk-large"})
    sync()
    match = Match.objects.get()
    assert (match.upstream_id, match.candidates) == ("azure/talk-large", ["acme/talk-large"])
    assert not Model.objects.filter(slug="azure/talk-large").exists()


def test_two_at_once_cannot_happen(serves):
    Source.objects.update_or_create(key="gateway", defaults={"place": 1, "begun": timezone.now()})
    with pytest.raises(CommandError) as caught:
        sync()
    assert caught.value.returncode == 2 and not serves.asked


def test_sync_that_died_is_taken_over(serves):
    Source.objects.update_or_create(key="gateway", defaults={"place": 1, "begun": timezone.now() - timedelta(hours=1)})
    assert "Applied" in sync() and Source.objects.get(key="gateway").begun is None


def test_turn_is_given_back_after_a_failure(serves):
    serves.answers["/v1/models"] = (500, "{}")
    with pytest.raises(CommandError):
        sync()
    assert Source.objects.get(key="gateway").begun is None


@pytest.mark.parametrize("args", [("--source", "nobody"), ("--source", "csv")])
def test_source_without_an_address_is_refused(args):
    with pytest.raises(CommandError, match="no source"):
        sync(*args)


def test_nothing_to_sync_is_said(settings):
    settings.SYNC_SOURCES = []
    with pytest.raises(CommandError, match="GATEWAY_URL"):
        sync()


def test_site_syncs_by_itself_when_it_is_due(serves, settings):
    settings.SYNC_EVERY = timedelta(hours=6)
    assert len(syncing.sync_due()) == 1 and syncing.sync_due() == []
    Import.objects.update(finished=timezone.now() - timedelta(hours=6))
    assert len(syncing.sync_due()) == 1


def test_failure_is_tried_again_sooner(serves, settings):
    settings.SYNC_EVERY = timedelta(hours=6)
    serves.answers["/v1/models"] = (500, "{}")
    syncing.sync_due()
    assert syncing.next_of("gateway") - timezone.now() < timedelta(minutes=6)


def test_other_gateway_is_due_at_once_and_nothing_is_known_of_it(serves, settings):
    settings.SYNC_EVERY = timedelta(hours=6)
    syncing.sync_due()
    assert snapshot.build(1).find("acme/talk-large").served
    settings.GATEWAY_URL = "http://127.0.0.1:9/v1"
    assert syncing.next_of("gateway") <= timezone.now() and snapshot.build(1).find("acme/talk-large").served is None


def test_sandbox_serves_all(serves, settings):
    sync()
    settings.GATEWAY_URL = ""
    built = snapshot.build(1)
    assert built.synced is None and {card.served for card in built.cards} == {None}


def test_site_that_is_not_to_sync_does_not(serves, settings):
    settings.SYNC_EVERY = None
    async_to_sync(syncing.when_due)()
    assert not serves.asked


def test_a_dated_id_leaves_the_model_to_the_id_that_is_called_the_same(serves):
    Alias.objects.create(slug="acme/talk-large-2026-01-02", model=model("acme/talk-large"))
    dated = {"id": "talk-large-2026-01-02", "owned_by": "acme"}
    serves.lists(dated, {"id": "talk-large", "owned_by": "acme"})
    sync()
    assert model("acme/talk-large").upstream_id == "talk-large"
    assert Match.objects.get().upstream_id == "talk-large-2026-01-02"
    assert "1 doubtful, 1 unchanged" in sync()


@pytest.mark.parametrize("entry", [5, None, {}, {"id": 5}, {"id": ["x"]}, {"id": "\0"}, {"id": "../../x"}, {"id": "x" * 3000}])
def test_an_entry_that_is_no_model_costs_no_other(serves, entry):
    serves.lists(entry, {"id": "talk-large", "owned_by": "acme"})
    assert "Applied: gateway, 1 models stated" in sync()
    assert model("acme/talk-large").served
