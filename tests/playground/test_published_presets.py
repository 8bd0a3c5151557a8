"""The operator's presets: published in the admin, offered on the pages of models that fit, hidden for good."""

import json
import re
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from catalog.models import Version
from playground.models import Preset
from playground.presets.bundled import bundled

pytestmark = pytest.mark.usefixtures("catalog")
ADD = "/admin/playground/preset/add/"
MESSAGES = [{"role": "user", "content": "Ahoy, {{name}}!"}]


def told(**changes: Any) -> dict[str, Any]:
    """What the admin's form sends."""
    fields = {"name": "Ahoy", "note": "", "endpoint": "chat", "model": "", "published": "on", "position": "0"}
    return fields | {"body": json.dumps({"messages": MESSAGES})} | changes


def page(model: str = "acme/talk-free") -> str:
    return Client().get(f"/models/{model}").content.decode()


def test_a_published_preset_is_on_the_pages_of_its_endpoint_at_once(admin_client):
    assert "Ahoy" not in page()
    assert admin_client.post(ADD, told()).status_code == 302
    token = Preset.objects.get(name="Ahoy").token
    assert f'href="/playground?preset={token}&amp;model=acme/talk-free">Ahoy</a>' in page() and "Ahoy" not in page("orbit/paint")


def test_a_change_moves_the_catalog_s_version(admin_client):
    admin_client.post(ADD, told())
    before, preset = Version.current(), Preset.objects.get(name="Ahoy")
    admin_client.post(reverse("admin:playground_preset_change", args=[preset.pk]), told(name="Good day"))
    assert Version.current() > before and "Good day" in page() and "Ahoy" not in page()


def test_a_deleted_preset_is_gone_from_the_pages(admin_client):
    admin_client.post(ADD, told())
    admin_client.post(reverse("admin:playground_preset_delete", args=[Preset.objects.get(name="Ahoy").pk]), {"post": "yes"})
    assert "Ahoy" not in page()


def test_a_preset_for_one_model_is_on_its_page_only(admin_client):
    admin_client.post(ADD, told(model="acme/talk-free"))
    assert "Ahoy" in page() and "Ahoy" not in page("acme/talk-large")


def test_published_presets_stand_under_their_endpoint(admin_client):
    admin_client.post(ADD, told(endpoint="ocr", body='{"image": "@street.png"}', name="Sign", position="0"))
    admin_client.post(ADD, told(position="900"))
    shown = Client().get("/playground/presets").content.decode().partition("Published here")[2]
    labels = re.findall("<h3>(.*?)</h3>", shown)
    assert labels[0] == "Chat completions" and labels[-1] == "OCR" and len(labels) == len(set(labels))
    chat, ocr = (shown.partition(f"<h3>{label}</h3>")[2].partition("</ul>")[0] for label in ("Chat completions", "OCR"))
    assert ">Ahoy</a>" in chat and ">Sign</a>" in ocr


def test_an_unpublished_preset_is_on_no_page(admin_client):
    fields = told()
    del fields["published"]
    admin_client.post(ADD, fields)
    assert Preset.objects.get(name="Ahoy") and "Ahoy" not in page()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"model": "no/such"}, "No listed model is called “no/such”."),
        ({"model": "openai/tts-1-hd", "endpoint": "image"}, "openai/tts-1-hd answers speech, chat only."),
        ({"body": '{"messages": 7}'}, "messages: Messages: 7 is not of type"),
        ({"body": '{"stream": true}'}, "messages: Is missing."),
        ({"body": '{"model": "x"}'}, "model: There is no such parameter."),
    ],
)
def test_a_wrong_preset_is_refused(admin_client, changes, said):
    answer = admin_client.post(ADD, told(**changes))
    assert answer.status_code == 200
    assert said in " ".join(wrong for wrongs in answer.context["adminform"].form.errors.values() for wrong in wrongs)


def test_what_visitors_keep_is_not_in_the_admin(admin_client):
    Client().post("/playground/presets", {"model": "acme/talk-large", "role": "user", "content": "Hi", "preset_name": "Private"})
    preset = Preset.objects.get(name="Private")
    assert "Private" not in admin_client.get("/admin/playground/preset/?all=").content.decode()
    assert admin_client.get(reverse("admin:playground_preset_change", args=[preset.pk])).status_code == 302


def test_bundled_presets_stay_as_edited_and_hidden(admin_client):
    hidden, edited = Preset.objects.get(token="example-chat"), Preset.objects.get(token="example-image")
    for preset, changes in ((hidden, {"published": ""}), (edited, {"endpoint": "image", "name": "Ours"})):
        body = json.dumps(preset.body)
        admin_client.post(reverse("admin:playground_preset_change", args=[preset.pk]), told(**{"body": body} | changes))
    call_command("migrate", verbosity=0)
    assert Preset.objects.filter(token__startswith="example-").count() == len(bundled())
    assert "preset=example-chat&" not in page() and Preset.objects.get(pk=edited.pk).name == "Ours"
    delete = reverse("admin:playground_preset_delete", args=[hidden.pk])
    assert admin_client.post(delete, {"post": "yes"}).status_code == 403


def test_a_bundled_preset_that_is_missing_is_added(db):
    Preset.objects.filter(token="example-ocr").delete()
    before = Version.current()
    call_command("migrate", verbosity=0)
    assert Preset.objects.get(token="example-ocr").published and Version.current() > before


def test_a_preset_is_seen_on_site_by_its_link(admin_client):
    preset = Preset.objects.get(token="example-chat")
    shown = admin_client.get(reverse("admin:playground_preset_change", args=[preset.pk])).content.decode()
    seen = admin_client.get(shown.partition('class="viewsitelink">')[0].rpartition('href="')[2].partition('"')[0])
    assert seen.status_code == 302 and seen["Location"].endswith("/playground?preset=example-chat")
