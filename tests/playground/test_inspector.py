"""The inspector of a run: its values with their paths, headers in words, moments, cost and code, as page and as file."""

import html
import json
import re
import subprocess
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from fake_network import COUNTS, END, KEY, word

from catalog.models import Model, Version
from playground.inspection import charge, known_headers
from playground.inspection.result import run_context
from playground.models import Run

ANSWER = {"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]}
USAGE = {"prompt_tokens": 1000, "completion_tokens": 100}


def text(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.fixture
def inspected(client):
    """inspected() is the inspector on the latest run's page."""

    def read() -> str:
        page = client.get(Run.objects.latest("created").get_absolute_url()).content.decode()
        return page.partition('id="inspector"')[2].partition("<footer")[0]

    return read


def test_each_value_has_its_path(run, inspected):
    run()
    page = inspected()
    assert 'data-copy="choices[0].message.content"' in page and 'data-copy="messages[0].role"' in page


def test_a_stream_is_shown_as_the_answer_it_would_have_been(stream, inspected):
    stream()
    page = inspected()
    assert "put together from its events" in page and 'data-copy="choices[0].message.content"' in page


def test_is_swapped_in_behind_a_stream(stream):
    assert '<hx-partial hx-target="#inspector"' in stream()


def test_is_on_the_page_without_scripts_too(run):
    page = run(accept="text/html").content.decode()
    assert 'data-copy="choices[0].message.content"' in page and "Request as sent" in page


def test_a_job_under_way_is_not_inspected_yet(db):
    assert run_context(Run(state="running", endpoint="video", visitor="0" * 32))["inspector"] is None


def test_headers_are_explained_where_they_are_known(run, network, inspected):
    network.says(ANSWER, x_request_id="req_7", x_ratelimit_remaining_tokens="9", x_ratelimit_of_theirs="1", x_own="<b>")
    run()
    page = inspected()
    assert "Quote it when you report a problem." in page and "Tokens that are left in this period." in page
    assert text(page).count("A limit of the gateway") == 1
    assert re.search(r"x-own</code></th><td[^>]*><code>&lt;b&gt;</code></td><td[^>]*></td>", page)


def test_every_header_of_the_gateway_s_own_description_is_known():
    theirs = """X-Auto-Baseline-Cost-Cents X-Auto-Baseline-Model X-Auto-Route-Fee-Cents X-Auto-Routed X-Auto-Savings-Cents
        X-Cached-Input-Units X-Cost-Cents X-Routing-Complexity X-Routing-Quality X-Routing-Reason X-Routing-Selected
        x-aig-tag x-baseline-model x-routing""".split()
    assert [name for name in theirs if not known_headers.meaning(name)] == []
    assert all(name == name.lower() and words.endswith(".") for name, words in known_headers.MEANINGS.items())


def test_key_is_masked_everywhere(run, network, inspected, client):
    network.says(ANSWER | {"echo": KEY}, x_echo=KEY)
    record = run().json()
    assert KEY not in inspected() and KEY not in client.get(f"/playground/runs/{record['run']}.json").content.decode()


def test_events_stand_with_their_moments(stream, inspected):
    stream()
    page, arrivals = inspected(), Run.objects.get().arrivals
    assert f"{len(arrivals)} events." in text(page)
    assert page.count('class="mark"') >= 1 and 'class="token"' in page and "[DONE]" in page


def test_an_answer_in_one_piece_has_no_events(run, inspected):
    run()
    assert 'data-label="Events"' not in inspected()


def test_cost_is_reckoned_line_by_line_with_sources(run, inspected):
    run()
    page = text(inspected())
    assert "10 tokens × $1.25 / 1M = $0.0000125" in page and "12 tokens × $10.00 / 1M = $0.00012" in page
    assert "$0.0001325 list ÷ (1 − 5%) = $0.000139473684 effective" in page
    assert "The gateway itself says nothing of the cost." in page


BODIES = {
    "acme/talk-large": {"messages": [{"role": "user", "content": "Hello!"}]},
    "openai/tts-1-hd": {"input": "Hello there!", "voice": "alloy", "response_format": "wav"},
    "acme/talk-free": {"messages": [{"role": "user", "content": "Hello!"}]},
}


@pytest.mark.parametrize("model", BODIES)
def test_lines_add_up_to_the_cost(run, model):
    run(model=model, body=json.dumps(BODIES[model]))
    found = charge.of(one := Run.objects.get(), None)
    assert found.lines and sum(line.amount for line in found.lines) == one.cost_list


def test_lines_add_up_in_a_tier_with_parts(run, network):
    details = {"prompt_tokens_details": {"cached_tokens": 1000}, "completion_tokens_details": {"reasoning_tokens": 9}}
    network.says(ANSWER | {"usage": {"prompt_tokens": 300_000, "completion_tokens": 50} | details})
    run()
    found = charge.of(one := Run.objects.get(), None)
    assert one.cost_list and sum(line.amount for line in found.lines) == one.cost_list
    assert {line.rate.condition for line in found.lines} >= {"prompt>200000"}


def test_prices_are_those_of_the_run_s_day(run, inspected, catalog):
    run()
    Model.objects.get(slug="acme/talk-large").prices.filter(meter="input_tokens", condition="").delete()
    Version.bump()
    page = text(inspected())
    assert "10 tokens × $1.25 / 1M" in page and "the price of that day" in page


def test_unknown_cost_says_why(run, inspected, catalog):
    Model.objects.get(slug="acme/talk-large").prices.filter(meter="output_tokens").delete()
    Version.bump()
    run()
    assert "unknown . No source stated a price for output (per 1M tokens)." in text(inspected())


def test_an_answer_without_counts_costs_an_unknown_amount(run, network, inspected):
    network.says(ANSWER)
    run()
    assert "unknown . The answer says nothing of what was used." in text(inspected())


def test_free_is_not_unknown(run, inspected):
    run(model="acme/talk-free")
    page = text(inspected())
    assert "Free : every price that counts here is stated as zero." in page and "unknown" not in page.partition("Total")[2]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (0.00225, "says $0.00225, the same as the list cost."),
        (0.0022501, "says $0.0022501, the same as the list cost."),
        (0.0025, "says $0.0025: $0.00025 more than the list cost worked out here."),
        (0.001, "says $0.001: $0.00125 less than the list cost worked out here."),
        (0, "says $0.00: $0.00225 less than"),
        (0.002368, "says $0.002368: that is the effective cost, with the top-up fee."),
    ],
)
def test_the_gateway_s_figure_stands_beside_ours(run, network, inspected, told, words):
    network.says(ANSWER | {"usage": USAGE | {"cost": told}})
    run()
    page = text(inspected()).replace(" :", ":").replace("less </b>", "less")
    assert words in page


