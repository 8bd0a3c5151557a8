"""No redirect leads to another site, whatever is sent: asked of every address, and of the forms of sign-in with all payloads."""

import re
from urllib.parse import quote, urljoin, urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client
from urls_walked import addresses

BLANKS = "".join(map(chr, range(33)))
EVIL = "evil.example"
PAYLOADS = [
    f"https://{EVIL}", f"http://{EVIL}/x", f"//{EVIL}", f"///{EVIL}", f"////{EVIL}", f"/\\{EVIL}", f"\\\\{EVIL}", f"\\/{EVIL}",
    f"/\t/{EVIL}",
    f"\t//{EVIL}", f"/\n/{EVIL}", f"\r\n//{EVIL}", f" //{EVIL}", f"https:{EVIL}",
    f"https:/{EVIL}", f"https:///{EVIL}", f"http:\\\\{EVIL}",
    f"HTTPS://{EVIL}", f"//testserver@{EVIL}", f"//testserver:80@{EVIL}/", f"//{EVIL}\\@testserver",
    f"//{EVIL}#testserver",
    f"//{EVIL}%2f%2e%2e", f"/%2f{EVIL}/../..", f"//{EVIL}%00testserver", f"/models/..//{EVIL}",
    f"javascript:location='//{EVIL}'",
    f"data:text/html,<meta http-equiv=refresh content=0;//{EVIL}>", f"ftp://{EVIL}",
    f"\x00//{EVIL}", f"\u2028//{EVIL}", f"／／{EVIL}",
    f"https://testserver.{EVIL}", f"//[::1]@{EVIL}", f"http://[{EVIL}", f"/x\r\nLocation: https://{EVIL}",
]  # fmt: skip
MOVED = (301, 302, 303, 307, 308)
NAMES = ("next", "return", "return_to", "back", "url", "to", "redirect", "continue", "_next", "popup", "model", "models")


def leads_away(answer) -> bool:
    """As a browser reads it: tabs and line ends fall out, a backslash is a slash, and two or more of them begin a host."""
    said = answer.headers.get("Location", "").translate({9: None, 10: None, 13: None}).strip(BLANKS).replace("\\", "/")
    as_read = re.sub(r"^(https?:)/*|^/{2,}", lambda start: f"{start[1] or ''}//", said, flags=re.IGNORECASE)
    there = urlsplit(urljoin("http://testserver/here", as_read))
    header = any(EVIL in value.partition("?")[0] for name, value in answer.headers.items() if name.startswith("HX-"))
    return header or there.scheme not in ("http", "https") or there.netloc != "testserver"


def place(answer) -> str:
    return answer.headers["Location"].partition("?")[0]


def sent(client: Client, method: str, path: str, payload: str):
    """The payload as the value of every name that a redirect could be read from, and as the page come from."""
    values = dict.fromkeys(NAMES, payload)
    headers = {"Referer": quote(payload, safe=":/\\@#%")}
    return client.get(path, values, headers=headers) if method == "GET" else client.post(path, values, headers=headers)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("who", ["anyone", "staff"])
def test_no_address_leads_away(client, catalog, admin_user, who, method):
    if who == "staff":
        client.force_login(admin_user)
    moved = 0
    for path in (one for one in addresses() if who == "anyone" or one.startswith("/admin")):
        answer = sent(client, method, path, f"https://{EVIL}/x")
        assert not leads_away(answer), path
        if answer.status_code in MOVED:
            moved += 1
            heeds = place(answer) != place(sent(client, method, path, "/models"))
            assert [payload for payload in PAYLOADS if heeds and leads_away(sent(client, method, path, payload))] == [], path
    assert moved > 10


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("path", ["/accounts/login/", "/admin/login/"])
def test_signing_in_leads_nowhere_else(client, catalog, settings, path, payload):
    settings.SIGN_INS_PER_MINUTE = 1000
    get_user_model().objects.create_superuser("ann", password="correct horse")
    answer = client.post(path, {"username": "ann", "password": "correct horse", "next": payload})
    assert answer.status_code == 302 and not leads_away(answer)
    for left in (client.post(f"{path.removesuffix('login/')}logout/", {"next": payload}), client.get(path, {"next": payload})):
        assert not leads_away(left)


@pytest.mark.parametrize("path", [
    f"//{EVIL}", f"//{EVIL}/models", f"/\\{EVIL}", f"/%5c{EVIL}", f"/%2f{EVIL}", f"/models//{EVIL}", f"/models/https://{EVIL}",
    f"/models/{EVIL}/x", f"/providers//{EVIL}", f"/r//{EVIL}", f"/admin//{EVIL}", f"/admin/%0d%0aLocation:%20https://{EVIL}",
    f"/samples//{EVIL}",
])  # fmt: skip
def test_no_path_leads_away(client, catalog, path):
    assert not leads_away(client.get(path))
    assert not leads_away(client.get(path + "?next=//" + EVIL))


def test_an_alias_leads_to_its_model_alone(client, catalog):
    answer = client.get(f"/models/acme/talk?next=https://{EVIL}")
    assert answer.status_code in (301, 404) and not leads_away(answer)


@pytest.mark.parametrize("payload", PAYLOADS[:8])
def test_a_way_out_would_be_seen(payload):
    assert leads_away(HttpResponse(headers={"Location": payload}))
    assert not leads_away(HttpResponse(headers={"Location": "/models?next=" + payload}))
