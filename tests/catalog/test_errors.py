"""The one table of errors: what it understands, and that everything reads it."""

import re

import pytest

from catalog.errors import BY_STATUS, BY_TYPE, ERRORS, JOB_ERRORS, TRIED, WIRE_REMEDIES, known, remedy
from gateway.errors import FAILURES
from playground.running.polling import problem


@pytest.mark.parametrize(
    ("status", "kind", "type"),
    [
        (None, "budget_exceeded", "insufficient_credits"), (429, "insufficient_quota", "insufficient_credits"),
        (None, "model_not_found", "not_found"), (None, "invalid_key", "authentication_error"),
        (None, "rate_limited", "rate_limit_error"), (None, "provider_error", "server_error"),
        (None, "timeout_error", "gateway_timeout"), (502, "http_502", "bad_gateway"), (429, "RATE_LIMITED", "rate_limit_error"),
        (401, "invalid_request_error", "authentication_error"), (None, "invalid_request_error", "invalid_request_error"),
        (400, "what", "invalid_request_error"), (413, "", "request_too_large"), (None, "job_failed", "job_failed"),
    ],
)  # fmt: skip
def test_understands_the_spellings_of_real_gateways(status, kind, type):
    assert known({"status": status, "type": kind}).type == type


def test_an_error_that_is_in_no_table_has_a_remedy_all_the_same():
    assert known({"status": 418, "type": "teapot"}) is None
    assert "change it" in remedy({"status": 418, "type": "teapot"})
    assert "Try again" in remedy({"status": None, "type": "connection_refused"})
    assert remedy(problem("job_timeout", "Too late.")) == BY_TYPE["job_timeout"].remedy


def test_what_fails_on_the_wire_has_words_of_its_own():
    assert WIRE_REMEDIES.keys() == FAILURES.keys() and len(set(WIRE_REMEDIES.values())) == len(WIRE_REMEDIES)
    assert remedy({"status": 200, "type": "total_timeout"}) == WIRE_REMEDIES["total_timeout"]


def test_a_limit_without_a_wait_names_none():
    assert "Retry-After" in remedy({"status": 429, "type": "rate_limited", "retry_after": 7})
    assert "does not say how long" in remedy({"status": 429, "type": "rate_limited", "retry_after": None})


def test_a_code_within_a_stream_stands_for_the_status_that_it_was_too_late_for():
    assert known({"status": 200, "type": "502"}).type == "bad_gateway"


def test_each_name_means_one_error():
    names = [name for error in (*ERRORS, *JOB_ERRORS) for name in (error.type, *error.spellings)]
    assert len(names) == len(set(names)) == len(BY_TYPE)
    assert set(TRIED) < BY_STATUS.keys()


@pytest.mark.parametrize("path", ["/docs", "/reference", "/models/openai/tts-1-hd"])
def test_pages_show_every_error(client, catalog, path):
    page = client.get(path).text
    for error in ERRORS:
        row = next(row for row in re.findall(r"<tr>.*?</tr>", page) if f"<code>{error.type}</code>" in row)
        assert f">{error.status}<" in row and error.meaning in row and error.remedy in row
        assert f"<td>{'yes' if error.retryable else 'no'}</td>" in row
        assert all(f"<code>{name}</code>" in row for name in error.spellings)


def test_openapi_says_of_each_error_whether_to_retry(client, catalog):
    answers = client.get("/openapi.json").json()["components"]["responses"]
    assert {status: answers[f"Gateway{status}"]["x-retryable"] for status in BY_STATUS} == {
        error.status: error.retryable for error in ERRORS
    }  # fmt: skip


def test_the_link_to_all_errors_leads_to_them(client, catalog):
    assert 'id="errors"' in client.get("/docs").text


def test_an_end_of_this_site_is_not_laid_on_the_gateway():
    assert "The gateway is away" not in remedy({"status": None, "type": "interrupted"})
