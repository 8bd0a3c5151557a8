"""A visitor's runs as a list: filtered, paged, deleted, branched from."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from playground import kept
from playground.models import Artifact, Run, RunGroup, Share
from playground.records import history


def listed(client: Client, query: str = "") -> list[str]:
    """The models in the list, in its order."""
    answer = client.get(f"/playground/runs{query}", headers={"Accept": "application/json"})
    return [run["model"] for run in answer.json()["data"]]


@pytest.fixture
def two(run) -> list[Run]:
    """A greeting of talk-large, then a question to talk-free that failed."""
    run()
    run(model="acme/talk-free", content="Is 100% of _it_ “so”?", sandbox_error="500")
    return list(Run.objects.order_by("created"))


@pytest.mark.parametrize(
    "query",
    [
        "?model=acme/talk-free",
        "?state=error",
        "?q=100%25",
        "?q=_it_",
        "?q=“SO",
        "?model=acme/talk-free&state=error&endpoint=chat",
    ],
)
def test_filters_find_the_one_run(two, client, query):
    assert listed(client, query) == ["acme/talk-free"]


@pytest.mark.parametrize("query", ["?q=How+can+I+help", "?model=acme/talk-large", "?state=complete"])
def test_filters_find_the_other(two, client, query):
    assert listed(client, query) == ["acme/talk-large"]


@pytest.mark.parametrize("query", ["?q=1%250", "?q=x_x", "?model=none", "?day=1999-01-01", "?day=9999-12-31", "?imported=on"])
def test_filters_find_nothing(two, client, query):
    assert listed(client, query) == []
    assert "No run fits all of this." in client.get(f"/playground/runs{query}").content.decode()


def test_a_day_is_a_day_of_utc(two, client):
    Run.objects.filter(id=two[0].id).update(created=timezone.now() - timedelta(days=1))
    assert listed(client, f"?day={timezone.now():%Y-%m-%d}") == ["acme/talk-free"]
    assert listed(client, f"?day={timezone.now() - timedelta(days=1):%Y-%m-%d}") == ["acme/talk-large"]


@pytest.mark.parametrize("query", ["?state=happy", "?day=tomorrow", "?page=0", "?page=x", f"?q={'a' * 201}"])
def test_a_filter_that_is_not_understood_is_named(two, client, query):
    answer = client.get(f"/playground/runs{query}")
    assert answer.status_code == 400 and "was left out" in answer.content.decode()
    told = client.get(f"/playground/runs{query}", headers={"Accept": "application/json"})
    assert told.status_code == 400 and list(told.json()["error"]["fields"]) == [query[1:].partition("=")[0]]


def test_pages_of_fifty(run, client, django_assert_max_num_queries):
    run()
    one = Run.objects.get()
    Run.objects.bulk_create(Run(visitor=one.visitor, model=f"m/{n}", endpoint="chat", state="complete") for n in range(50))
    with django_assert_max_num_queries(5):
        first = client.get("/playground/runs").content.decode()
    assert first.count("Run again:") == 50 and 'href="?page=2"' in first
    assert listed(client, "?page=2") == ["acme/talk-large"]


def test_a_prompt_is_shown(two, client):
    assert "Is 100% of _it_ “so”?" in client.get("/playground/runs").content.decode()


@pytest.mark.parametrize("body", [None, "[1]", '{"messages": [1, {"role": "user"}]}', '{"prompt": 3}', "{", "[" * 100_000])
def test_a_body_without_a_prompt_has_none(body):
    assert history.prompt(body) == ""


def test_side_by_side_runs_stand_together(two, client):
    group = RunGroup.objects.create(visitor=two[0].visitor)
    Run.objects.update(group=group)
    Run.objects.filter(id=two[0].id).update(position=1)
    shown = client.get("/playground/runs").content.decode()
    assert "Side by side" in shown and "2 models" in shown
    assert shown.index("Run again: acme/talk-free") < shown.index("Run again: acme/talk-large")


def test_a_run_is_deleted_with_its_files_after_a_question(speak, client):
    record = speak().json()
    file = Artifact.objects.get().file
    asked = client.get(f"/playground/runs/{record['run']}/delete").content.decode()
    assert "Delete this run?" in asked and file.exists()
    assert client.post(f"/playground/runs/{record['run']}/delete").status_code == 302
    assert not Run.objects.exists() and not (kept.folder() / file.name).parent.exists()


def test_what_the_filters_find_is_deleted(two, client):
    client.post("/playground/runs/delete?model=acme/talk-free")
    assert [run.model for run in Run.objects.all()] == ["acme/talk-large"]
    client.post("/playground/runs/delete")
    assert not Run.objects.exists()


def test_a_misspelled_filter_deletes_nothing(two, client):
    assert client.post("/playground/runs/delete?state=happy").status_code == 400
    assert Run.objects.count() == 2


def test_nobody_deletes_the_runs_of_others(two):
    stranger = Client()
    assert stranger.post(f"/playground/runs/{two[0].id}/delete").status_code == 404
    stranger.post("/playground/runs/delete")
    assert Run.objects.count() == 2


def test_deleting_takes_a_token(two, client):
    careful = Client(enforce_csrf_checks=True)
    careful.cookies = client.cookies
    assert careful.post("/playground/runs/delete").status_code == 403


def test_a_run_under_way_is_not_deleted(two, client):
    Run.objects.update(state="running")
    answer = client.post(f"/playground/runs/{two[0].id}/delete")
    assert answer.status_code == 409 and "under way" in answer.content.decode()
    assert Run.objects.count() == 2


def test_an_empty_group_goes_with_its_last_run(two, client):
    Run.objects.filter(id=two[0].id).update(group=RunGroup.objects.create(visitor=two[0].visitor))
    client.post(f"/playground/runs/{two[0].id}/delete")
    assert not RunGroup.objects.exists()


@pytest.mark.parametrize("ticked", [False, True])
def test_deleting_closes_a_share_only_if_asked_to(run, client, ticked):
    path = f"/playground/runs/{run().json()['run']}"
    client.post(f"{path}/share")
    assert "Also close 1 share" in client.get(f"{path}/delete").content.decode()
    client.post(f"{path}/delete", {"shares": "on"} if ticked else {})
    assert Share.objects.open().exists() is not ticked


def conversation(run, client, *messages: tuple[str, str]) -> str:
    return run(role=[role for role, _ in messages], content=[text for _, text in messages]).json()["run"]


@pytest.mark.parametrize(
    ("upto", "left"), [(1, ["One"]), (2, ["One", "Two", ""]), (3, ["One", "Two", "Three"]), (99, ["One", "Two", "Three"])]
)
def test_a_conversation_is_branched_from_a_message(run, client, upto, left):
    name = conversation(run, client, ("user", "One"), ("assistant", "Two"), ("user", "Three"))
    found = client.get(f"/playground?run={name}&upto={upto}").context["big"][0]["value"]
    assert [message["text"] for message in found] == left


def test_every_message_of_a_run_has_a_branch(run, client):
    name = conversation(run, client, ("user", "One"), ("assistant", "Two"), ("user", "Three"))
    shown = client.get(f"/playground/runs/{name}").content.decode()
    assert [f"upto={n}" in shown for n in (1, 2, 3, 4)] == [True, True, True, False]


def test_a_branch_at_a_called_tool_asks_for_its_result(run, client):
    call = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
    messages = [{"role": "user", "content": "?"}, {"role": "assistant", "content": None, "tool_calls": [call]}]
    body = {"model": "acme/talk-large", "messages": [*messages, {"role": "tool", "tool_call_id": "c1", "content": "Sun"}]}
    name = run(body=json.dumps(body)).json()["run"]
    found = client.get(f"/playground?run={name}&upto=2").context["big"][0]["value"]
    assert [(message["role"], message["tool_call_id"]) for message in found][-1] == ("tool", "c1")


def test_list_says_where_nothing_is_kept(run, client, settings):
    settings.RUN_RETENTION_DAYS = 0
    run()
    assert "keeps no requests and answers" in client.get("/playground/runs").content.decode()


def test_a_filter_that_no_table_can_hold_is_answered(client, catalog):
    assert client.get("/playground/runs?model=a%00b&endpoint=%00").status_code == 200
