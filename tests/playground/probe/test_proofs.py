"""What is kept of a probe and shown: dated, with its evidence as text, of the gateway that was asked."""

import html
import re

import jsonschema
import pytest
from django.core.management import CommandError, call_command
from lying_gateway import KEY, said

from catalog.models import Proof, Version
from playground.models import Run

SLUG = "acme/talk-large"
PAGE, EVIDENCE = f"/models/{SLUG}", f"/models/{SLUG}/proofs"


def shown(client, path: str = PAGE) -> str:
    """A page's text, blanks together."""
    main = client.get(path).text.partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", main)).split())


def test_before_anyone_asked_claims_are_called_claims(client, catalog):
    assert "Vision Tools Streaming As sources claim them; not tested here." in shown(client)
    assert "Not asked yet." in shown(client, EVIDENCE)
    assert client.get(f"{PAGE}.json").json()["proofs"] == []


def test_the_page_says_what_was_verified_and_what_failed(client, probe, lying):
    lying.says = lambda body: None if not body.get("tools") else (200, said("Sunny."))
    probe(SLUG, "tools", "json_schema")
    day = f"{Proof.objects.first().at:%Y-%m-%d}"
    text = shown(client)
    assert f"Failed Tools {day} though claimed" in text and f"JSON schema {day}" in text
    assert "Claimed, not tested Vision Streaming" in text
    assert "sandbox" not in text.partition("Capabilities")[2].partition("Pricing")[0]


def test_a_stream_gives_the_page_its_times(client, probe, lying):
    probe(SLUG, "streaming")
    assert re.search(r"first token after \S+ m?s", shown(client))
    found = next(p for p in client.get(f"{PAGE}.json").json()["proofs"] if p["ability"] == "streaming")
    assert found["first_token_ms"] >= 0 and found["on"] == "gateway"


def test_evidence_is_text_and_bounded(client, probe, lying):
    lying.says = lambda body: (200, said("<script>alert(1)</script> \0 " + "long " * 5000)) if body.get("tools") else None
    probe(SLUG, "tools")
    page = client.get(EVIDENCE).text
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page and "get_weather" in page
    assert len(Proof.objects.get(ability="tools").response) == 8000


def test_keys_are_masked(client, probe, lying):
    lying.says = lambda body: (200, said(f"Your key is {KEY}.")) if body.get("tools") else None
    assert KEY not in probe(SLUG, "tools").out
    proof = Proof.objects.get(ability="tools")
    assert KEY not in proof.response + proof.reason + client.get(EVIDENCE).text and "****" in proof.response


def test_a_proof_names_its_run(probe, lying):
    probe(SLUG, "tools")
    assert {proof.run for proof in Proof.objects.all()} == set(Run.objects.values_list("id", flat=True))


def test_runs_of_a_probe_are_nobodys(client, probe, lying):
    probe(SLUG, "tools")
    assert client.get(Run.objects.first().get_absolute_url()).status_code == 404


def test_asking_again_takes_the_place_of_the_last_proof(probe, lying):
    probe(SLUG, "tools")
    lying.says = lambda body: (200, said("Sunny.")) if body.get("tools") else None
    probe(SLUG, "tools")
    assert Proof.objects.get(ability="tools").passed is False


def test_another_gateway_is_not_vouched_for(client, probe, lying, settings):
    probe(SLUG, "tools")
    assert "Verified" in shown(client)
    settings.GATEWAY_URL = "https://another.example/v1"
    Version.bump()
    assert "Verified" not in shown(client) and "Not asked yet." in shown(client, EVIDENCE)


def test_the_sandbox_proves_nothing_of_a_model(client, probe):
    probe(SLUG, "tools")
    assert "Of the sandbox, not of the model." in shown(client) and "Of the sandbox" in shown(client, EVIDENCE)
    assert "Passed in the sandbox Answers" in shown(client) and "Claimed, not tested Vision Tools Streaming" in shown(client)
    found = client.get(f"{PAGE}.json").json()
    assert {proof["on"] for proof in found["proofs"]} == {"sandbox"}
    assert next(one for one in found["abilities"] if one["id"] == "tools")["state"] == "claimed"
    assert client.get("/models.json?verified=tools").json()["data"] == []


def test_verified_models_are_found_and_compared(client, probe, lying):
    probe(SLUG, "tools", "vision")
    assert [model["id"] for model in client.get("/models.json?verified=tools").json()["data"]] == [SLUG]
    assert "Verified here Tools unknown" in shown(client, f"/compare?models={SLUG},acme/talk-free")


def test_a_listed_endpoint_that_answers_is_verified(client, probe, lying):
    """The gateway lists chat for this model, which its own source makes doubtful."""
    speech = "/models/openai/tts-1-hd"
    assert "listed, not verified" in shown(client, speech)
    lying.says = lambda body: (200, said("Hello!")) if body.get("messages") else None
    probe("openai/tts-1-hd", "answers")
    assert "not verified" not in shown(client, speech) and "Answers (/chat/completions)" in shown(client, speech)


def test_programs_get_every_ability_with_its_state(client, probe, lying):
    probe(SLUG, "tools", "vision")
    found = client.get(f"{PAGE}.json").json()
    states = {one["id"]: one["state"] for one in found["abilities"]}
    assert (states["tools"], states["vision"], states["streaming"], states["pdf"]) == ("verified", "failed", "claimed", "unknown")
    document = client.get("/openapi.json").json()
    schema = document["components"]["schemas"]["ModelWithClaims"] | {"components": document["components"]}
    jsonschema.validate(found, schema)
    assert client.get(found["proofs"][0]["evidence"].partition("testserver")[2] or EVIDENCE).status_code == 200


def test_an_alias_finds_the_proofs(client, catalog):
    assert client.get("/models/acme/talk-large-2026-03-01/proofs")["Location"] == EVIDENCE


def test_names_that_nobody_has_are_refused(probe, catalog):
    with pytest.raises(CommandError, match="No listed model is called acme/none"):
        probe("acme/none")
    with pytest.raises(CommandError, match="Name models"):
        call_command("probe")


def test_all_served_models_are_asked(synced, capsys):
    synced(**{"orbit/embed": True})
    call_command("probe", all_served=True, ability=["answers"])
    assert capsys.readouterr().out.startswith("orbit/embed ")
