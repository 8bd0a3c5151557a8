"""The guide to setting the site up, against gateways on a socket."""

import asyncio
import html
import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from listing_gateway import KEY, LIST, ListingGateway, configured

from catalog import snapshot
from catalog.models import Import, Model, Version
from playground.guide import checking
from playground.models import Run
from playground.roles import EDITOR


@pytest.fixture
def gateway(settings) -> Iterator[ListingGateway]:
    with configured(settings) as server:
        yield server


@pytest.fixture
def operator(client, django_user_model, catalog) -> Client:
    client.force_login(django_user_model.objects.create_superuser("operator"))
    return client


def steps(answer: Any) -> list[tuple[str, str]]:
    """State and words of each step on a page."""
    found = re.findall(r'<li class="(\w+)">\s*<h3>.*?</h3>(.*?)</li>', answer.text, re.DOTALL)
    return [(state, " ".join(html.unescape(re.sub("<[^>]*>", " ", words)).split())) for state, words in found]


def states(answer: Any) -> list[str]:
    return [state for state, _ in steps(answer)]


def ran(gateway: str, **more: Any) -> Run:
    fields = {"visitor": "0" * 32, "model": "acme/talk-large", "state": "complete", "url": f"{gateway}/chat/completions"}
    return Run.objects.create(**fields | more)


def test_a_new_site_is_told_that_the_sandbox_answers(operator):
    page = operator.get("/admin/")
    assert states(page) == ["todo"] * 4 + ["done", "todo"]
    assert "built-in sandbox answers" in steps(page)[0][1] and "GATEWAY_URL=https://" in steps(page)[0][1]
    assert "hx-get" not in page.text and "Check the gateway" not in page.text


def test_the_start_page_asks_nothing_itself(operator, gateway):
    page = operator.get("/admin/")
    assert states(page)[:2] == ["unknown", "unknown"] and 'hx-get="/admin/guide" hx-trigger="load"' in page.text
    assert gateway.keys == []


def test_a_gateway_that_needs_its_key_is_reached_with_it(operator, gateway):
    gateway.takes(KEY)
    found = steps(operator.get("/admin/guide"))
    assert found[0] == ("done", f"{gateway.url} answers.")
    assert found[1] == ("done", "With the key in GATEWAY_KEY the list of models comes, and without it it does not.")
    assert "The gateway lists 2. None of the catalog's models are known" in found[2][1] and "manage.py sync" in found[2][1]


def test_the_start_page_shows_what_was_seen_within_a_minute(operator, gateway):
    operator.get("/admin/guide")
    page = operator.get("/admin/")
    assert states(page)[0] == "done" and "hx-trigger" not in page.text
    operator.get("/admin/guide")
    assert len(gateway.keys) == 2  # once with the key, once without


def test_a_press_of_the_button_asks_anew(operator, gateway):
    operator.get("/admin/guide")
    gateway.takes("another key")
    assert states(operator.get("/admin/guide"))[1] == "unknown"
    assert states(operator.post("/admin/guide"))[1] == "fault"


