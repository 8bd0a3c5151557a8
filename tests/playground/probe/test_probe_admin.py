"""Probes that operators ask for in the admin: who may, what is refused, what the row says."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.utils import timezone
from lying_gateway import said

from catalog.models import Model, Proof
from playground.models import Probe
from playground.probe import background, probing

ADD = "/admin/playground/probe/add/"
ASKED = {"slugs": "acme/talk-large", "abilities": ["tools"], "budget": "0.50"}
pytestmark = pytest.mark.usefixtures("catalog")


def carried_out(budget: str = "0.50", **fields) -> Probe:
    found = Probe.objects.create(slugs=["acme/talk-large"], abilities=["tools"], budget=Decimal(budget), **fields)
    background.carry_out(found)
    return Probe.objects.get(pk=found.pk)


def test_the_action_leads_to_the_form(admin_client):
    chosen = Model.objects.filter(slug__startswith="acme/").values_list("pk", flat=True)
    page = "/admin/catalog/model/"
    answer = admin_client.post(page, {"action": "ask", "_selected_action": list(chosen)}, follow=True)
    assert answer.redirect_chain[0][0].startswith(ADD) and "acme/talk-free\nacme/talk-large" in answer.text


def test_saving_writes_who_asks_for_what(admin_client):
    answer = admin_client.post(ADD, ASKED | {"slugs": "acme/talk-large-2026-03-01\r\nacme/talk-large orbit/embed"})
    found = Probe.objects.get()
    assert answer["Location"] == f"/admin/playground/probe/{found.pk}/change/"
    assert (found.by, found.slugs, found.abilities) == ("admin", ["acme/talk-large", "orbit/embed"], ["tools"])


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"slugs": "acme/none"}, "No listed model is called acme/none."), ({"slugs": " "}, "This field is required."),
        ({"budget": "-1"}, "greater than or equal to 0"), ({"budget": "NaN"}, "Enter a number"),
        ({"abilities": ["magic"]}, "Select a valid choice"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(admin_client, wrong, told):
    assert told in admin_client.post(ADD, ASKED | wrong).text and not Probe.objects.exists()


def test_two_at_once_are_refused(admin_client):
    Probe.objects.create(slugs=["acme/talk-free"])
    assert "A probe is under way." in admin_client.post(ADD, ASKED).text
    Probe.objects.update(alive=timezone.now() - timezone.timedelta(minutes=11))  # its process is gone
    assert admin_client.post(ADD, ASKED).status_code == 302


def test_staff_need_the_permission(client):
    editor = User.objects.create_user("editor", password="x", is_staff=True)
    editor.user_permissions.add(Permission.objects.get(codename="change_model", content_type__app_label="catalog"))
    client.force_login(editor)
    assert client.get(ADD).status_code == 403
    assert "Ask the gateway" not in client.get("/admin/catalog/model/").text


def test_editors_ask_within_their_budget(client):
    editor = User.objects.create_user("editor", password="x", is_staff=True)
    editor.groups.add(Group.objects.get(name="Editor"))
    client.force_login(editor)
    assert "Ask the gateway" in client.get("/admin/catalog/model/").text
    assert "may spend $0.50 at most" in client.post(ADD, ASKED | {"budget": "0.51"}).text
    answer = client.post(ADD, ASKED, follow=True)
    assert (answer.status_code, Probe.objects.get().by) == (200, "editor")


def test_results_stand_in_the_row(lying, admin_client):
    lying.says = lambda body: (200, said("<b>Sunny</b>")) if body.get("tools") else None
    found = carried_out(gateway=lying.url)
    assert [result[1:3] for result in found.results] == [["answers.chat", "passed"], ["tools", "failed"]]
    assert found.finished and 0 < found.spent < found.budget and not found.stopped
    page = admin_client.get(f"/admin/playground/probe/{found.pk}/change/").text
    assert "&lt;b&gt;Sunny" in page and "<b>Sunny" not in page and "of $0.50" in page


def test_a_spent_budget_is_said(lying, admin_client):
    found = carried_out("0.0001", gateway=lying.url)
    assert "The next question may cost up to" in found.stopped and found.finished
    assert "Stopped." in admin_client.get(f"/admin/playground/probe/{found.pk}/change/").text


def test_a_fault_of_this_site_ends_the_probe(monkeypatch):
    def broken(*_):
        raise RuntimeError("broken")

    monkeypatch.setattr(probing, "keep", broken)
    found = carried_out()
    assert found.finished and "A fault of this site" in found.stopped


def test_proofs_are_listed_for_staff(lying, admin_client):
    carried_out(gateway=lying.url)
    assert "Tools" in admin_client.get("/admin/catalog/proof/").text
    assert admin_client.get(f"/admin/catalog/proof/{Proof.objects.first().pk}/change/").status_code == 200
