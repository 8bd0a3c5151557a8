"""A visitor's own runs: listed, kept from others, counted for the catalog, and gone in time."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from asgiref.sync import async_to_sync
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from catalog.models import Usage
from playground import housekeeping
from playground.models import Artifact, Run


def age(run: Run, **ago: int) -> None:
    Run.objects.filter(id=run.id).update(created=timezone.now() - timedelta(**ago))


def test_runs_are_listed_latest_first(run, client):
    run()
    run(model="acme/talk-free")
    shown = client.get("/playground/runs").content.decode()
    assert 0 < shown.index("acme/talk-free") < shown.index("acme/talk-large")
    assert all(one.get_absolute_url() in shown for one in Run.objects.all())


def test_list_asks_the_database_the_same_for_many(run, client, django_assert_max_num_queries):
    for _ in range(12):
        run()
    with django_assert_max_num_queries(5):
        client.get("/playground/runs")


def test_newcomer_has_no_runs_and_no_cookie(client, catalog):
    answer = client.get("/playground/runs")
    assert "No runs yet." in answer.content.decode()
    assert "sessionid" not in answer.cookies


def test_a_run_has_a_page(run, client):
    record = run().json()
    shown = client.get(f"/playground/runs/{record['run']}").content.decode()
    assert "<h1>acme/talk-large</h1>" in shown and "Hello! How can I help you today?" in shown


def test_foreign_run_is_a_404(run):
    assert Client().get(f"/playground/runs/{run().json()['run']}").status_code == 404
    assert Client().get("/playground/runs").content.decode().count("acme/talk-large") == 0


def test_foreign_artifact_is_a_404(speak, client):
    [artifact] = speak().json()["artifacts"]
    assert Client().get(artifact["url"]).status_code == 404
    assert client.get(artifact["url"]).status_code == 200


@pytest.mark.parametrize("rest", ["", "/artifacts/0"])
def test_unknown_run_is_a_404(run, client, rest):
    run()
    assert client.get(f"/playground/runs/{uuid.uuid4()}{rest}").status_code == 404


def test_unknown_artifact_is_a_404(speak, client):
    [artifact] = speak().json()["artifacts"]
    assert client.get(artifact["url"].replace("/0", "/1")).status_code == 404


def test_artifact_whose_file_is_gone_is_a_404(speak, client):
    [artifact] = speak().json()["artifacts"]
    Artifact.objects.get().file.delete()
    assert client.get(artifact["url"]).status_code == 404


def test_address_is_kept_as_a_digest_only(run, client):
    client.defaults["REMOTE_ADDR"] = "203.0.113.9"
    run()
    assert "203.0.113.9" not in str(Run.objects.values())
    assert len(Run.objects.get().address) == 64


def test_prices_of_the_moment_are_kept(run):
    run()
    assert ["input_tokens", "", "1.25"] in Run.objects.get().prices


def test_use_is_rolled_up_for_the_catalog(run):
    run()
    run()
    usage = Usage.objects.get()
    assert (usage.model.slug, usage.source) == ("acme/talk-large", "sandbox")
    assert timedelta() <= timezone.now() - usage.hour < timedelta(hours=1, minutes=1)
    assert (usage.requests, usage.errors, usage.priced) == (2, 0, 2)
    assert (usage.tokens, usage.spend) == (44, Decimal("0.000265"))
    assert usage.timed_tokens > 0 and usage.timed_ms > 0 and usage.streams == 0


def test_the_first_token_of_a_stream_is_counted(stream):
    stream()
    assert Usage.objects.get().streams == 1


def test_runs_on_the_gateway_are_counted_apart(run, network):
    network.says({"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]})
    run()
    assert Usage.objects.get().source == "gateway"


def test_a_failed_run_is_an_error_and_no_use(run):
    run(sandbox_error="500")
    usage = Usage.objects.get()
    assert (usage.requests, usage.errors, usage.tokens, usage.timed_ms) == (1, 1, 0, 0)


@pytest.mark.parametrize("fault", ["401", "402"])
def test_a_refused_request_says_nothing_of_the_model(run, fault):
    run(sandbox_error=fault)
    assert not Usage.objects.exists()


def test_use_that_no_window_reaches_is_deleted(run):
    run()
    Usage.objects.update(hour=timezone.now() - timedelta(days=30))
    async_to_sync(housekeeping.tidy)()
    assert Usage.objects.count() == 1
    Usage.objects.update(hour=timezone.now() - timedelta(days=32))
    async_to_sync(housekeeping.tidy)()
    assert not Usage.objects.exists()


def test_sessions_that_have_ended_are_deleted(client, run):
    run()
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    async_to_sync(housekeeping.tidy)()
    assert not Session.objects.exists()


def test_purge_deletes_old_runs_with_their_files(speak, settings):
    speak()
    old, file = Run.objects.get(), Artifact.objects.get().file
    speak()
    age(old, days=settings.RUN_RETENTION_DAYS, minutes=1)
    call_command("purge_runs")
    assert Run.objects.count() == Artifact.objects.count() == 1
    assert not Run.objects.filter(id=old.id).exists() and not file.exists()


def test_purge_leaves_use_alone(run):
    run()
    age(Run.objects.get(), days=400)
    async_to_sync(housekeeping.tidy)()
    assert (Run.objects.count(), Usage.objects.get().requests) == (0, 1)


def test_without_retention_no_body_is_kept(run, settings):
    settings.RUN_RETENTION_DAYS = 0
    record = run().json()
    kept = Run.objects.get()
    assert record["output"] and record["request"]["body"] and record["response"]["body"]
    assert (kept.output, kept.request_body, kept.response_body) == (None, None, None)
    assert (kept.state, kept.usage) == ("complete", {"input_tokens": 10, "output_tokens": 12})


def test_without_retention_no_file_is_kept(speak, settings):
    settings.RUN_RETENTION_DAYS = 0
    assert speak().json()["artifacts"] == []
    assert not (settings.DATA_DIR / "artifacts" / str(Run.objects.get().id)).exists()


def test_orphan_is_stopped(run):
    run()
    Run.objects.update(state="running")
    age(Run.objects.get(), minutes=housekeeping.RUN_LASTS + 1)
    housekeeping.mark_orphans()
    left = Run.objects.get()
    assert (left.state, left.error["type"]) == ("stopped", "interrupted")


def test_run_under_way_is_no_orphan(run):
    run()
    Run.objects.update(state="running")
    async_to_sync(housekeeping.tidy)()
    assert Run.objects.get().state == "running"
