"""Every answer of the running site carries the headers that guard a page, whoever made it."""

import errno
import re
import socket
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from django.conf import settings as live
from django.db import OperationalError
from urls_walked import addresses

from catalog import outage
from config import accounts, headers
from config.body_limit import MOST

ALWAYS = {
    "cross-origin-opener-policy": "same-origin", "referrer-policy": "same-origin", "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}  # fmt: skip


@pytest.fixture
def asking(site) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site, timeout=30) as client:
        yield client


@pytest.fixture
def staff(asking) -> httpx.Client:
    token = asking.get("/accounts/login/").cookies["csrftoken"]
    form = {"username": "operator", "password": "correct horse", "csrfmiddlewaretoken": token}
    assert asking.post("/accounts/login/", data=form, headers={"Referer": str(asking.base_url)}).status_code == 302
    return asking


def lacking(answer: httpx.Response) -> list[str]:
    """What is missing from an answer's headers, or wrong in them."""
    found = [name for name, value in ALWAYS.items() if answer.headers.get_list(name) != [value]]
    policies = answer.headers.get_list("content-security-policy")
    if len(policies) != 1 or "default-src 'none'" not in policies[0] or re.search(r"unsafe|\*|https?:", policies[0]):
        found.append(f"content-security-policy: {policies}")
    if answer.headers.get("content-type", "").startswith("text/html") and "script-src 'self';" not in policies[0]:
        found.append("content-security-policy of a page")
    shared = "cross-origin" if answer.headers.get("access-control-allow-origin") == "*" else "same-origin"
    if answer.headers.get_list("cross-origin-resource-policy") != [shared]:
        found.append(f"cross-origin-resource-policy: not {shared}")
    due = not answer.headers.get("content-type", "").startswith(("text/css", "text/javascript"))
    if due != ("camera=()" in answer.headers.get("permissions-policy", "")):
        found.append("permissions-policy")
    return found


def faults(client: httpx.Client, method: str, paths: Iterable[str]) -> tuple[set[int], list[tuple[str, list[str]]]]:
    """The statuses seen, and what was wrong where."""
    answers = {path: client.request(method, path) for path in paths}
    wrong = [(path, bad) for path, answer in answers.items() if (bad := lacking(answer))]
    return {answer.status_code for answer in answers.values()}, wrong


def test_every_address_asked_by_anyone(asking):
    statuses, wrong = faults(asking, "GET", addresses())
    assert wrong == [] and statuses >= {200, 302, 401, 404, 405}


def test_every_address_of_the_admin_asked_by_staff(staff):
    statuses, wrong = faults(staff, "GET", [path for path in addresses() if path.startswith("/admin")])
    assert wrong == [] and statuses >= {200, 302, 403, 404}


def test_every_address_posted_to_without_a_token(asking):
    statuses, wrong = faults(asking, "POST", addresses())
    assert wrong == [] and statuses >= {400, 401, 403}


def test_preflights_and_what_programs_read_stay_open_to_any_origin(asking):
    for method in ("GET", "OPTIONS"):
        answer = asking.request(method, "/api/v1/models?limit=1", headers={"Origin": "https://elsewhere.example"})
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin" and not lacking(answer)


KEPT = ["/static/css/modelry.css", "/static/no-such-file.css", "/models", "/?q=%00", "/models?page=x", "/models/gpt-4o"]


@pytest.mark.parametrize("path", KEPT)
def test_answers_that_leave_before_django_and_kept_ones(asking, path):
    first, second = asking.get(path), asking.get(path)
    again = asking.get(path, headers={"If-None-Match": first.headers.get("etag", "none")})
    assert [lacking(answer) for answer in (first, second, again, asking.head(path))] == [[]] * 4
    assert again.status_code == (304 if "etag" in first.headers else first.status_code)


