"""Variables in the texts of a request: filled in as text, in one place, or refused at their field."""

import json
import time

import pytest
from django.http import QueryDict

from playground.workbench import variables


def sent(answer) -> dict:
    assert answer.status_code == 200, answer.content
    return json.loads(answer.json()["request"]["body"])


def test_fills_every_text(run):
    fields = {"content": "Weather in {{ city }}, {{city}}?", "stop": "{{end}}\nyes", "var.city": "Utrecht", "var.end": "no"}
    body = sent(run(**fields))
    assert body["messages"][0]["content"] == "Weather in Utrecht, Utrecht?"
    assert body["stop"] == ["no", "yes"]


@pytest.mark.parametrize("odd", ['"}], "model": "evil', "{{other}}", "\\", "line\nbreak", "</textarea>", "a\u2028b", "{{x}}"])
def test_a_value_is_text_whatever_is_in_it(run, odd):
    body = sent(run(content="[{{x}}]", **{"var.x": odd, "var.other": "filled"}))
    assert body["messages"][0]["content"] == f"[{odd}]"


def test_braces_without_a_field_are_text(run):
    assert sent(run(content="{{ name }} {{% raw %}}"))["messages"][0]["content"] == "{{ name }} {{% raw %}}"


def test_a_missing_value_is_named_at_its_field(run):
    answer = run(content="{{city}}", **{"var.city": " "})
    assert answer.status_code == 422
    assert answer.json()["error"]["fields"] == {"var.city": "city is missing: fill in what stands for {{city}}."}


def test_a_variable_that_no_text_has_may_be_blank(run):
    assert sent(run(content="Hello", **{"var.city": ""}))


def test_a_value_has_a_limit(run):
    answer = run(content="{{city}}", **{"var.city": "x" * 20_001})
    assert answer.json()["error"]["fields"]["var.city"].startswith("city has 20,001 characters; at most 20,000")


def test_a_text_that_grows_beyond_its_limit_is_refused(speak):
    answer = speak(input="{{a}}" * 3, **{"var.a": "x" * 2000})
    assert answer.json()["error"]["fields"]["input"].endswith("has 6,000 characters; at most 4,096 are allowed. Shorten it.")


def test_a_text_full_of_variables_is_refused_at_once(run):
    began = time.process_time()
    answer = run(content="{{a}}" * 100_000, **{"var.a": "x" * 20_000})
    assert "at most 3,145,728 are sent" in answer.json()["error"]["fields"]["var.a"] and time.process_time() - began < 2


def test_the_preview_shows_what_will_be_sent(client, catalog):
    typed = {"model": "acme/talk-large", "role": "user", "content": "Hi {{who}}", "var.who": "<b>Ann</b>"}
    shown = client.post("/playground/preview", typed).content.decode()
    assert "Hi &lt;b&gt;Ann&lt;/b&gt;" in shown and "{{who}}" not in shown


def test_names_are_found_in_order_and_once():
    body = {"messages": [{"content": [{"type": "text", "text": "{{b}} {{a}} {{b}} {{no-dash}} {{}}"}]}], "{{key}}": "{{c}}"}
    assert variables.names(body) == ["b", "a", "c"]


def test_no_more_than_twenty_are_read():
    assert len(variables.asked(QueryDict("&".join(f"var.n{n}=1" for n in range(30))))) == 20


def side_by_side(client, **fields):
    sent = {"models": ["acme/talk-large", "acme/talk-free"], "role": "user", "content": "Rain in {{city}}?"} | fields
    return client.post("/playground/groups", sent, headers={"Accept": "application/json"})


@pytest.mark.parametrize("endpoint", ["chat", "responses"])
def test_every_column_gets_them(client, catalog, endpoint):
    own = {"column": ["0", "1"], "0.model": "acme/talk-large", "0.was": "acme/talk-large", "0.endpoint": endpoint}
    own |= {"1.model": "acme/talk-free", "1.was": "acme/talk-free", "models": []}
    answer = side_by_side(client, **own, **{"var.city": "Utrecht"})
    assert answer.status_code == 200, answer.content
    bodies = [run["request"]["body"] for run in answer.json()["runs"]]
    assert len(bodies) == 2 and all("Rain in Utrecht?" in body for body in bodies)


def test_a_missing_value_stops_all_columns(client, catalog):
    assert "city is missing" in side_by_side(client, **{"var.city": ""}).content.decode()


def test_the_form_goes_side_by_side_with_its_variables(client, catalog):
    typed = {"model": "acme/talk-large", "endpoint": "chat", "role": "user", "content": "{{city}}", "var.city": "Utrecht"}
    shown = client.post("/playground/columns", typed).content.decode()
    assert 'name="var.city"' in shown and "Utrecht</textarea>" in shown
