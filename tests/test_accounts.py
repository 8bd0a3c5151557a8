"""Accounts: sign-in, sign-out, passwords by letter or by asking, and where a sign-in leads."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client

from config import accounts, env

PASSWORD = "correct horse battery"


@pytest.fixture
def anna(db):
    return get_user_model().objects.create_user("anna", "anna@example.com", PASSWORD)


def sign_in(client: Client, password: str = PASSWORD, **more: str):
    return client.post("/accounts/login/", {"username": "anna", "password": password} | more)


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/playground?model=a/b", "/playground?model=a/b"), ("", "/"), ("https://evil.example/", "/"), ("//evil.example", "/"),
        ("/\\evil.example", "/"), ("javascript:alert(1)", "/"), ("http:evil.example", "/"), ("\t//evil.example", "/"),
    ],
)  # fmt: skip
def test_signing_in_leads_within_the_site_only(client, anna, asked, led):
    assert sign_in(client, next=asked).url == led


def test_a_wrong_password_is_told_and_the_name_stays(client, anna):
    answer = sign_in(client, "wrong")
    assert answer.status_code == 422
    assert "Not signed in." in answer.text and 'value="anna"' in answer.text and 'value="wrong"' not in answer.text


def test_passwords_cannot_be_tried_out(client, anna, settings):
    settings.SIGN_INS_PER_MINUTE = 2
    assert [sign_in(client, "wrong").status_code for _ in range(3)] == [422, 422, 429]
    answer = sign_in(client)
    assert answer.status_code == 429 and "At most 2 attempts a minute" in answer.text
    assert client.post("/admin/login/", {"username": "anna", "password": PASSWORD}).text.count("At most 2 attempts") == 1


@pytest.mark.parametrize("path", ["/playground", "/playground?models=acme/talk-large,acme/talk-free"])
def test_the_playground_says_who_is_signed_in(client, catalog, anna, path):
    assert "/accounts/logout/" not in client.get(path).text
    client.force_login(anna)
    shown = client.get(path).text
    assert "Signed in as <b>anna</b>" in shown and 'action="/accounts/logout/"' in shown


@pytest.mark.parametrize("path", ["/", "/models", "/models/acme/talk-large", "/docs"])
def test_other_pages_are_the_same_for_everyone(client, catalog, anna, path):
    client.force_login(anna)
    answer = client.get(path)
    assert "anna" not in answer.text and "Cookie" not in answer.get("Vary", "")


def test_signing_out_takes_a_post_and_says_so(client, anna):
    client.force_login(anna)
    assert client.get("/accounts/logout/").status_code == 405
    assert "Signed out" in client.post("/accounts/logout/").text
    assert "sessionid" not in {name for name, cookie in client.cookies.items() if cookie.value}


def test_a_form_from_elsewhere_signs_nobody_out(anna):
    client = Client(enforce_csrf_checks=True)
    client.force_login(anna)
    assert client.post("/accounts/logout/").status_code == 403


def test_a_password_is_changed(client, anna):
    client.force_login(anna)
    new = {"old_password": PASSWORD, "new_password1": "staple tray lamp", "new_password2": "staple tray lamp"}
    assert client.post("/accounts/password/", new, follow=True).text.count("Password changed") > 0
    anna.refresh_from_db()
    assert anna.check_password("staple tray lamp")


def test_a_weak_password_is_told_at_its_field(client, anna):
    client.force_login(anna)
    answer = client.post("/accounts/password/", {"old_password": PASSWORD, "new_password1": "123", "new_password2": "123"})
    assert answer.status_code == 422 and "Not changed." in answer.text
    assert re.search(r'id="id_new_password2_error">[^<]*too short', answer.text)
    assert 'aria-invalid="true"' in answer.text and "123" not in re.findall(r'value="([^"]*)"', answer.text)


def test_who_is_not_signed_in_is_asked_to(client, db):
    assert client.get("/accounts/password/").url == "/accounts/login/?next=/accounts/password/"


def test_a_site_without_mail_says_whom_to_ask(client, anna, settings):
    answer = client.post("/accounts/reset/", {"email": "anna@example.com"})
    assert "This site sends no letters." in answer.text and mail.outbox == []


class AtOnce:
    """Sends letters before the answer goes out, so that a test can look at them."""

    submit = staticmethod(lambda send, *letter, **more: send(*letter, **more))


@pytest.fixture
def post(settings, monkeypatch):
    monkeypatch.setattr(accounts, "letters", AtOnce)
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    return mail.outbox


def test_a_letter_leads_to_a_new_password(client, anna, post, settings):
    asked = client.post("/accounts/reset/", {"email": "anna@example.com"}, follow=True, headers={"Host": "localhost"})
    assert "Look into your mail" in asked.text and post[0].subject == "New password for Modelry"
    link = re.search(r"https?://\S+", post[0].body)[0]
    assert link.startswith(f"{settings.SITE_URL}/accounts/reset/")
    shown = client.get(link.removeprefix(settings.SITE_URL), follow=True)
    new = {"new_password1": "staple tray lamp", "new_password2": "staple tray lamp"}
    assert "Password set" in client.post(shown.redirect_chain[-1][0], new, follow=True).text
    anna.refresh_from_db()
    assert anna.check_password("staple tray lamp")
    assert "This link no longer works." in client.get(link.removeprefix(settings.SITE_URL), follow=True).text


def test_nobody_learns_which_addresses_have_accounts(client, anna, post):
    known, unknown = (client.post("/accounts/reset/", {"email": name}) for name in ("anna@example.com", "bob@example.com"))
    assert (known.url, known.status_code) == (unknown.url, unknown.status_code) and len(post) == 1


def test_letters_cannot_be_asked_for_without_end(client, anna, post, settings):
    settings.SIGN_INS_PER_MINUTE = 1
    statuses = [client.post("/accounts/reset/", {"email": "anna@example.com"}).status_code for _ in range(2)]
    assert statuses == [302, 429] and len(post) == 1


@pytest.mark.parametrize(
    ("url", "host", "port", "user", "password", "use_tls", "use_ssl"),
    [
        ("smtp://relay", "relay", 25, "", "", False, False),
        ("smtp+tls://me:p%40ss@mail.example:2587", "mail.example", 2587, "me", "p@ss", True, False),
        ("smtps://mail.example", "mail.example", 465, "", "", False, True),
    ],
)
def test_where_letters_are_handed_over(monkeypatch, settings, url, host, port, user, password, use_tls, use_ssl):
    monkeypatch.setenv("EMAIL_URL", url)
    settings.MAILERS = env.env_mail("EMAIL_URL")
    mailer = mail.mailers["default"]
    assert (mailer.host, mailer.port, mailer.username, mailer.password) == (host, port, user, password)
    assert (mailer.use_tls, mailer.use_ssl, mailer.timeout) == (use_tls, use_ssl, 10)


def test_no_address_sends_no_letters(monkeypatch):
    monkeypatch.delenv("EMAIL_URL", raising=False)
    assert env.env_mail("EMAIL_URL") == {}
