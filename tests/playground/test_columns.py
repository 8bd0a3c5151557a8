"""Several models side by side: the page that an address makes, what each column sends, and the record of the group."""

import html
import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from playground import housekeeping
from playground.models import Run, RunGroup

LARGE, FREE = "acme/talk-large", "acme/talk-free"
BOTH = f"{LARGE},{FREE}"
JSON = {"Accept": "application/json"}


def text(answer: Any) -> str:
    """The page without its markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def column(number: int, model: str, **own: str) -> dict[str, str]:
    """The fields of a column that had this model before."""
    return {f"{number}.{name}": value for name, value in ({"model": model, "was": model} | own).items()}


@pytest.fixture
def start(client, catalog):
    """start(**fields) runs columns as a script does: both models are greeted unless fields say more."""

    def post(accept: str = "application/json", **fields: Any) -> Any:
        models = {} if "column" in fields else {"models": BOTH}
        said = {"endpoint": "chat", "role": "user", "content": "Hello!", "stream": "on"}
        return client.post("/playground/groups", models | said | fields, headers={"Accept": accept})

    return post


def bodies(answer: Any) -> list[dict]:
    return [json.loads(run["request"]["body"]) for run in answer.json()["runs"]]


def test_address_fills_the_form_and_runs_nothing(client, catalog):
    page = client.get(f"/playground?models={BOTH}&prompt=Why%3F&system=Be+brief")
    shown = page.content.decode()
    assert "Why?</textarea>" in shown and "Be brief</textarea>" in shown
    assert re.search(f'name="0.model"[^>]* value="{LARGE}"', shown) and re.search(f'name="1.model"[^>]* value="{FREE}"', shown)
    assert Run.objects.count() == 0


def test_address_without_a_prompt_has_the_example(client, catalog):
    shown = client.get(f"/playground?models={LARGE}&models={FREE}").content.decode()
    assert "You are a helpful assistant.</textarea>" in shown and "Hello!</textarea>" in shown


def test_one_model_s_address_fills_the_ordinary_form(client, catalog):
    shown = client.get(f"/playground?model={LARGE}&prompt=Why%3F").content.decode()
    assert "Why?</textarea>" in shown and 'id="run-form"' in shown and "helpful assistant" not in shown
    assert "Why?" in client.get(f"/playground?models={LARGE}&prompt=Why%3F&endpoint=responses").content.decode()


def test_unknown_models_are_named(client, catalog):
    page = client.get(f"/playground?models={BOTH},no/such")
    assert page.status_code == 200 and "No model is called “no/such”." in text(page)
    nothing = client.get("/playground?models=no/such,nor/this")
    assert nothing.status_code == 404 and "“nor/this”" in text(nothing)


def test_more_than_six_are_said(client, catalog):
    page = client.get(f"/playground?models={','.join([LARGE] * 8)}")
    assert "At most 6 models run side by side; 2 more were asked for and left out." in text(page)
    assert page.content.decode().count('name="column"') == 6


def test_prompt_of_a_link_is_no_markup(client, catalog):
    shown = client.get(f"/playground?models={BOTH}&prompt=</textarea><script>alert(1)</script>").content.decode()
    assert "<script>alert" not in shown and "&lt;script&gt;alert(1)" in shown


def test_all_columns_run(start):
    record = start().json()
    assert [run["state"] for run in record["runs"]] == ["complete", "complete"]
    assert [run["output"] for run in record["runs"]] == ["Hello! How can I help you today?"] * 2
    group = RunGroup.objects.get()
    assert record["group"] == str(group.id)
    assert list(group.runs.order_by("position").values_list("model", "position")) == [(LARGE, 0), (FREE, 1)]


def test_cheapest_is_told(start):
    record = start().json()
    assert record["cheapest"] == [record["runs"][1]["run"]]


def test_own_parameter_is_laid_over_the_shared_one(start):
    columns = column(0, LARGE, temperature="0.1", stop="END") | column(1, LARGE)
    sent = bodies(start(column=["0", "1"], temperature="0.9", **columns))
    assert [body["temperature"] for body in sent] == [0.1, 0.9]
    assert sent[0]["stop"] == ["END"] and "stop" not in sent[1]


def test_own_box_switches_off_what_is_shared(start):
    sent = bodies(start(column=["0", "1"], logprobs="on", **column(0, LARGE, logprobs="off"), **column(1, LARGE)))
    assert ["logprobs" in body for body in sent] == [False, True]


def test_another_model_in_a_column_begins_anew(start):
    fields = column(0, LARGE, temperature="0.1") | {"0.was": FREE}
    assert "temperature" not in bodies(start(column=["0"], **fields))[0]


def test_shared_names_become_the_model_s(start, catalog, monkeypatch):
    renamed = {"rename": {"max_tokens": "max_completion_tokens"}}
    monkeypatch.setitem(catalog.by_slug, LARGE, replace(catalog.by_slug[LARGE], parameters=renamed))
    first, second = bodies(start(max_tokens="9"))
    assert (first["max_completion_tokens"], second["max_tokens"]) == (9, 9) and "max_tokens" not in first


def test_prompt_is_said_to_responses(start):
    columns = column(0, LARGE, endpoint="responses") | column(1, FREE)
    answer = start(column=["0", "1"], role=["system", "user"], content=["Be brief", "Hello!"], max_tokens="9", **columns)
    first, second = bodies(answer)
    assert (first["instructions"], first["input"], first["max_output_tokens"]) == ("Be brief", "Hello!", 9)
    assert len(second["messages"]) == 2 and second["max_tokens"] == 9
    assert answer.json()["runs"][0]["request"]["url"].endswith("/responses")


def test_conversation_is_said_to_responses(start):
    said = {"role": ["user", "assistant", "user"], "content": ["Hello!", "Hi.", "Thanks"]}
    [body] = bodies(start(column=["0"], **said, **column(0, LARGE, endpoint="responses")))
    assert [turn["role"] for turn in body["input"]] == said["role"]
    assert [turn["content"] for turn in body["input"]] == said["content"]


def test_a_form_of_responses_without_a_prompt_is_refused(client, catalog):
    answer = client.post("/playground/groups", {"model": LARGE, "endpoint": "responses"}, headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert "write at least one" in answer.json()["error"]["message"]


def test_wrong_shared_field_is_named_once(start):
    answer = start(temperature="9")
    assert answer.status_code == 422
    assert answer.json()["error"]["fields"] == {"f-temperature": "Temperature (temperature) must be a number, 0 to 2."}
    assert Run.objects.count() == RunGroup.objects.count() == 0


def test_wrong_own_field_names_its_column(start):
    answer = start(column=["0", "1"], **column(0, LARGE), **column(1, FREE, temperature="9"))
    [(place, message)] = answer.json()["error"]["fields"].items()
    assert (place, message.startswith(f"{FREE}: Temperature")) == ("c1-temperature", True)


def test_model_of_another_kind_refuses_the_run_by_name(start):
    answer = start(models=f"{LARGE},orbit/embed,no/such")
    fields = answer.json()["error"]["fields"]
    assert answer.status_code == 422 and Run.objects.count() == 0
    assert fields["c1-model"].startswith("orbit/embed: This model answers Embedding,")
    assert "No model is called “no/such”" in fields["c2-model"]


def test_refused_page_keeps_what_was_typed(start):
    page = start(
        accept="text/html",
        content="A long thought",
        column=["0", "1"],
        **column(0, LARGE, temperature="9", seed="7"),
        **column(1, FREE),
    )
    shown = page.content.decode()
    assert page.status_code == 422 and "A long thought</textarea>" in shown
    assert re.search(r'name="0.temperature" value="9"[^>]* aria-invalid="true"', shown) and 'name="0.seed" value="7"' in shown
    assert 'href="#c0-temperature"' in shown


def test_whole_page_without_scripts(start):
    page = start(accept="text/html")
    assert text(page).count("Hello! How can I help you today?") == 2
    assert "Cheapest" in text(page) and 'value="acme/talk-free"' in page.content.decode()
    assert f'href="{RunGroup.objects.get().get_absolute_url()}"' in page.content.decode()


def test_page_of_a_run_keeps_what_another_would_cost(start):
    assert re.search(r"Together \$\d.* list, \$\d.* effective", text(start(accept="text/html")))


def test_failed_column_has_no_blank_in_the_standings(start):
    shown = start(accept="text/html", column=["0", "1"], **column(0, LARGE, sandbox_error="404"), **column(1, FREE)).text
    cells = re.findall(r"<td[^>]*>(.*?)</td>", shown.partition('class="standings"')[2].partition("</tr>\n<tr>")[0])
    assert "none told" in cells and [cell for cell in cells[:-1] if not cell] == []


def test_speech_gives_each_model_its_own_voice(start):
    answer = start(models="openai/tts-1-hd,openai/tts-1-hd", endpoint="speech", input="Hi", response_format="wav")
    assert [body["voice"] for body in bodies(answer)] == ["alloy", "alloy"]
    assert [len(run["artifacts"]) for run in answer.json()["runs"]] == [1, 1]


def test_add_and_remove_columns(client, catalog):
    fields = (
        {"endpoint": "chat", "role": "user", "content": "Kept", "column": ["0", "1"]}
        | column(0, LARGE)
        | column(1, FREE, seed="7")
    )
    more = client.post("/playground/columns", fields | {"add": LARGE}).content.decode()
    assert more.count('name="column"') == 3 and "Kept</textarea>" in more and 'name="1.seed" value="7"' in more
    fewer = client.post("/playground/columns", fields | {"remove": "0"}).content.decode()
    assert fewer.count('name="column"') == 1 and 'name="0.seed" value="7"' in fewer


def test_one_model_s_form_becomes_a_column(client, catalog):
    fields = {"model": LARGE, "endpoint": "responses", "instructions": "Be brief", "input": "Why?", "max_output_tokens": "9"}
    shown = client.post("/playground/columns", fields).content.decode()
    assert "Be brief</textarea>" in shown and "Why?</textarea>" in shown
    assert re.search(r'id="f-max_tokens"[^>]* value="9"', shown)


def test_one_failing_column_leaves_the_others_alone(start):
    answer = start(column=["0", "1"], **column(0, LARGE, sandbox_error="500"), **column(1, FREE))
    assert [run["state"] for run in answer.json()["runs"]] == ["error", "complete"]
    assert answer.json()["cheapest"] == answer.json()["fastest"]["total"] == []


def test_a_column_says_how_long_to_wait(start):
    """There is no Retry button beside which it could stand."""
    shown = start(accept="text/html", column=["0", "1"], **column(0, LARGE, sandbox_error="429"), **column(1, FREE)).text
    assert shown.count("Retry-After: 2 s") == 1


def test_limit_counts_every_column(start, settings):
    settings.RUNS_PER_MINUTE = 3
    assert start().status_code == 200
    answer = start()
    assert answer.status_code == 429 and int(answer["Retry-After"]) > 0 and Run.objects.count() == 2


def test_no_column_runs_where_one_is_too_many_at_once(start, settings):
    settings.RUNS_AT_ONCE = 1
    answer = start()
    assert (answer.status_code, answer.json()["error"]["type"]) == (429, "too_many_at_once")
    assert Run.objects.count() == RunGroup.objects.count() == 0


def test_group_is_shown_to_its_visitor_only(start, client):
    address = f"/playground/groups/{start().json()['group']}"
    assert text(client.get(address)).count("Hello! How can I help you today?") == 2
    assert client.get(address, headers=JSON).json()["cheapest"]
    assert Client().get(address).status_code == 404


def test_group_comes_back_into_the_form(start, client):
    columns = column(0, LARGE, endpoint="responses", temperature="0.1") | column(1, FREE)
    said = {"role": ["system", "user"], "content": ["Be brief", "Why?"], "max_tokens": "9", "temperature": "0.9", "seed": "7"}
    group = start(column=["0", "1"], **said, **columns).json()["group"]
    shown = client.get(f"/playground?group={group}").content.decode()
    assert "Be brief</textarea>" in shown and "Why?</textarea>" in shown
    assert re.search(r'id="f-max_tokens"[^>]* value="9"', shown) and re.search(r'id="f-seed"[^>]* value="7"', shown)
    assert re.search(r'id="f-temperature"[^>]* value="0.1"', shown) and re.search(r'name="1.temperature" value="0.9"', shown)
    assert re.search(r'<option value="responses" selected>', shown)


def test_group_goes_with_the_last_of_its_runs(start):
    start(), start()
    first = RunGroup.objects.order_by("created").first()
    first.runs.update(created=timezone.now() - timedelta(days=30))
    assert housekeeping.purge() == 2 and RunGroup.objects.count() == 1


def test_group_of_another_visitor_fills_no_form(start):
    group = start().json()["group"]
    assert Client().get(f"/playground?group={group}").status_code == 404
    assert Client().get("/playground?group=no-id").status_code == 404


def test_group_whose_bodies_are_not_kept_comes_back_as_its_models(start, client, settings):
    settings.RUN_RETENTION_DAYS = 0
    shown = client.get(f"/playground?group={start(content='Secret').json()['group']}").content.decode()
    assert "Secret" not in shown and re.search(f'name="1.model"[^>]* value="{FREE}"', shown)


def test_each_column_says_what_it_would_cost(client, catalog):
    shown = text(client.get(f"/playground?models={BOTH}&prompt=Hello!"))
    assert shown.count("About 9 tokens in, up to 1,024 out") == 2
    assert shown.count("Would cost $0.00001 to $0.0103 list") == 1 and "Free About 9 tokens in" in shown


def test_estimates_follow_the_form(start, client):
    fields = {"endpoint": "chat", "role": "user", "content": "Hello!", "column": ["0", "1"], "max_tokens": "7"}
    parts = client.post("/playground/columns/estimates", fields | column(0, LARGE) | column(1, FREE)).content.decode()
    assert 'hx-target="#estimate-0"' in parts and "up to 7 out" in parts


def test_group_page_leads_to_the_difference_of_two_columns(start, client):
    group = start().json()
    first, second = (run["run"] for run in group["runs"])
    link = f"/playground/difference?a={first}&b={second}"
    assert link in html.unescape(client.get(f"/playground/groups/{group['group']}").text)
    assert client.get(link).status_code == 200


def test_group_page_asks_the_tables_a_fixed_number_of_times(start, client, django_assert_max_num_queries):
    address = f"/playground/groups/{start(models=','.join([LARGE] * 6)).json()['group']}"
    with django_assert_max_num_queries(8):
        client.get(address)


def test_starting_needs_a_token(catalog):
    assert Client(enforce_csrf_checks=True).post("/playground/groups", {"models": BOTH}).status_code == 403
