"""The site behind a proxy that takes TLS, as Mozilla's Observatory would grade it: a process of its own, real sockets."""

import os
import re
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from observatory import Scan, graded
from tls_proxy import Proxy, certificate

ROOT = Path(__file__).parent.parent
ELSEWHERE = "https://elsewhere.example"


class Https(NamedTuple):
    """Addresses of the proxies: over TLS, over plain HTTP, one that does not say which, one that always says http."""

    secure: str
    plain: str
    silent: str
    wrong: str
    site: str
    trusts: ssl.SSLContext


@pytest.fixture(scope="module")
def https(tmp_path_factory) -> Iterator[Https]:
    folder = tmp_path_factory.mktemp("https")
    pem = certificate(folder)
    http = "X-Forwarded-Proto: http\r\n"
    proxies = [Proxy("X-Forwarded-Proto: https\r\n", pem), Proxy(http), Proxy("", pem), Proxy(http, pem)]
    secure, plain, silent, wrong = (f"http{'s' if n != 1 else ''}://localhost:{proxy.port}" for n, proxy in enumerate(proxies))
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "DJANGO_SETTINGS_MODULE": "https_settings"}
    env |= {"DATA_DIR": str(folder), "SITE_URL": secure, "TRUST_PROXY": "on"}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=env, check=True)
    command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", "0", "--proxy-headers"]
    server = subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True)
    try:
        started = re.compile(r"running on http://127\.0\.0\.1:(\d+)")
        port = next(int(found[1]) for line in server.stderr if (found := started.search(line)))
        for proxy in proxies:
            proxy.serve(port)
        yield Https(secure, plain, silent, wrong, f"http://127.0.0.1:{port}", ssl.create_default_context(cafile=pem))
    finally:
        server.terminate()
        server.communicate(timeout=20)
        for proxy in proxies:
            proxy.close()


@pytest.fixture
def browser_of(https) -> Iterator[httpx.Client]:
    with httpx.Client(verify=https.trusts, trust_env=False, follow_redirects=True, timeout=20) as client:
        yield client


def scanned(client: httpx.Client, https: Https, path: str) -> Scan:
    came = client.get(https.plain + path)
    found = client.get(https.secure + path)
    shared = client.get(https.secure + path, headers={"Origin": ELSEWHERE})
    route = [str(one.url) for one in [*came.history, came]]
    return Scan(route, found.headers, found.text, shared.headers, ELSEWHERE)


@pytest.mark.parametrize("path", ["/", "/models", "/playground", "/accounts/login/", "/admin/login/", "/docs"])
def test_is_graded_a_plus(https, browser_of, path, capsys):
    browser_of.cookies.clear()
    score, grade, found = graded(scanned(browser_of, https, path))
    with capsys.disabled():
        print(f"\nObservatory: {path} {grade} {score}", end=" ")
    assert grade == "A+" and score >= 130, found
    assert [result for result, points in found.items() if points < 0] == []


BROKEN = {
    "no policy": ("content-security-policy", None),
    "inline scripts": ("content-security-policy", "default-src 'none'; script-src 'unsafe-inline'"),
    "eval": ("content-security-policy", "default-src 'none'; script-src 'self' 'unsafe-eval'; frame-ancestors 'none'"),
    "everything from everywhere": ("content-security-policy", "default-src *"),
    "inline styles": ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    "pictures over http": ("content-security-policy", "default-src 'none'; img-src http:; frame-ancestors 'none'"),
    "no hsts": ("strict-transport-security", None),
    "a short hsts": ("strict-transport-security", "max-age=60"),
    "two hsts": ("strict-transport-security", "max-age=31536000, max-age=31536000"),
    "sniffing": ("x-content-type-options", None),
    "a leaking referrer": ("referrer-policy", "unsafe-url"),
    "no referrer policy": ("referrer-policy", None),
    "no resource policy": ("cross-origin-resource-policy", None),
    "an unknown resource policy": ("cross-origin-resource-policy", "mine"),
    "a session cookie for scripts": ("set-cookie", "sessionid=x; Secure; SameSite=Lax"),
    "a session cookie over http": ("set-cookie", "sessionid=x; HttpOnly; SameSite=Lax"),
    "a token for other sites": ("set-cookie", "csrftoken=x; Secure"),
}  # fmt: skip


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_header_lowers_the_score(https, browser_of, fault):
    whole = scanned(browser_of, https, "/")
    best = graded(whole)[0]
    name, value = BROKEN[fault]
    whole.headers.pop(name, None)
    whole.headers.update({name: value} if value else {})
    assert graded(whole)[0] < best


def test_a_broken_page_lowers_the_score(https, browser_of):
    whole = scanned(browser_of, https, "/")
    best = graded(whole)[0]
    for page in ('<script src="https://cdn.example/x.js">', '<script src="//cdn.example/x.js">'):
        assert graded(Scan(whole.route, whole.headers, page, whole.shared, ELSEWHERE))[0] < best
    assert graded(Scan(whole.route[:1], whole.headers, whole.page, whole.shared, ELSEWHERE))[0] < best
    shared = httpx.Headers({"Access-Control-Allow-Origin": ELSEWHERE, "Access-Control-Allow-Credentials": "true"})
    assert graded(Scan(whole.route, whole.headers, whole.page, shared, ELSEWHERE))[0] < best


def test_plain_http_leads_to_the_same_page_over_https(https, browser_of):
    found = browser_of.get(f"{https.plain}//evil.example/models?q=a%20b&prices=effective")
    assert found.history[0].status_code == 308
    assert found.history[0].headers["location"] == f"{https.secure}//evil.example/models?q=a%20b&prices=effective"
    assert "strict-transport-security" not in found.history[0].headers


def test_a_post_over_http_is_not_answered_there(https):
    answer = httpx.post(f"{https.plain}/playground/run", data={"model": "x"}, trust_env=False)
    assert answer.status_code == 308 and answer.headers["location"].startswith(https.secure)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_told_over_plain_http(https, path):
    for place in (https.site, https.plain):
        assert httpx.get(place + path, trust_env=False).status_code in (200, 503)


def test_a_proxy_that_says_nothing_or_the_wrong_thing_leads_nobody_in_circles(https, browser_of):
    assert browser_of.get(f"{https.silent}/docs").history == []
    assert browser_of.get(f"{https.wrong}/docs", headers={"Sec-Fetch-Mode": "navigate"}).history == []