def test_htmx_gets_the_inside_alone_and_is_told_the_result(operator, gateway):
    answer = operator.post("/admin/guide", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert "<html" not in answer.text and states(answer)[0] == "done"
    assert '<hx-partial hx-target="#guide-said" hx-swap="innerHTML">The gateway was asked.' in answer.text


@pytest.mark.parametrize(
    ("key", "status", "state", "words"),
    [
        (KEY, 401, "fault", "does not accept the key in GATEWAY_KEY (401). It says: No."),
        (KEY, 403, "fault", "does not let this key list models (403)"),
        ("", 401, "todo", "asks for a key (401), and none is set"),
        (KEY, 429, "unknown", "takes no more questions for now (429)"),
    ],
)
def test_a_refusal_is_the_key_s_step(operator, gateway, settings, key, status, state, words):
    settings.GATEWAY_KEY = key
    gateway.takes("another key", status)
    found = steps(operator.get("/admin/guide"))
    assert found[0][0] == "done" and found[1][0] == state and words in found[1][1]


def test_a_gateway_without_keys_needs_none(operator, gateway, settings):
    settings.GATEWAY_KEY = ""
    assert steps(operator.get("/admin/guide"))[1] == ("done", "The gateway lists its models without a key, and none is set.")
    assert gateway.keys == [""]


def test_a_list_for_everyone_leaves_the_key_to_a_run(operator, gateway):
    assert states(operator.get("/admin/guide"))[1] == "unknown"
    run = ran(gateway.url)
    assert states(operator.get("/admin/guide"))[1] == "done"
    ran(gateway.url, state="error", status=401, created=run.created + timedelta(seconds=1))
    assert states(operator.get("/admin/guide"))[1] == "fault"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((404, {"error": {"message": "Not found"}}), "it has no {url}/models (404). Check the path in GATEWAY_URL"),
        ((200, "<!doctype html><h1>Welcome</h1>"), "{url}/models is a web page"),
        ((200, {"hello": "world"}), "{url}/models is no list of models. The gateway's answer holds no list of models."),
        ((500, {"error": {"message": "Out of order"}}), "The gateway answers 500: Out of order."),
        ((200, {"error": {"message": "Closed", "type": "listed"}}), "refuses to list its models, 200: Closed."),
        ((400, {"error": {"message": "Bad"}}), "refuses to list its models, 400: Bad."),
        (
            (302, "", ("Location", "https://me:secret@login.example:8443/sign-in?token=secret")),
            "leads elsewhere, to https://login.example:8443/sign-in. Redirects are not followed",
        ),
        ((302, "", ("Location", "http://[")), "leads elsewhere. Redirects"),
    ],
)
def test_a_wrong_answer_is_told_in_its_own_words(operator, gateway, answer, words):
    gateway.answer = lambda key: answer
    page = operator.get("/admin/guide")
    found = steps(page)
    assert found[0][0] == "fault" and words.format(url=gateway.url) in found[0][1]
    assert found[1] == ("unknown", "This is seen once the gateway answers.") and "secret" not in page.text


def test_a_closed_port_is_told(operator, gateway):
    gateway.shutdown()
    gateway.server_close()
    assert "Nothing takes connections at 127.0.0.1:" in steps(operator.get("/admin/guide"))[0][1]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://no-such-host.invalid/v1", "The host name no-such-host.invalid is not known here."),
        ("http://me:secret@127.0.0.1/v1", "http://127.0.0.1/v1: The gateway's address must have no user"),
    ],
)
def test_a_wrong_address_is_told(operator, settings, url, words):
    settings.GATEWAY_URL = url
    page = operator.get("/admin/guide")
    assert words in steps(page)[0][1] and "secret" not in page.text


def test_a_secure_address_of_a_plain_gateway_is_told(operator, gateway, settings):
    settings.GATEWAY_URL = gateway.url.replace("http:", "https:")
    told = steps(operator.get("/admin/guide"))[0][1]
    assert "No secure connection to 127.0.0.1:" in told and "does not speak TLS" in told


def test_a_gateway_that_hangs_is_given_up(operator, gateway, monkeypatch):
    let_go = threading.Event()
    gateway.answer = lambda key: (200, LIST, ("X-Late", str(let_go.wait(30))))
    monkeypatch.setattr(checking, "LIMITS", checking.Limits(connect=3, first_byte=0.1, idle=0.1, total=0.1))
    found = steps(operator.get("/admin/guide"))
    let_go.set()
    assert "took the connection, but gave no whole answer" in found[0][1]


def test_one_check_serves_all_who_ask_at_once(gateway):
    async def many() -> list[checking.Check]:
        return await asyncio.gather(*(checking.check(anew=True) for _ in range(5)))

    assert len(set(asyncio.run(many()))) == 1
    assert len(gateway.keys) == 2


def test_the_key_is_on_no_page(operator, gateway):
    gateway.takes("another key", body={"error": {"message": f"Incorrect API key: {KEY}"}})
    pages = operator.get("/admin/guide").text + operator.get("/admin/").text
    assert "Incorrect API key" in pages and KEY not in pages


def served(gateway: ListingGateway) -> None:
    """What a sync leaves."""
    Model.objects.filter(modality="chat").update(served=True)
    Import.objects.create(source="gateway", state="done", place=gateway.url, finished=timezone.now())
    Version.bump()
    snapshot.refresh()


