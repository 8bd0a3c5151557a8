"""Presets through the client: kept, opened by link, changed, deleted, written to a file and read back."""

import html
import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from playground.models import Preset
from playground.presets import presets

FORM = {"model": "acme/talk-large", "endpoint": "chat", "role": "user", "content": "Weather in {{city}}?", "temperature": "0.5"}


def text(answer) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


@pytest.fixture
def save(client, catalog):
    """save(**fields) keeps a form of talk-large as the preset “Weather” and gives the answer."""
    return lambda **fields: client.post("/playground/presets", FORM | {"preset_name": "Weather"} | fields)


@pytest.fixture
def kept(save) -> Preset:
    assert save().status_code == 302
    return Preset.objects.get(name="Weather")


def take_in(client: Client, told: Any) -> Any:
    content = told if isinstance(told, bytes) else json.dumps(told).encode()
    return client.post("/playground/presets/import", {"file": SimpleUploadedFile("presets.json", content)})


def row(**changes: Any) -> dict[str, Any]:
    greeting = {"messages": [{"role": "user", "content": "Hello!"}]}
    return {"name": "Greeting", "note": "", "endpoint": "chat", "model": "", "body": greeting} | changes


def test_keeps_texts_and_parameters(kept):
    assert kept.body == {"messages": [{"role": "user", "content": "Weather in {{city}}?"}], "temperature": 0.5, "stream": False}
    assert (kept.endpoint, kept.model, kept.published) == ("chat", "acme/talk-large", False)


def test_opens_for_anyone_who_has_the_link(kept, catalog):
    shown = Client().get(kept.get_absolute_url()).content.decode()
    assert "Weather in {{city}}?</textarea>" in shown and 'name="var.city"' in shown
    assert re.search(r'id="f-temperature"[^>]* value="0.5"', shown)


def test_variables_are_filled_by_the_address(kept, client):
    shown = client.get(f"{kept.get_absolute_url()}&var.city=Utrecht&var.no=x").content.decode()
    assert 'name="var.city" rows="1" aria-describedby="e-var.city">\nUtrecht</textarea>' in shown
    assert "&quot;Weather in Utrecht?&quot;" in shown and "var.no" not in re.sub(r"href=\S+|hx-get=\S+", "", shown)


def test_opens_for_another_model(kept, client):
    shown = client.get(f"{kept.get_absolute_url()}&model=acme/talk-free").content.decode()
    assert '<input type="hidden" name="model" value="acme/talk-free">' in shown and "{{city}}" in shown


def test_another_model_chosen_later_keeps_the_variables(kept, client):
    typed = FORM | {"model": "acme/talk-free", "var.city": "Delft"}
    shown = client.post("/playground", typed).content.decode()
    assert "Delft</textarea>" in shown and "&quot;Weather in Delft?&quot;" in shown


def test_a_model_that_does_not_answer_the_endpoint_is_named(kept, client):
    answer = client.get(f"{kept.get_absolute_url()}&model=openai/tts-1-hd&endpoint=speech")
    Preset.objects.update(endpoint="image")
    assert "orbit/paint" in client.get(f"{kept.get_absolute_url()}&model=orbit/paint").content.decode()
    answer = client.get(f"{kept.get_absolute_url()}&model=acme/talk-free")
    assert answer.status_code == 404 and "acme/talk-free does not answer Image" in text(answer)


def test_an_unknown_preset_is_a_404(client, catalog):
    assert client.get("/playground?preset=nope").status_code == 404


def test_a_preset_runs_with_its_variables(kept, run):
    fields = {name: value for name, value in FORM.items() if name != "temperature"}
    assert "Utrecht" in run(**fields | {"var.city": "Utrecht"}).json()["request"]["body"]


def test_saving_needs_no_values_for_variables(save):
    assert save(**{"var.city": ""}).status_code == 302


def test_the_same_name_replaces_under_the_same_address(kept, save):
    save(content="Sunny?")
    again = Preset.objects.get(name="Weather")
    assert again.token == kept.token and again.body["messages"][0]["content"] == "Sunny?"


def test_a_preset_without_a_name_is_refused_and_nothing_is_lost(save):
    answer = save(preset_name=" ")
    assert answer.status_code == 422 and "A preset needs a name: type one." in text(answer)
    assert "Weather in {{city}}?</textarea>" in answer.content.decode()


def test_a_wrong_form_is_refused_and_keeps_the_name(save):
    answer = save(temperature="9")
    assert answer.status_code == 422 and 'value="Weather"' in answer.content.decode()


def test_what_is_too_large_is_refused(save):
    assert "characters; at most 65,536 are kept" in text(save(content="x" * 70_000))


def test_names_of_a_model_s_own_are_kept_under_ours(client, catalog, monkeypatch):
    card = catalog.by_slug["acme/talk-large"]
    renamed = {"rename": {"max_tokens": "max_completion_tokens"}}
    monkeypatch.setitem(catalog.by_slug, card.slug, replace(card, parameters=renamed))
    client.post("/playground/presets", FORM | {"preset_name": "Own", "max_completion_tokens": "9"})
    preset = Preset.objects.get(name="Own")
    assert preset.body["max_tokens"] == 9
    assert '"max_completion_tokens": 9' in html.unescape(client.get(preset.get_absolute_url()).content.decode())


def test_no_more_than_a_hundred_are_kept(kept, save, client):
    Preset.objects.bulk_create([Preset(name=f"n{n}", visitor=kept.visitor, endpoint="chat") for n in range(presets.MOST - 1)])
    assert "at most 100 are kept" in text(save(preset_name="One more"))
    assert save(preset_name="n5").status_code == 302
    assert take_in(client, {"presets": [row()]}).status_code == 422


