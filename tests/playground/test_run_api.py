"""POST /playground/run for scripts: the record of the contract, and what is refused before anything is sent."""

import json
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Import, Model, Version
from playground.models import Run

BODY = '{ "messages": [{"role": "user",\n "content": "Hello!"}], "model": "acme/talk-large" }'


def test_record_has_the_shape_of_the_contract(run, settings):
    record = run().json()
    headers = dict(record["request"].pop("headers")) | dict(record["response"].pop("headers"))
    assert (headers["Authorization"], headers["x-modelry-sandbox"]) == ("Bearer ****", "1")
    assert record["request"].pop("url") == f"{settings.SITE_URL}/sandbox/v1/chat/completions"
    assert json.loads(record["response"].pop("body"))["choices"][0]["message"]["content"] == record["output"]
    assert record.pop("timing").keys() == {"first_token_ms", "total_ms"}
    sent = '{"model":"acme/talk-large","messages":[{"role":"user","content":"Hello!"}]}'
    assert record == {
        "run": str(Run.objects.get().id), "request": {"method": "POST", "body": sent}, "response": {"status": 200},
        "output": "Hello! How can I help you today?", "artifacts": [], "state": "complete", "error": None, "left_out": [],
        "usage": {"input_tokens": 10, "output_tokens": 12},
        "cost": {"list": "0.0001325", "effective": "0.000139473684", "currency": "USD"}, "cost_told": None,
    }  # fmt: skip


def test_record_can_be_read_again(run, client):
    record = run().json()
    again = client.get(f"/playground/runs/{record['run']}", headers={"Accept": "application/json"})
    assert again.json() == record


def test_raw_body_is_sent_as_it_is(run):
    assert run(body=BODY).json()["request"]["body"] == BODY


def test_large_body_may_come_url_encoded(client, catalog):
    body = json.dumps({"messages": [{"role": "user", "content": '"' * 1_400_000}]})
    fields = urlencode({"model": "acme/talk-large", "body": body})
    answer = client.post("/playground/run", fields, "application/x-www-form-urlencoded", headers={"Accept": "application/json"})
    assert (len(fields) > 8_000_000, answer.status_code) == (True, 200)


def test_raw_body_without_a_model_gets_the_chosen_one(run):
    record = run(body='{"messages": [{"role": "user", "content": "Hello!"}]}').json()
    assert json.loads(record["request"]["body"])["model"] == "acme/talk-large"
    assert record["state"] == "complete"


def test_raw_body_may_name_the_upstream_id(run):
    Model.objects.filter(slug="acme/talk-large").update(upstream_id="talk-large-upstream")
    Version.bump()
    assert run(body=BODY.replace("acme/talk-large", "talk-large-upstream")).json()["state"] == "complete"


def test_a_number_of_any_length_is_no_crash(run):
    record = run(seed="9" * 400).json()
    assert record["state"] == "complete"
    assert f'"seed":{"9" * 400}' in record["request"]["body"]


def test_upstream_id_is_what_the_gateway_gets(run, network):
    Model.objects.filter(slug="acme/talk-large").update(upstream_id="talk-large-upstream")
    Version.bump()
    run()
    assert json.loads(network.requests[0].content)["model"] == "talk-large-upstream"


def test_alias_names_its_model(run):
    run(model="acme/talk-large-2026-03-01")
    assert Run.objects.get().model == "acme/talk-large"


def test_streamed_run_is_recorded_whole(run):
    record = run(stream="on").json()
    assert record["output"] == "Hello! How can I help you today?"
    assert record["usage"] == {"input_tokens": 10, "output_tokens": 12}
    assert record["response"]["body"].endswith("data: [DONE]\n\n")
    assert 0 < record["timing"]["first_token_ms"] <= record["timing"]["total_ms"]


def test_cost_is_unknown_where_a_price_is_missing(run, catalog):
    Model.objects.get(slug="acme/talk-large").prices.filter(meter="output_tokens").delete()
    Version.bump()
    assert run().json()["cost"] is None


def test_cost_of_a_free_model_is_zero(run):
    assert run(model="acme/talk-free").json()["cost"] == {"list": "0", "effective": "0", "currency": "USD"}


def test_speech_becomes_an_artifact(speak, client):
    record = speak().json()
    [artifact] = record["artifacts"]
    file = client.get(artifact["url"])
    assert (artifact["type"], artifact["bytes"]) == ("audio/wav", len(file.content))
    assert file.content[:4] == b"RIFF" and file["Content-Type"] == "audio/wav"
    assert file["Content-Disposition"] == 'inline; filename="speech-0.wav"'
    assert (record["response"]["body"], record["output"], record["usage"]) == (None, None, {"characters": 6})


