"""The log: a line an event in either form, with the request's id from the edge to the gateway, and nothing that people wrote."""

import json
import logging
import re

import pytest
from waiting import wait_until

from catalog import snapshot
from config import logs
from gateway.request_id import request_id

CANARY = "canary-of-a-visitor"
FORM = {"model": "acme/none", "role": "user", "content": CANARY}


def lines(log, count, name="modelry.access"):
    """The lines of a logger, once there are so many: that of a request is written when its answer is out."""
    wait_until(lambda: len(of(log, name)) >= count)
    return of(log, name)


def of(log, name):
    whole = log.json.getvalue().rpartition("\n")[0]
    return [line for line in map(json.loads, whole.splitlines()) if line["logger"] == name]


def test_a_request_has_its_line_and_its_id(ask, log):
    answer = ask("/privacy?prompt=" + CANARY)
    (line,) = lines(log, 1)
    assert line["request_id"] == answer.headers["x-request-id"] and re.fullmatch("[0-9a-f]{16}", line["request_id"])
    assert (line["method"], line["route"], line["status"]) == ("GET", "privacy", 200)
    assert line["bytes"] > 500 and line["ms"] > 0
    assert f"INFO modelry.access {line['request_id']} request method=GET route=privacy status=200 " in log.plain.getvalue()


def test_a_requests_line_has_the_form_of_the_others(ask, log):
    answer = ask("/privacy")
    (line,) = lines(log, 1)
    (other,) = log.plain.getvalue().splitlines()
    fields = {name: line[name] for name in ("method", "route", "status", "ms", "bytes")}
    record = logging.makeLogRecord({"name": "modelry.access", "levelname": "INFO", "msg": "request", "fields": fields})
    token = request_id.set(answer.headers["x-request-id"])
    expected = json.loads(logs.Json().format(record)), logs.Plain().format(record)
    request_id.reset(token)
    assert line | {"time": ""} == expected[0] | {"time": ""} and list(line) == list(expected[0])
    assert re.sub(r"ms=(\d+\.\d)0\b", r"ms=\1", other).split(" ", 1)[1] == expected[1].split(" ", 1)[1]
    assert line["time"] == other.split(" ")[0] and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])


def test_a_kept_page_and_a_static_file_have_theirs(ask, log):
    for path in ("/models", "/models", "/static/css/modelry.css", "/no/such/page"):
        ask(path)
    assert [line["route"] for line in lines(log, 4)] == ["browse", "browse", "static", "unmatched"]
    assert len({line["request_id"] for line in lines(log, 4)}) == 4


def test_a_proxys_id_is_taken_only_behind_a_proxy_and_only_if_it_is_one(ask, settings):
    mine = {"X-Request-ID": "edge-42_of.proxy"}
    assert ask("/healthz", headers=mine).headers["x-request-id"] != mine["X-Request-ID"]
    settings.TRUST_PROXY = True
    assert ask("/healthz", headers=mine).headers["x-request-id"] == mine["X-Request-ID"]
    for wrong in ("short", "x" * 65, "with space in it", 'quote"in-it', "semi;colon-in-it"):
        assert ask("/healthz", headers={"X-Request-ID": wrong}).headers["x-request-id"] != wrong


def test_the_gateway_is_told_the_id_and_the_visitor_sees_that(ask, chat):
    ask("/playground")
    answer = ask("/playground/run", "POST", data={"model": chat, "role": "user", "content": "Hi"}, headers=with_token(ask))
    sent = dict(answer.json()["request"]["headers"])
    assert sent["X-Request-ID"] == answer.headers["x-request-id"]


@pytest.fixture
def chat(site):
    return next(card.slug for card in snapshot.latest().cards if card.endpoints[:1] == ("chat",))


def with_token(ask):
    page = ask("/playground").text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    return {"X-CSRFToken": token, "Accept": "application/json"}


def test_what_visitors_send_is_in_no_line(ask, chat, log):
    """In a prompt, a query string, a path, a cookie, a key, a header, a body that is refused, and in an exception's words."""
    headers = with_token(ask) | {"Authorization": f"Bearer {CANARY}", "User-Agent": CANARY, "Cookie": f"x={CANARY}"}
    ask(f"/playground?model={chat}&prompt={CANARY}")
    ask("/playground/run", "POST", data=FORM | {"model": chat}, headers=with_token(ask))
    ask("/playground/run", "POST", data=FORM, headers=headers)
    ask("/playground/preview", "POST", content=b'{"prompt": "' + CANARY.encode() + b'"}')
    ask(f"/r/{CANARY}"), ask(f"/{CANARY}"), ask(f"/sandbox/v1/{CANARY}", "POST")
    ask(f"/models/{CANARY}", headers={"Host": CANARY})
    assert len(lines(log, 10)) == 10 and CANARY not in log.text


def fails(*_):
    try:
        int(CANARY)
    except ValueError as fault:
        raise RuntimeError(f"while {CANARY} was read\nDETAIL: {CANARY}") from fault


def test_a_failed_page_is_in_the_log_with_its_traceback_and_without_words(ask, log, monkeypatch):
    monkeypatch.setattr(snapshot, "current", fails)
    answer = ask(f"/privacy?x={CANARY}")
    assert answer.status_code == 500 and "Traceback" not in answer.text and "RuntimeError" not in answer.text
    (line,) = lines(log, 1, "django.request")
    assert line["message"] == "GET privacy was answered with 500" and line["request_id"] == answer.headers["x-request-id"]
    assert line["exception"][-1] == "RuntimeError" and "ValueError" in line["exception"]
    assert any("test_log_lines.py" in frame for frame in line["exception"])
    assert CANARY not in log.text


@pytest.mark.parametrize("text", ["two\nlines", "a\r\x1b[31mred", "back\u202ewards", "nul\0", "\u2028", "lone \ud800"])
def test_a_message_cannot_look_like_another_line(log, text):
    logging.getLogger("some.place").warning("said %s", text)
    (plain,) = log.plain.getvalue().splitlines()
    (line,) = log.json.getvalue().splitlines()
    assert plain.isprintable() and json.loads(line)["message"] == f"said {text}".strip()


def test_an_outage_says_why_and_only_in_its_first_line(log):
    words = "Connection refused\nDETAIL: a row".replace("row", CANARY)
    try:
        raise ConnectionRefusedError(111, words)
    except OSError:
        logging.getLogger("some.place").exception("It failed")
    assert "ConnectionRefusedError: [Errno 111] Connection refused" in log.plain.getvalue() and CANARY not in log.text


def test_a_lost_tasks_exception_stays_unsaid(log):
    logging.getLogger("asyncio").error("Task exception was never retrieved\nfuture: <Task exception=ValueError('%s')>", CANARY)
    assert "never retrieved" in log.text and CANARY not in log.text


def test_outside_of_requests_there_is_no_id(log):
    assert request_id.get() == ""
    logging.getLogger("some.place").warning("tidied")
    assert json.loads(log.json.getvalue())["request_id"] is None and " some.place - tidied" in log.plain.getvalue()


def test_requests_need_have_no_line(ask, log, settings):
    settings.ACCESS_LOG = False
    ask("/models"), ask("/models")
    assert of(log, "modelry.access") == []


def test_the_form_is_chosen_by_a_variable(monkeypatch):
    monkeypatch.delenv("LOG_FORMAT", raising=False)
    assert isinstance(logs.formatter(), logs.Plain)
    monkeypatch.setenv("LOG_FORMAT", "json")
    assert isinstance(logs.formatter(), logs.Json)
