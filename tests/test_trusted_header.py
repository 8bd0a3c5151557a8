"""TRUSTED_USER_HEADER: who is signed in by it, who never is, and that it means nothing where it is not set."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings as site
from django.contrib.auth import get_user_model
from django.test import AsyncClient, Client

from config.trusted_header import TrustedHeader

HEADER = "X-Forwarded-User"
ROOT = Path(__file__).parent.parent


@pytest.fixture
def trusting(settings, catalog) -> None:
    settings.TRUSTED_USER_HEADER = HEADER
    after = site.MIDDLEWARE.index("config.direct.Authentication") + 1
    settings.MIDDLEWARE = [*site.MIDDLEWARE[:after], "config.trusted_header.TrustedHeader", *site.MIDDLEWARE[after:]]
    settings.AUTHENTICATION_BACKENDS = [*site.AUTHENTICATION_BACKENDS, "config.trusted_header.TrustedHeaderBackend"]


def named(client: Client, name: str, path: str = "/playground") -> str:
    """Who is signed in on a page that is asked for with this header."""
    page = client.get(path, headers={HEADER: name})
    return page.text.partition("Signed in as <b>")[2].partition("</b>")[0]


def accounts() -> list[str]:
    return list(get_user_model().objects.values_list("username", flat=True))


def test_the_header_means_nothing_where_it_is_not_set(client, catalog):
    assert named(client, "anna") == "" and accounts() == []


def test_a_named_user_gets_an_account_without_rights_or_password(client, trusting):
    assert named(client, "anna@example.com") == "anna@example.com"
    user = get_user_model().objects.get()
    assert not (user.is_staff or user.is_superuser or user.has_usable_password() or user.get_all_permissions())
    assert named(client, "anna@example.com") == "anna@example.com" and len(accounts()) == 1


def test_the_server_s_own_way_signs_in_too(trusting):
    page = async_to_sync(AsyncClient().get)("/playground", headers={HEADER: "anna"})
    assert "Signed in as <b>anna</b>" in page.text
    assert TrustedHeader.async_capable


def test_without_the_header_nobody_stays_signed_in(client, trusting):
    named(client, "anna")
    assert "Signed in as" not in client.get("/playground").text


def test_another_name_is_another_user(client, trusting):
    assert [named(client, name) for name in ("anna", "bob")] == ["anna", "bob"]


@pytest.mark.parametrize("rights", [{"is_staff": True}, {"is_superuser": True}, {"is_active": False}])
def test_neither_staff_nor_a_closed_account_comes_from_the_header(client, trusting, rights):
    get_user_model().objects.create_user("boss", **rights)
    assert named(client, "boss") == ""
    assert client.get("/admin/", headers={HEADER: "boss"}).status_code == 302


def test_who_becomes_staff_is_signed_out(client, trusting):
    named(client, "anna")
    get_user_model().objects.update(is_staff=True)
    assert named(client, "anna") == ""


def test_staff_signs_in_with_a_password_under_the_name_of_the_header(client, trusting):
    client.force_login(get_user_model().objects.create_superuser("boss"), "django.contrib.auth.backends.ModelBackend")
    assert client.get("/admin/", headers={HEADER: "boss"}).status_code == 200
    assert client.get("/admin/").status_code == 200


ODD = ["", " ", "anna,bob", "anna bob", "a\u00e4", "-anna", "../anna", "anna;", "<b>", "a" * 151, "anna\x00"]


@pytest.mark.parametrize("name", ODD)
def test_odd_names_are_nobody(client, trusting, name):
    assert named(client, name) == "" and accounts() == []


@pytest.mark.parametrize("path", ["/", "/models", "/playground/models", "/docs"])
def test_pages_for_everyone_sign_nobody_in(client, trusting, path):
    answer = client.get(path, headers={HEADER: "anna"})
    assert answer.status_code == 200 and not answer.cookies and "Cookie" not in answer.get("Vary", "") and accounts() == []


@pytest.mark.parametrize(("header", "found"), [(HEADER, True), ("", False)])
def test_the_setting_brings_the_middleware(tmp_path, header, found):
    code = "import json; from config import settings as s; print(json.dumps(s.MIDDLEWARE + s.AUTHENTICATION_BACKENDS))"
    env = os.environ | {"TRUSTED_USER_HEADER": header, "DATA_DIR": str(tmp_path)}
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout
    names = json.loads(told)
    assert ("config.trusted_header.TrustedHeader" in names) == ("config.trusted_header.TrustedHeaderBackend" in names) == found