def test_read_models_are_counted_and_a_failed_reading_is_told(operator, gateway):
    Model.objects.update(served=True)  # by another gateway
    assert "None of the catalog's models are known" in steps(operator.get("/admin/guide"))[2][1]
    served(gateway)
    found = steps(operator.get("/admin/guide"))[2]
    assert found[0] == "done" and "are known to be on this gateway. Last synced on " in found[1]
    Import.objects.create(source="gateway", state="failed", place=gateway.url, fault="The gateway cannot be connected to.")
    found = steps(operator.get("/admin/guide"))[2]
    assert found[0] == "fault" and "failed: The gateway cannot be connected to." in found[1]


def test_a_test_run_opens_with_the_cheapest_served_model(operator, gateway):
    assert "/playground?" not in operator.get("/admin/guide").text
    served(gateway)
    link = html.unescape(re.search(r'href="(/playground\?[^"]*)"', operator.get("/admin/guide").text)[1])
    query = parse_qs(urlsplit(link).query)
    cards = [card for card in snapshot.latest().cards if card.served and card.price]
    prices = {card.slug: sum(rate.amount for rate in card.headlines) for card in cards}
    assert prices[query["model"][0]] == min(prices.values())
    assert query["prompt"][0] in operator.get(link).text


OTHERS = [{"sandbox": True}, {"own_key": True}, {"url": "https://another.example/v1"}, {"state": "stopped"}]


@pytest.mark.parametrize("other", OTHERS)
def test_runs_of_other_kinds_are_no_test_run(operator, gateway, other):
    ran(gateway.url, **other)
    assert states(operator.get("/admin/guide"))[3] == "todo"


def test_a_run_that_failed_is_a_fault_until_one_is_answered(operator, gateway):
    run = ran(gateway.url, state="error", status=500)
    assert steps(operator.get("/admin/guide"))[3][0] == "fault"
    ran(gateway.url, created=run.created + timedelta(seconds=1))
    assert steps(operator.get("/admin/guide"))[3][0] == "done"


@pytest.mark.parametrize(
    ("access", "budget", "state", "words"),
    [
        ("public", Decimal(5), "done", "Anyone may run models, for $5.00 a day at most"),
        ("public", None, "fault", "Strangers can spend without end."),
        ("public", Decimal(500), "todo", "That is much"),
        ("staff", None, "done", "Staff alone may run models, with no daily budget."),
    ],
)
def test_access_and_budget_are_told(operator, gateway, settings, access, budget, state, words):
    settings.PLAYGROUND_ACCESS, settings.DAILY_BUDGET_USD = access, budget
    found = steps(operator.get("/admin/guide"))[4]
    assert found[0] == state and words in found[1]


def test_name_and_contact_are_asked_for(operator, settings):
    assert "Set SITE_NAME and CONTACT_URL" in steps(operator.get("/admin/"))[5][1]
    settings.SITE_NAME, settings.CONTACT_URL = "Acme", "mailto:me@acme.example"
    assert steps(operator.get("/admin/"))[5][0] == "done"


def test_the_guide_folds_when_all_is_done_and_stays(operator, gateway, settings):
    settings.SITE_NAME, settings.CONTACT_URL = "Acme", "mailto:me@acme.example"
    gateway.takes(KEY)
    served(gateway)
    ran(gateway.url)
    operator.get("/admin/guide")
    page = operator.get("/admin/")
    assert states(page) == ["done"] * 6 and "<details>" in page.text and "All 6 steps are done." in page.text
    gateway.takes("another key")
    operator.post("/admin/guide")
    assert "<details open>" in operator.get("/admin/").text


def test_editors_see_no_settings_and_ask_nothing(client, django_user_model, catalog, gateway):
    user = django_user_model.objects.create_user("editor", is_staff=True)
    user.groups.add(Group.objects.get(name=EDITOR))
    assert client.get("/admin/guide").status_code == 302
    client.force_login(user)
    page = client.get("/admin/").text
    assert "guide-title" not in page and "Needs attention" in page
    assert client.get("/admin/guide").status_code == client.post("/admin/guide").status_code == 403
    assert gateway.keys == []