def test_bare_samples_are_a_download(speak, client):
    [artifact] = speak(response_format="pcm").json()["artifacts"]
    file = client.get(artifact["url"])
    assert file["Content-Type"] == "application/octet-stream"
    assert file["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("temperature", "3", ["temperature", "0 to 2"]),
        ("temperature", "-0.1", ["temperature", "0 to 2"]),
        ("temperature", "hot", ["temperature", "a number"]),
        ("temperature", "nan", ["temperature", "a number"]),
        ("max_tokens", "0", ["max_tokens", "1"]),
        ("max_tokens", "1.5", ["max_tokens", "whole number"]),
        ("role", "robot", ["robot", "user"]),
        ("content", "  ", ["Messages", "at least one"]),
        ("sandbox_error", "418", ["401", "503"]),
    ],
)
def test_refusal_names_the_field_and_the_way_out(run, field, value, words):
    answer = run(**{field: value})
    error = answer.json()["error"]
    assert (answer.status_code, error["type"], error["status"]) == (422, "invalid_request_error", 422)
    assert [word for word in words if word not in error["message"]] == []
    assert not Run.objects.exists()


def test_refusal_of_a_long_text_names_the_limit(speak):
    error = speak(input="x" * 4097).json()["error"]
    assert error["fields"] == {"input": error["message"]}
    assert "4,097" in error["message"] and "4,096" in error["message"]


def test_refusal_of_a_voice_lists_the_voices(speak):
    assert "alloy" in speak(voice="batman").json()["error"]["fields"]["voice"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("{", "not valid JSON at line 1, column 2"),
        ("[1]", "must be a JSON object"),
        ('{"model": "acme/other"}', "acme/other"),
        ('{"model": null}', "acme/talk-large"),
        ("[" * 100_000, "nested too deep"),
        ('{"a": ' * 101 + "1" + "}" * 101, "at most 100 levels"),
        ('{"a": "' + "x" * 3_200_000 + '"}', "3,145,728"),
        ('{"a": NaN}', "not valid JSON"),
        ('{"a": 1e999}', "not valid JSON"),
    ],
)
def test_bad_body_is_refused(run, body, words):
    answer = run(body=body)
    assert answer.status_code == 422
    assert words in answer.json()["error"]["fields"]["body"]


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"model": "no/such"}, "model", "no/such"),
        ({"model": ""}, "model", "Choose a model"),
        ({"endpoint": "speech"}, "endpoint", "does not answer “speech”. It answers chat, responses"),
        ({"endpoint": "nonsense"}, "endpoint", "nonsense"),
        ({"model": "orbit/embed", "endpoint": "chat"}, "endpoint", "It answers embedding"),
        ({"model": "orbit/mystery"}, "endpoint", "nothing that is known"),
    ],
)
def test_what_cannot_be_run_is_refused(run, fields, field, words):
    answer = run(**fields)
    assert answer.status_code == 422
    assert words in answer.json()["error"]["fields"][field]


def test_model_that_the_gateway_does_not_serve_is_refused(run, network, settings):
    Import.objects.create(source="gateway", state="done", place=settings.GATEWAY_URL, finished=timezone.now())
    Model.objects.filter(slug="acme/talk-large").update(served=False)
    Version.bump()
    assert "not served" in run().json()["error"]["fields"]["model"]


def test_errors_can_be_tried_on_the_sandbox_only(run, network):
    answer = run(sandbox_error="429")
    assert (answer.status_code, network.requests) == (422, [])


@pytest.mark.parametrize("status", [401, 402, 404, 429, 500, 503])
def test_tried_error_is_the_run_s_error(run, status):
    answer = run(sandbox_error=str(status))
    record = answer.json()
    assert (answer.status_code, record["state"], record["response"]["status"]) == (200, "error", status)
    assert record["error"]["status"] == status
    assert record["error"]["retry_after"] == (2 if status in (429, 503) else None)
    assert (record["output"], record["usage"], record["cost"]) == (None, None, None)


def test_needs_a_csrf_token(catalog):
    careful = Client(enforce_csrf_checks=True)
    assert careful.post("/playground/run", {"model": "acme/talk-large"}).status_code == 403
    assert not Run.objects.exists()


def test_takes_the_token_of_the_playground(catalog):
    careful = Client(enforce_csrf_checks=True)
    careful.get("/playground")
    token = careful.cookies["csrftoken"].value
    fields = {"model": "acme/talk-large", "role": "user", "content": "Hello!", "csrfmiddlewaretoken": token}
    assert careful.post("/playground/run", fields, headers={"Accept": "application/json"}).json()["state"] == "complete"


def test_get_is_not_allowed(client):
    assert client.get("/playground/run").status_code == 405
