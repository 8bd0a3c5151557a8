"""Two runs compared: as a page that says what differs, as JSON, and never with a run of someone else."""

import html
import json
import re
import uuid
from collections.abc import Callable

import pytest
from django.test import Client

from playground.models import Run

ADDRESS = "/playground/difference"


def text(answer) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


@pytest.fixture
def pair(run) -> Callable[..., str]:
    """pair(first, second) makes two runs and gives the address that compares them."""
    return lambda first, second: f"{ADDRESS}?a={run(**first).json()['run']}&b={run(**second).json()['run']}"


def record(client, address: str) -> dict:
    return client.get(address, headers={"Accept": "application/json"}).json()


def test_a_changed_parameter_is_told_by_its_path(pair, client):
    found = record(client, pair({"temperature": "0.3"}, {"temperature": "0.7"}))
    assert found["request"] == {
        "differences": [{"kind": "changed", "at": "temperature", "to": "temperature", "a": 0.3, "b": 0.7}],
        "more": 0, "unknown": None,
    }  # fmt: skip
    assert found["response"]["differences"] == []


def test_what_one_side_lacks_is_left_out_there(pair, client):
    [one] = record(client, pair({}, {"seed": "7"}))["request"]["differences"]
    assert one == {"kind": "added", "to": "seed", "b": 7}


def test_a_stream_is_compared_as_the_answer_it_would_have_been(pair, client):
    found = record(client, pair({}, {"stream": "on"}))
    assert {one["kind"] for one in found["request"]["differences"]} == {"added"}
    assert [one for one in found["response"]["differences"] if one.get("at", "").startswith("choices")] == []


def test_outputs_are_compared_word_by_word(pair, client):
    address = pair({"content": "Say: one two three"}, {"content": "Say: one 2 three"})
    Run.objects.filter(output__isnull=False).update(output="one two three")
    Run.objects.filter(id=address.rpartition("=")[2]).update(output="one 2 three")
    assert record(client, address)["output"] == {
        "unit": "word",
        "stretches": [
            {"kind": "same", "text": "one"}, {"kind": "missing", "text": " two"}, {"kind": "added", "text": " 2"},
            {"kind": "same", "text": " three"},
        ],
    }  # fmt: skip
    page = client.get(address)
    assert "<del>" in page.content.decode() and "one only in A: two end only in B: 2 end three" in text(page)


def test_rows_that_agree_can_be_left_out(pair, client):
    address = pair({"temperature": "0.3"}, {"temperature": "0.7"})
    assert "messages[0].content" in text(client.get(address))
    only = text(client.get(f"{address}&rows=differ"))
    assert "temperature" in only and "messages[0].content" not in only and "1 difference." in only


def test_types_are_named_where_they_differ(pair, client):
    body = '{"model": "acme/talk-large", "messages": [{"role": "user", "content": "Hi"}], "seed": %s}'
    page = text(client.get(pair({"body": body % "1"}, {"body": body % '"1"'})))
    assert 'seed 1 number "1" text changed' in page


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_foreign_run_is_a_404(pair, client, accept):
    address = pair({}, {})
    assert Client().get(address, headers={"Accept": accept}).status_code == 404
    a, b = re.findall(r"=([^&]+)", address)
    for wrong in (f"?a={a}&b={uuid.uuid4()}", f"?a={uuid.uuid4()}&b={b}", f"?a={a}&b=7", "?a=nonsense"):
        assert client.get(ADDRESS + wrong, headers={"Accept": accept}).status_code == 404


def test_without_two_runs_there_is_a_choice(pair, client):
    a, b = re.findall(r"=([^&]+)", pair({}, {}))
    page = client.get(ADDRESS).content.decode()
    assert re.search(rf'name="a" value="{a}"[^>]* checked', page) and re.search(rf'name="b" value="{b}"[^>]* checked', page)
    page = client.get(f"{ADDRESS}?a={b}").content.decode()
    assert re.search(rf'name="a" value="{b}"[^>]* checked', page) and re.search(rf'name="b" value="{a}"[^>]* checked', page)


def test_a_script_is_told_what_to_name(client, catalog):
    answer = client.get(ADDRESS, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["error"]["message"]) == (400, "Name two of your runs: ?a=<run>&b=<run>.")


def test_two_that_are_ticked_are_compared(pair, client):
    a, b = re.findall(r"=([^&]+)", pair({}, {}))
    answer = client.get(f"{ADDRESS}?run={a}&run={b}")
    assert (answer.status_code, answer["Location"]) == (302, f"{ADDRESS}?a={a}&b={b}")


def test_more_than_two_are_not_cut_to_two(pair, client):
    a, b = re.findall(r"=([^&]+)", pair({}, {}))
    assert "Two runs at a time." in text(client.get(f"{ADDRESS}?run={a}&run={b}&run={a}"))
    assert "Two runs at a time." not in text(client.get(ADDRESS))


def test_newcomer_is_shown_the_way(client, catalog):
    assert "Run a model twice" in text(client.get(ADDRESS))


def test_one_run_is_shown_the_way(run, client):
    run()
    assert "Run it again , changed or not" in text(client.get(ADDRESS))


def test_choice_asks_the_database_the_same_for_many(run, client, django_assert_max_num_queries):
    for _ in range(8):
        run()
    with django_assert_max_num_queries(5):
        client.get(ADDRESS)


def test_a_sound_is_not_compared_and_says_so(speak, client):
    a, b = (speak().json()["run"] for _ in range(2))
    page = text(client.get(f"{ADDRESS}?a={a}&b={b}"))
    assert "Not compared. A: there is no body that is kept as text. B: there is no body" in page


def test_markup_is_text(pair, client):
    address = pair({"content": "<script>1</script>"}, {"content": "<script>2</script>"})
    assert "<script>1" not in client.get(address).content.decode()


HOSTILE = {
    "deep": "[" * 400 + "]" * 400, "wide": json.dumps([0] * 50_000), "long": json.dumps("x" * 600_000), "nan": '{"a": NaN}',
    "keys": json.dumps({"k" * 400_000: 1}), "digits": "9" * 5000, "no JSON": "word",
    "names": json.dumps([{"id": {}}, {"id": None}]), "values": json.dumps({"a": ["y" * 400] * 1000}),
}  # fmt: skip


@pytest.mark.parametrize("odd", HOSTILE.values(), ids=HOSTILE)
def test_whatever_came_the_page_stays_small(pair, client, odd):
    address = pair({}, {})
    Run.objects.filter(id=address.rpartition("=")[2]).update(response_body=odd)
    page = client.get(address)
    assert page.status_code == 200 and len(page.content) < 600_000
    answer = client.get(address, headers={"Accept": "application/json"})
    assert "NaN" not in re.sub(r'"NaN"', "", answer.content.decode())