def test_only_the_owner_sees_changes_and_deletes(kept, client):
    stranger = Client()
    assert "Weather" not in text(stranger.get("/playground/presets"))
    for verb in ("rename", "delete"):
        assert stranger.post(f"/playground/presets/{kept.token}/{verb}", {"name": "Mine"}).status_code == 404
    assert Preset.objects.get(pk=kept.pk).name == "Weather"


def test_renames(kept, client):
    client.post(f"/playground/presets/{kept.token}/rename", {"name": "Rain", "note": "For umbrellas"})
    assert "Rain For umbrellas" in text(client.get("/playground/presets"))


def test_a_name_too_long_is_named(kept, client):
    answer = client.post(f"/playground/presets/{kept.token}/rename", {"name": "x" * 81})
    assert answer.status_code == 422 and "The name has 81 characters; at most 80 are kept." in text(answer)


def test_deletes(kept, client):
    client.post(f"/playground/presets/{kept.token}/delete")
    assert client.get(kept.get_absolute_url()).status_code == 404


def test_an_account_has_its_presets_everywhere(catalog, django_user_model):
    django_user_model.objects.create_user("ann", password="x")
    first, second = Client(), Client()
    for browser in (first, second):
        browser.login(username="ann", password="x")
    first.post("/playground/presets", FORM | {"preset_name": "Ann's"})
    assert "Ann's" in text(second.get("/playground/presets"))


def test_what_is_exported_can_be_imported(kept, client):
    told = client.get("/playground/presets.json").json()
    stranger = Client()
    assert take_in(stranger, told).status_code == 302
    assert stranger.get("/playground/presets.json").json() == told
    assert client.get(f"/playground/presets/{kept.token}.json").json() == told


def test_an_export_names_no_visitor(kept, client):
    told = client.get("/playground/presets.json").content.decode()
    assert str(kept.visitor) not in told and kept.token not in told


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (b"{", "file The file is not valid JSON at line 1, column 2"), (b"\xff", "file The file is not valid JSON"),
        ({"presets": {}}, 'file The file must be a JSON object with a list "presets"'),
        ({"presets": [row()] * 101}, "file The file has 101 presets; at most 100"),
        ({"presets": [7]}, "presets[0] Must be an object"),
        ({"presets": [row(), row(name="")]}, "presets[1].name A preset needs a name"),
        ({"presets": [row(name=["x"])]}, "presets[0].name Must be a text."),
        ({"presets": [row(token="x")]}, "presets[0].token Is no field of a preset."),
        ({"presets": [row(endpoint="smell")]}, "presets[0].endpoint Must be one of chat"),
        ({"presets": [row(body=[])]}, "presets[0].body Must be a JSON object"),
        ({"presets": [row(body={"messages": "x"})]}, "presets[0].body.messages Messages: 'x' is not of type 'array'"),
        ({"presets": [row(body={"mesages": []})]}, "presets[0].body.mesages There is no such parameter."),
        ({"presets": [row(body={"temperature": 1})]}, "presets[0].body.messages Is missing."),
        ({"presets": [row(body={"messages": [], "temperature": 3})]}, "presets[0].body.temperature"),
        ({"presets": [row(endpoint="image_edit", body={"prompt": "x", "image": "@/etc/passwd"})]}, "Files are not kept."),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_by_its_place(client, catalog, told, said):
    answer = take_in(client, told)
    assert answer.status_code == 422 and said in text(answer)
    assert not Preset.objects.filter(published=False).exists()


def test_a_file_that_is_not_there_is_asked_for(client, catalog):
    assert "Choose a file" in text(client.post("/playground/presets/import"))


def test_nobody_publishes_by_import(client, catalog):
    take_in(client, {"presets": [row(published=True)]})
    assert not Preset.objects.filter(name="Greeting").exists()


def test_what_is_in_a_preset_is_no_markup(client, catalog):
    body = {"messages": [{"role": "user", "content": "</textarea><script>"}]}
    take_in(client, {"presets": [row(name="<script>a", note="<b>", body=body)]})
    shown = client.get("/playground/presets").content + client.get(Preset.objects.get(published=False).get_absolute_url()).content
    assert b"<script>a" not in shown and b"</textarea><script>" not in shown


def test_saves_where_it_stands_with_scripts(client, catalog):
    htmx = {"HX-Request": "true", "HX-Request-Type": "partial"}
    answer = client.post("/playground/presets", FORM | {"preset_name": "Weather"}, headers=htmx)
    assert answer.status_code == 200 and "Saved as Weather" in text(answer) and "<html" not in answer.content.decode()


def test_who_may_not_run_keeps_nothing(save, settings):
    settings.PLAYGROUND_ACCESS = "off"
    assert save().status_code == 422 and not Preset.objects.filter(published=False).exists()


def test_an_address_keeps_no_more_than_a_hundred_a_minute(save, client):
    told = {"presets": [row(name=f"n{n}") for n in range(99)]}
    assert take_in(client, told).status_code == 302
    assert take_in(Client(), told).status_code == 422
    assert "at most 100 presets a minute for one network address. Try again in" in text(take_in(Client(), told))


def test_what_no_account_has_is_forgotten_after_ninety_days(kept, django_user_model):
    ann = django_user_model.objects.create_user("ann")
    theirs = Preset.objects.create(name="Ann's", user=ann, visitor=kept.visitor, endpoint="chat")
    Preset.objects.update(updated=timezone.now() - timedelta(days=91))
    presets.forget()
    assert set(Preset.objects.filter(published=False)) == {theirs} and Preset.objects.published().exists()


@pytest.mark.parametrize("path", ["/playground?preset=%00", "/playground/presets/%00.json", "/r/%00", "/r/%00.json"])
def test_a_token_that_no_table_can_hold_is_unknown(client, catalog, path):
    assert client.get(path).status_code == 404
