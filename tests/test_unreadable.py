"""Forms that nobody can read are refused with a page that says so."""

import io
import logging
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client

from catalog import snapshot
from config.unreadable import OneLine

FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"
PART = "--b\r\nContent-Disposition: form-data; name=model\r\n\r\nx\r\n--b--\r\n"


@pytest.fixture(params=["sync", "async"])
def post(request, client) -> Callable[..., Any]:
    return client.post if request.param == "sync" else async_to_sync(AsyncClient().post)


@pytest.mark.parametrize("kind", [FORM, MULTIPART])
@pytest.mark.parametrize("charset", ["utf-16", "idna", "iso-8859-1"])
@pytest.mark.parametrize("path", ["/playground/run", "/accounts/login/"])
def test_forms_are_in_utf8(post, path, kind, charset):
    answer = post(path, PART, content_type=f"{kind}; charset={charset}")
    assert answer.status_code == 400
    assert "The form is not in UTF-8." in answer.content.decode()


@pytest.mark.parametrize("charset", ["utf-8", "UTF8"])
def test_utf8_is_read_by_any_of_its_names(post, catalog, charset):
    answer = post("/playground/preview", "model=", content_type=f"{FORM}; charset={charset}")
    assert answer.status_code == 422


def test_too_many_fields_are_said_so(client):
    answer = client.post("/playground/preview", {f"field{n}": "x" for n in range(1001)})
    assert answer.status_code == 400
    assert "more than 1,000 fields" in answer.content.decode()


def test_another_host_is_refused_in_the_same_words(client):
    assert "Request not read" in client.get("/docs", headers={"Host": "evil.example"}).content.decode()


@pytest.fixture
def written(monkeypatch) -> io.StringIO:
    """What the site's own handler writes."""
    handler = next(one for one in logging.getLogger().handlers if any(isinstance(by, OneLine) for by in one.filters))
    monkeypatch.setattr(handler, "stream", io.StringIO())
    return handler.stream


@pytest.mark.parametrize("wrong", [{"data": {f"f{n}": "" for n in range(1001)}}, {"headers": {"Host": "evil.example"}}])
def test_the_log_has_one_line_of_each(client, written, wrong):
    assert client.post("/playground/preview", **wrong).status_code == 400
    assert "was answered with 400" in written.getvalue() and written.getvalue().count("\n") == 1


def test_the_log_has_the_traceback_of_what_is_the_sites_own_fault(client, written, monkeypatch):
    def broken(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(snapshot, "current", broken)
    client.raise_request_exception = False
    assert client.get("/models?q=broken").status_code == 500
    assert "\n    RuntimeError" in written.getvalue()


def test_a_script_without_a_token_is_told_in_json(db):
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", headers={"Accept": "application/json"})
    told = answer.json()["error"]
    assert (answer.status_code, told["status"], told["type"]) == (403, 403, "csrf_failed")
    assert "X-CSRFToken" in told["message"]


def test_people_without_a_token_are_told_what_to_do(db):
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", headers={"Accept": "text/html"})
    assert answer.status_code == 403
    assert "Allow cookies of this site." in answer.text and 'aria-label="Ways on"' in answer.text


@pytest.mark.parametrize("path", ["/playground/run", "/playground/columns"])
def test_the_address_of_a_form_opened_as_a_page_has_words(client, path):
    answer = client.get(path, headers={"Accept": "text/html,*/*"})
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert int(answer["Content-Length"]) == len(answer.content)
    assert "has no page of its own. Nothing was done." in answer.text
    assert client.get(path, headers={"Accept": "application/json"}).content == b""


def test_so_has_one_opened_in_the_server():
    answer = async_to_sync(AsyncClient().get)("/playground/run", headers={"Accept": "text/html"})
    assert answer.status_code == 405 and "no page of its own" in answer.content.decode()
