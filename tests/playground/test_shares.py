"""A run shown to anyone with the link: what is in it, how long, and that nothing else is."""

import json
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone
from django.utils.html import escape
from fake_network import KEY

from catalog import snapshot
from playground import housekeeping
from playground.models import Artifact, Run, RunGroup, Share, SharedFile
from playground.records import shares


def share(client: Client, run: Run | None = None, **fields: str) -> str:
    """Shares the latest run and gives its path."""
    return client.post(f"{(run or Run.objects.first()).get_absolute_url()}/share", fields).url


@pytest.fixture
def shared(run, client) -> str:
    run(content="What is <b>new</b>?")
    return share(client)


@pytest.fixture
def stranger() -> Client:
    return Client()


def record(path: str) -> dict:
    return Client().get(path, headers={"Accept": "application/json"}).json()["runs"][0]


def test_a_stranger_sees_request_answer_and_prices(shared, stranger):
    answer = stranger.get(shared)
    text = answer.content.decode()
    assert "What is &lt;b&gt;new&lt;/b&gt;?" in text and "Shared run of acme/talk-large" in text
    assert escape(Run.objects.get().output) in text and "1.25" in text and "1M tokens" in text
    assert (answer["X-Robots-Tag"], answer.cookies) == ("noindex, nofollow", {}) and 'name="robots" content="noindex' in text
    assert "private" in answer["Cache-Control"] and "no-store" in answer["Cache-Control"]


def test_only_who_shared_it_may_close_it(shared, client, stranger):
    assert "Close the share" in client.get(shared).content.decode()
    assert "Close the share" not in stranger.get(shared).content.decode()
    assert stranger.post(f"{shared}/revoke").status_code == stranger.post(f"{shared}/expiry").status_code == 404
    assert client.post(f"{shared}/revoke").url == "/playground/shares"
    assert stranger.get(shared).status_code == 404


def test_a_share_links_to_nothing_of_its_visitor(shared, stranger):
    text = stranger.get(shared).content.decode()
    assert f"/playground/runs/{Run.objects.get().id}" not in text and str(Run.objects.get().id) not in text
    assert 'formaction="/playground/' not in text and "data-retry" not in text and "<form method" not in text


def test_every_gone_share_is_the_same_404(run, client, stranger):
    paths = ["/r/none", "/r/none.json"]
    for end in ("revoke", "expire", "take down"):
        run()
        path = share(client)
        one = Share.objects.get(token=path.removeprefix("/r/"))
        if end == "revoke":
            client.post(f"{path}/revoke")
        elif end == "expire":
            Share.objects.filter(pk=one.pk).update(expires=timezone.now())
        else:
            shares.take_down(Share.objects.filter(pk=one.pk))
        paths += [path, f"{path}.json", f"{path}/files/0/0"]
    answers = [stranger.get(path) for path in paths] + [client.get(path) for path in paths]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert len({str(sorted(answer.headers.items())) for answer in answers[: len(paths)]}) == 1


def test_the_record_is_whole_and_does_not_change(shared, stranger, run, settings):
    before, one = record(shared), Run.objects.get()
    assert before["request"]["body"] == one.request_body and before["response"]["body"] == one.response_body
    assert (before["state"], before["usage"], before["output"]) == ("complete", one.usage, one.output)
    assert before["cost"]["list"] and before["prices"] and before["top_up_fee"] == "0.05"
    assert before["facts"]["provider"] == "Acme" and before["facts"]["pricing"][0]["source"]
    Run.objects.all().delete()
    snapshot._current = None
    settings.TOP_UP_FEE = 0
    assert record(shared) == before


