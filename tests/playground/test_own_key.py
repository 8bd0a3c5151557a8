"""A visitor's own key: who pays, where it goes, how long it stays, and that it shows nowhere."""

import html
import logging
import re
import sys
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.apps import apps
from django.core.signals import got_request_exception
from django.test import Client
from django.urls import reverse
from django.views.debug import ExceptionReporter
from fake_network import END, KEY, word

from catalog.context import SITE
from playground.models import Run
from playground.running import own_key
from playground.urls import urlpatterns

OWN = "sk-own-canary-0123456789abcdef"
PROMPT = "canary prompt of the visitor"


def words(answer: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


@pytest.fixture
def give(client, catalog, settings) -> Callable[..., Any]:
    """give(key) sends the form with a key; the site takes them."""
    settings.VISITOR_KEYS = True
    return lambda key=OWN, **more: client.post("/playground/key", {"key": key} | more)


@pytest.fixture
def answers(network) -> None:
    """The gateway answers a chat."""
    network.says({"choices": [{"index": 0, "message": {"content": "Yes."}, "finish_reason": "stop"}]})


def bearer(network) -> str:
    return network.requests[0].headers["authorization"]


def test_is_closed_unless_the_operator_opens_it(client, catalog, run, network, answers, settings):
    settings.VISITOR_KEYS = False
    assert client.post("/playground/key", {"key": OWN}).status_code == 404
    assert "/playground/key" not in client.get("/playground").content.decode()
    run()
    assert bearer(network) == f"Bearer {KEY}"


def test_a_key_kept_before_it_was_closed_is_not_used(give, run, network, answers, settings):
    give()
    settings.VISITOR_KEYS = False
    run()
    assert bearer(network) == f"Bearer {KEY}"


def test_runs_are_made_with_it(give, run, network, answers):
    answer = give(model="acme/talk-large")
    assert (answer.status_code, answer["Location"]) == (303, "/playground?model=acme/talk-large")
    run()
    assert bearer(network) == f"Bearer {OWN}" and Run.objects.get().own_key


def test_other_visitors_still_use_the_site_s_key(give, network, answers):
    give()
    Client().post("/playground/run", {"model": "acme/talk-large", "role": "user", "content": "Hello!"})
    assert bearer(network) == f"Bearer {KEY}" and not Run.objects.get().own_key


def test_the_page_says_who_pays(client, give, network, settings):
    assert "This site's key pays" in words(client.get("/playground"))
    give()
    assert "Your key pays" in words(client.get("/playground"))
    assert "Your key is in use." in words(client.get("/playground/key"))
    client.post("/playground/key", {"remove": "1"})
    settings.GATEWAY_KEY = ""
    assert "No key is sent: this site has none" in words(client.get("/playground"))


def test_the_sandbox_says_that_nobody_pays(client, give, run):
    give("any")
    assert "Sandbox: no model is called, no charge" in words(client.get("/playground"))
    assert "with your key" in words(run(accept="text/html")) and Run.objects.get().own_key


def test_says_where_it_goes_and_for_how_long(client, give, network):
    shown = words(client.get("/playground/key"))
    assert "It is sent to gateway.example , the gateway of this site, and nowhere else." in shown
    assert f"{own_key.KEPT_HOURS} hours at most" in shown and "stored encrypted" in shown


def test_privacy_names_the_same_hours(client, catalog, monkeypatch):
    monkeypatch.setitem(SITE, "VISITOR_KEYS", True)
    assert f"for your session, {own_key.KEPT_HOURS} hours at most" in words(client.get("/privacy"))


def test_removed_is_gone(client, give, run, network, answers):
    give()
    answer = client.post("/playground/key", {"remove": "1"})
    assert (answer.status_code, answer["Location"]) == (303, "/playground/key")
    run()
    assert bearer(network) == f"Bearer {KEY}" and own_key.PLACE not in client.session


def test_signing_out_deletes_it(client, give, django_user_model):
    client.force_login(django_user_model.objects.create_user("ada"))
    give()
    assert own_key.PLACE in client.session
    client.post("/accounts/logout/")
    assert own_key.PLACE not in client.session


@pytest.mark.parametrize("wrong", ["", "sk-tiny", "x" * 501, "sk-with a blank in it", 'sk-with-"quotes"', "sk-ключ-0123456789"])
def test_a_wrong_key_is_named_and_not_shown(give, network, client, wrong):
    answer = give(wrong)
    shown = answer.content.decode()
    assert answer.status_code == 422 and "Key (key) has" in words(answer) and 'aria-invalid="true"' in shown
    assert not wrong or wrong not in shown
    assert own_key.PLACE not in client.session


def test_a_form_without_a_token_is_refused(give):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/playground/key", {"key": OWN}).status_code == 403


def test_a_refused_key_is_said_to_be_the_visitor_s(give, run, network):
    give()
    network.says({"error": {"type": "authentication_error", "message": f"No such key: {OWN}"}}, status=401)
    shown = run(accept="text/html")
    assert "The gateway refused your own key, not this site's." in words(shown) and OWN not in shown.content.decode()


@pytest.mark.parametrize("how", ["rotated", "old"])
def test_a_key_that_cannot_be_read_is_removed_and_said_so(give, run, client, network, answers, settings, monkeypatch, how):
    give()
    if how == "rotated":
        settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another secret key"
    else:
        monkeypatch.setattr(own_key, "KEPT_HOURS", -1)
    refused = run()
    assert (refused.status_code, refused.json()["error"]["type"]) == (403, "own_key_gone") and not network.requests
    run()
    assert bearer(network) == f"Bearer {KEY}"


def test_the_playground_says_that_a_key_is_lost_once(give, client, network, monkeypatch):
    give()
    monkeypatch.setattr(own_key, "KEPT_HOURS", -1)
    said = "Your key could no longer be read, so it was removed."
    assert said in words(client.get("/playground")) and said not in words(client.get("/playground"))


def test_an_echoed_key_is_masked_wherever_it_comes_back(give, stream, network):
    give()
    network.streams(word(f"You sent {OWN}."), END)
    network.answer.headers["x-echo"] = OWN
    answer = stream()
    row = Run.objects.values().get()
    assert "You sent ****." in answer and OWN not in answer and OWN not in str(row)


def test_a_key_that_comes_in_pieces_is_masked_in_the_output(give, stream, network):
    give()
    network.streams(word(f"You sent {OWN[:9]}"), word(f"{OWN[9:]}."), END)
    stream()
    assert Run.objects.get().output == "You sent ****."


@pytest.mark.parametrize("delta", ["content", "reasoning_content"])
def test_a_key_that_comes_in_pieces_is_on_no_page_and_in_no_share(give, stream, network, client, delta):
    give()
    pieces = [{"choices": [{"index": 0, "delta": {delta: text}, "finish_reason": None}]} for text in (OWN[:9], OWN[9:])]
    network.streams(*pieces, word(" ok"), END)
    finished = stream().rpartition("event: piece")[2]
    run = Run.objects.get().get_absolute_url()
    share = client.post(f"{run}/share", headers={"Accept": "application/json"}).json()["url"]
    pages = [client.get(address).text for address in (run, f"{run}.json", f"/playground?run={run[-36:]}&choice=0", share)]
    assert not [page for page in [finished, *pages] if OWN in page] and "ok" in pages[0]


def test_a_key_that_was_pasted_into_the_prompt_is_not_stored(give, run, network, answers):
    give()
    run(content=f"My key is {OWN}.")
    assert "My key is ****." in Run.objects.get().request_body


def tables() -> str:
    """Every row of every table."""
    return "\n".join(str(row) for table in apps.get_models() for row in table._base_manager.values())


def addresses(run: Run) -> list[str]:
    """Every page of the playground that needs no more than a run to be asked for."""
    known = [(one.name, set(one.pattern.converters)) for one in urlpatterns]
    whole = [reverse(name) for name, wanted in known if not wanted]
    own = [reverse(name, args=[run.id]) for name, wanted in known if wanted == {"run_id"}]
    return [*whole, *own, f"/playground?run={run.id}"]


def whole(answer) -> str:
    async def read() -> bytes:
        return b"".join([piece async for piece in answer])

    return async_to_sync(read)().decode() if answer.streaming and answer.is_async else answer.getvalue().decode()


def test_a_canary_key_shows_nowhere(give, run, stream, client, network, caplog, admin_client):
    caplog.set_level(logging.DEBUG)
    seen = [give("too short"), give(), client.get("/playground/key")]
    network.says({"error": {"type": "authentication_error", "message": OWN}}, 401, x_echo=OWN)
    seen.append(run(accept="text/html"))
    pages = [*addresses(Run.objects.get()), "/privacy", "/no/such/page", "/playground?models=acme/talk-large,acme/talk-free"]
    seen += [client.get(page, headers={"Accept": kind}) for page in pages for kind in ("text/html", "application/json")]
    assert sum(answer.status_code == 200 for answer in seen) > 10
    seen += [admin_client.get("/admin/"), admin_client.get(f"/admin/playground/run/{Run.objects.get().id}/change/")]
    assert bearer(network) == f"Bearer {OWN}"
    shown = "\n".join(f"{answer.headers} {whole(answer)}" for answer in seen)
    for place in (shown, tables(), str(dict(client.session)), caplog.text, repr(network.requests)):
        assert OWN not in place
    assert "canary" not in shown


@pytest.mark.parametrize("days", [0, 7])
def test_a_canary_prompt_is_in_no_log_and_only_in_tables_that_keep_runs(run, network, answers, settings, caplog, days):
    caplog.set_level(logging.DEBUG)
    settings.RUN_RETENTION_DAYS = days
    run(content=PROMPT)
    assert PROMPT in network.requests[0].content.decode()
    assert PROMPT not in caplog.text and (PROMPT in tables()) == (days > 0)


def test_models_side_by_side_are_run_with_it(give, client, network, answers):
    give()
    sent = {"column": ["0"], "endpoint": "chat", "0.model": "acme/talk-large", "role": "user", "content": "Hello!"}
    answer = client.post("/playground/groups", sent, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.content
    assert bearer(network) == f"Bearer {OWN}" and Run.objects.get().own_key


def test_its_runs_are_not_paid_by_the_site(give, run, network, answers, settings):
    settings.DAILY_BUDGET_USD = 0
    give()
    assert run().json()["state"] == "complete" and Run.objects.get().reserved is None


def test_models_side_by_side_say_who_pays(client, give, network):
    address = "/playground?models=acme/talk-large,acme/talk-free"
    assert "This site's key pays" in words(client.get(address))
    give()
    assert "Your key pays" in words(client.get(address))


@pytest.mark.parametrize("place", ["playground.running.own_key.cipher", "playground.running.upstream.connect"])
def test_an_error_report_does_not_hold_the_key(give, run, client, network, monkeypatch, place):
    reports = []

    def report(request: Any, **_: Any) -> None:
        reports.append(ExceptionReporter(request, *sys.exc_info()).get_traceback_html())

    def fail() -> None:
        raise RuntimeError("broken")

    if "upstream" in place:
        give()
    monkeypatch.setattr(place, fail)
    client.raise_request_exception = False
    got_request_exception.connect(report)
    try:
        assert (run() if "upstream" in place else give()).status_code == 500
    finally:
        got_request_exception.disconnect(report)
    assert "broken" in reports[0] and OWN not in reports[0]


def test_a_session_that_is_given_a_key_has_another_id(give, client):
    client.get("/playground")
    give("first-key-0123")
    before = client.cookies["sessionid"].value
    give()
    assert client.cookies["sessionid"].value != before