def test_a_figure_that_differs_is_told_at_once(run, network):
    network.says(ANSWER | {"usage": USAGE | {"cost": 0.5}})
    assert "the gateway says $0.5000" in text(run(accept="text/html").content.decode())


def test_nothing_and_something_never_agree():
    assert not charge.agree(Decimal(0), Decimal("0.0000001")) and charge.agree(Decimal(0), Decimal(0))


def test_the_file_is_the_record_and_more(stream, client):
    stream()
    one = Run.objects.get()
    answer = client.get(f"/playground/runs/{one.id}.json")
    assert answer["Content-Disposition"] == f'attachment; filename="run-{one.id}.json"'
    record = client.get(one.get_absolute_url(), headers={"Accept": "application/json"}).json()
    more = {"model": one.model, "endpoint": "chat", "arrivals": one.arrivals, "prices": one.prices}
    assert answer.json().items() >= (record | more).items()


def test_foreign_file_is_a_404(run):
    assert Client().get(f"/playground/runs/{run().json()['run']}.json").status_code == 404


def bodies_sent(command: str) -> bytes:
    """What curl would be given as the body."""
    done = subprocess.run(
        ["bash", "-c", f'curl() {{ printf %s "${{@: -1}}"; }}; {command}'], capture_output=True, env={"PATH": "/usr/bin:/bin"}
    )
    return done.stdout


def test_a_body_edited_raw_is_sent_again_byte_for_byte(run, inspected):
    body = '{ "model":"acme/talk-large",\r\n\t"messages": [{"role":"user","content":"it\'s $HOME \u200b"}], "seed": 1.0 }'
    run(body=body)
    shown = re.search(r'id="exact-curl">(.*?)</code>', inspected(), re.DOTALL)[1]
    command = html.unescape(re.sub(r"<[^>]+>", "", shown))
    assert bodies_sent(command).decode() == Run.objects.get().request_body == body


def test_curl_carries_the_header_that_asked_for_an_error(run, inspected):
    run(sandbox_error="429")
    page = text(inspected())
    assert "-H 'x-sandbox-error: 429'" in page and "Authorization: Bearer $AIGATEWAY_API_KEY" in page


def test_code_is_the_run_s_own_request(run, inspected):
    run(temperature="0.3")
    page = text(inspected())
    assert "temperature=0.3" in page and '"temperature": 0.3' in page and "temperature: 0.3" in page


def test_a_long_request_is_not_written_as_code(run, inspected):
    run(role="user", content="x" * 50_001)
    page = inspected()
    assert "it is not written as code here" in page and "exact-curl" not in page and len(page) < 200_000


@pytest.mark.parametrize("part", [{"name": "file"}, {"name": "file", "file": "a b'.wav", "type": "audio/wav", "bytes": 5}])
def test_a_form_s_file_is_named_as_far_as_it_is_told(run, inspected, part):
    run()
    Run.objects.update(endpoint="transcription", request_body=None, request_parts=[{"name": "model", "value": "acme/one"}, part])
    page = text(inspected())
    assert "put yours beside the code" in page and part.get("file", "@file") in page


HOSTILE: dict[str, Any] = {
    "deep": {"a": json.loads("[" * 500 + "]" * 500)}, "wide": {"a": [{"b": "x" * 5000}] * 3000}, "keys": {"k" * 400_000: 1},
    "nan": {"a": [float("nan"), 10**400]}, "markup": {"</code><script>": "<script>"}, "text": "word", "list": [1],
}  # fmt: skip


@pytest.mark.parametrize("odd", HOSTILE.values(), ids=HOSTILE)
def test_whatever_comes_the_inspector_stays_small(run, network, inspected, odd):
    network.streams(word("a"), END, COUNTS | {"odd": odd})
    run(stream="on")
    Run.objects.update(response_body=json.dumps(odd), response_headers=[["content-type", "application/json"]])
    page = inspected()
    assert 0 < len(page) < 500_000 and "<script>" not in page


def test_bodies_that_are_not_kept_are_called_so(run, inspected, settings):
    settings.RUN_RETENTION_DAYS = 0
    shown = run(accept="text/html").content.decode()
    assert 'data-copy="choices[0].message.content"' in shown  # now, and never again
    page = text(inspected())
    assert page.count("The body is not kept on this site.") == 2 and "No body is kept." in page