def test_it_names_no_one_and_holds_no_key(run, network, client):
    network.says({"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]}, openai_organization="org-canary",
                 set_cookie="session=canary", x_request_id="req-canary", retry_after="1")  # fmt: skip
    run()
    path, one = share(client), Run.objects.get()
    pages = [Client().get(path).content.decode(), json.dumps(record(path)), json.dumps(Share.objects.get().record)]
    canaries = (KEY, KEY[-4:], "canary", client.session.session_key, str(one.visitor), str(one.id), one.address)
    assert not [canary for canary in canaries for page in pages if canary in page]
    assert ["retry-after", "1"] in [[name.lower(), value] for name, value in record(path)["response"]["headers"]]


def test_an_inner_address_of_the_gateway_is_not_told(run, network, client, settings):
    settings.PUBLIC_GATEWAY_URL = "https://public.example/v1"
    network.says({"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]})
    run()
    path = share(client)
    assert record(path)["request"]["url"] == "https://public.example/v1/chat/completions"
    assert "gateway.example" not in Client().get(path).content.decode()


def test_files_are_copies(speak, client, stranger):
    speak()
    original = Artifact.objects.get()
    content = original.file.read_bytes()
    path = share(client)
    client.post(f"{original.run.get_absolute_url()}/delete")
    [file] = record(path)["artifacts"]
    answer = stranger.get(file["url"], headers={"Range": "bytes=0-3"})
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (206, b"RIFF", "audio/wav")
    assert stranger.get(file["url"]).content == content
    assert "sandbox" in answer["Content-Security-Policy"] and answer["X-Robots-Tag"] == "noindex, nofollow"
    assert file["url"] in stranger.get(path).content.decode()


def test_closing_deletes_record_and_files(speak, client):
    speak()
    path, file = share(client), SharedFile.objects.get().file
    client.post(f"{path}/revoke")
    assert (Share.objects.get().record, SharedFile.objects.count(), file.exists()) == ({}, 0, False)
    assert "Closed by you" in client.get("/playground/shares").content.decode()


def test_expired_shares_are_emptied_and_then_forgotten(speak, client):
    speak()
    share(client)
    file = SharedFile.objects.get().file
    Share.objects.update(expires=timezone.now() - timedelta(minutes=1))
    async_to_sync(housekeeping.tidy)()
    assert (Share.objects.get().record, file.exists()) == ({}, False)
    assert "Expired" in client.get("/playground/shares").content.decode()
    Share.objects.update(expires=timezone.now() - timedelta(days=31))
    async_to_sync(housekeeping.tidy)()
    assert not Share.objects.exists()


def test_purging_a_run_leaves_its_share(shared, stranger):
    Run.objects.update(created=timezone.now() - timedelta(days=29))
    async_to_sync(housekeeping.tidy)()
    assert not Run.objects.exists() and stranger.get(shared).status_code == 200


@pytest.mark.parametrize(("days", "left"), [("1", 1), ("7", 7), ("30", 30), ("999", 30), ("never", None)])
def test_it_is_open_as_long_as_was_chosen(shared, client, days, left):
    client.post(f"{shared}/expiry", {"days": days})
    found = Share.objects.get().expires
    assert (found and round((found - timezone.now()) / timedelta(days=1))) == left


def test_sharing_twice_is_one_share(shared, client):
    assert share(client) == shared and Share.objects.count() == 1


def test_sharing_again_after_closing_is_a_new_address(shared, client, stranger):
    client.post(f"{shared}/revoke")
    again = share(client)
    assert again != shared and stranger.get(again).status_code == 200


def test_addresses_cannot_be_guessed(shared):
    assert len(shared.removeprefix("/r/")) == 32


@pytest.mark.parametrize("state", ["running", "imported", "unkept"])
def test_what_is_not_shared_is_told(run, client, settings, state):
    run()
    one = Run.objects.get()
    Run.objects.update(**{"running": {"state": "running"}, "imported": {"address": "imported 2026-01-01"}}.get(state, {}))
    settings.RUN_RETENTION_DAYS = 7 * (state != "unkept")
    told = client.post(f"{one.get_absolute_url()}/share")
    assert told.status_code == 409 and "Not shared" in told.content.decode()
    as_json = client.post(f"{one.get_absolute_url()}/share", headers={"Accept": "application/json"})
    assert as_json.status_code == 409 and as_json.json()["error"]["type"] == "not_shared"
    assert "Share</button>" not in client.get(one.get_absolute_url()).content.decode()
    assert not Share.objects.exists()


def test_shares_of_one_visitor_are_bounded(run, client, monkeypatch):
    monkeypatch.setattr(shares, "MOST_OPEN", 1)
    run()
    run()
    share(client, Run.objects.first())
    answer = client.post(f"{Run.objects.last().get_absolute_url()}/share")
    assert answer.status_code == 409 and "Close one of them first" in answer.content.decode()


def test_nobody_shares_the_runs_of_others(run, stranger):
    run()
    group = RunGroup.objects.create(visitor=Run.objects.get().visitor)
    assert stranger.post(f"{Run.objects.get().get_absolute_url()}/share").status_code == 404
    assert stranger.post(f"/playground/groups/{group.id}/share").status_code == 404


def test_side_by_side_runs_are_shared_together(run, client, stranger):
    run(content="Which one?")
    run(model="acme/talk-free", content="Which one?")
    group = RunGroup.objects.create(visitor=Run.objects.first().visitor)
    for position, one in enumerate(Run.objects.order_by("created")):
        Run.objects.filter(id=one.id).update(group=group, position=position)
    path = client.post(f"/playground/groups/{group.id}/share").url
    text = stranger.get(path).content.decode()
    assert "2 shared runs, side by side" in text and text.index("acme/talk-large") < text.index("acme/talk-free")
    token = path.removeprefix("/r/")
    assert stranger.get(f"/playground?share={token}.1").context["card"].slug == "acme/talk-free"
    assert stranger.get(f"/playground?share={token}.2").status_code == 404


def test_run_again_fills_the_form(shared, stranger):
    page = stranger.get(f"/playground?share={shared.removeprefix('/r/')}.0")
    assert page.context["big"][0]["value"][0]["text"] == "What is <b>new</b>?"
    assert page.content.decode().count(f'name="share" value="{shared.removeprefix("/r/")}.0"') == 2


def test_what_came_of_it_is_held_against_what_was_shared(shared, run, stream):
    reference = f"{shared.removeprefix('/r/')}.0"
    for page in (run(accept="text/html", share=reference).content.decode(), stream(share=reference)):
        assert "Against the shared answer" in page
    assert "Against the shared answer" not in stream(share="gone.0")


def test_what_differs_is_marked(shared, run):
    page = run(accept="text/html", share=f"{shared.removeprefix('/r/')}.0", content="Hello!").content.decode()
    assert "<ins>" in page and "choices[0].message.content" in page and "By word" in page


def test_the_share_is_not_sent_to_the_gateway(shared, run):
    record = run(share=f"{shared.removeprefix('/r/')}.0").json()
    assert record["left_out"] == [] and "share" not in json.loads(record["request"]["body"])


@pytest.mark.parametrize("reference", ["", "none", "none.0", "a" * 500, "%00"])
def test_a_closed_share_fills_no_form(catalog, stranger, reference):
    assert stranger.get(f"/playground?share={reference}").status_code == 404


def test_the_list_holds_own_shares_only(shared, client, stranger, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        assert shared in client.get("/playground/shares").content.decode()
    assert shared not in stranger.get("/playground/shares").content.decode()


def test_sharing_as_a_script_or_part_of_a_page(run, client):
    path = f"/playground/runs/{run().json()['run']}/share"
    made = client.post(path, headers={"Accept": "application/json"})
    assert made.status_code == 201 and made.json()["url"].endswith(Share.objects.get().get_absolute_url())
    part = client.post(path, headers={"HX-Request": "true", "HX-Request-Type": "partial"}).content.decode()
    assert Share.objects.get().token in part and "<html" not in part


@pytest.mark.parametrize("path", ["{share}/revoke", "{share}/expiry", "{run}/share", "/playground/runs/import"])
def test_changes_take_a_token(shared, client, path):
    careful = Client(enforce_csrf_checks=True)
    careful.cookies = client.cookies
    path = path.format(share=shared, run=Run.objects.get().get_absolute_url())
    assert careful.post(path).status_code == 403 and Share.objects.open().count() == 1


def test_staff_take_a_share_down(shared, client, stranger):
    staff = Client()
    staff.force_login(get_user_model().objects.create_superuser("boss"))
    assert staff.get("/admin/playground/share/").status_code == 200
    staff.post("/admin/playground/share/", {"action": "take_down", "_selected_action": Share.objects.get().pk})
    assert stranger.get(shared).status_code == 404
    assert "Taken down by staff" in client.get("/playground/shares").content.decode()


def test_a_share_of_a_failed_run(run, client, stranger):
    run(sandbox_error="429")
    text = stranger.get(share(client)).content.decode()
    assert "rate_limit_error" in text and "Retry</button>" not in text