def test_a_body_that_is_too_large(site):
    """Told by its length alone, as the site answers before it reads."""
    place = urlsplit(site)
    with socket.create_connection((place.hostname, place.port), timeout=10) as wire:
        wire.sendall(f"POST /playground/run HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Length: {MOST + 1}\r\n\r\n".encode())
        head = wire.recv(65536).decode().lower()
    assert head.startswith("http/1.1 413 ")
    assert "content-security-policy: default-src 'none'" in head and "x-frame-options: deny" in head


def test_the_statuses_of_trouble(asking, settings, monkeypatch):
    from catalog import snapshot

    def broken(*args: object) -> None:
        raise RuntimeError("broken for this test")

    settings.SIGN_INS_PER_MINUTE = 1
    token = {"csrfmiddlewaretoken": asking.get("/accounts/login/").cookies["csrftoken"]}
    form = token | {"username": "nobody", "password": "x"}
    refused = [asking.post("/accounts/login/", data=form, headers={"Referer": str(asking.base_url)}) for _ in range(2)]
    monkeypatch.setattr(snapshot, "current", broken)
    crashed = [asking.get(path) for path in ("/models?q=crash", "/models?q=boom", "/api/v1/models")]
    assert refused[1].status_code == 429 and {answer.status_code for answer in crashed} == {500}
    assert [lacking(answer) for answer in (*refused, *crashed)] == [[]] * 5


@pytest.mark.parametrize("error", [OperationalError("server closed the connection"), OSError(errno.ENOSPC, "No space left")])
def test_pages_of_outages(asking, monkeypatch, error):
    def get(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(outage.of(error), "since", 0.0)  # put back afterwards
    monkeypatch.setattr(accounts.SignIn, "get", get)
    answers = [asking.get("/accounts/login/", headers={"Accept": kind}) for kind in ("text/html", "application/json")]
    assert {answer.status_code for answer in answers} == {outage.of(error).status}
    assert [lacking(answer) for answer in answers] == [[], []]


def answered(path: str = "/", **headers_sent: str) -> dict:
    """The scope of a request over plain http, as the server gives it."""
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers_sent.items()]
    return {"type": "http", "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": b"a=1", "headers": sent}


@pytest.fixture
def behind_tls(settings):
    settings.SECURE, settings.TRUST_PROXY, settings.SITE_URL = True, True, "https://models.example"


@pytest.mark.parametrize(("scope", "due"), [
    (answered(x_forwarded_proto="http"), True),
    (answered(x_forwarded_proto="http, http"), True),
    (answered(), False),  # the proxy does not say: a load balancer's own question, or one that is set up wrongly
    (answered(x_forwarded_proto="https"), False),
    (answered(x_forwarded_proto="https, http"), False),  # an outer proxy took the https, an inner one says so of itself
    (answered(x_forwarded_proto="http", sec_fetch_mode="navigate"), False),  # a browser that is on https, whatever the proxy says
    (answered("/healthz", x_forwarded_proto="http"), False),
    (answered("/readyz", x_forwarded_proto="http"), False),
    (answered("/metrics", x_forwarded_proto="http"), False),
])  # fmt: skip
def test_only_a_visitor_who_is_known_to_come_over_http_is_sent_to_https(behind_tls, scope, due):
    assert headers.to_https(scope) is due


def test_over_https_browsers_are_told_to_stay_there(behind_tls):
    assert headers.HSTS in headers.complete(answered(x_forwarded_proto="https"), [])
    assert headers.HSTS in headers.complete(answered(), [])
    assert headers.HSTS not in headers.complete(answered(x_forwarded_proto="http"), [])


def test_nobody_is_sent_to_https_where_the_site_has_none(settings):
    settings.TRUST_PROXY = True
    assert not live.SECURE and not headers.to_https(answered(x_forwarded_proto="http"))
    assert "strict-transport-security" not in str(headers.complete(answered(), []))


def test_a_proxy_that_is_not_trusted_sends_nobody_anywhere(settings):
    settings.SECURE, settings.TRUST_PROXY = True, False
    assert not headers.to_https(answered(x_forwarded_proto="http"))
    assert headers.HSTS in headers.complete(answered(x_forwarded_proto="http"), [])
