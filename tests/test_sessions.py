"""Sessions: a new id at each sign-in, nothing left after sign-out, and an id that somebody planted opens nothing."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as now
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

PASSWORD, NEW = "correct horse battery", "staple tray lamp"
SENT = {"model": "acme/talk-large", "role": "user", "content": "Hello!"}


@pytest.fixture
def anna(catalog, django_user_model):
    return django_user_model.objects.create_user("anna", "anna@example.com", PASSWORD)


def sign_in(client: Client, password: str = PASSWORD) -> int:
    return client.post("/accounts/login/", {"username": "anna", "password": password}).status_code


def run(client: Client) -> str:
    """The address of a run that this browser makes."""
    return f"/playground/runs/{client.post('/playground/run', SENT, headers={'Accept': 'application/json'}).json()['run']}"


def with_id(key: str) -> Client:
    """Another browser with the same id of a session."""
    client = Client()
    client.cookies[now.SESSION_COOKIE_NAME] = key
    return client


def key(client: Client) -> str:
    return client.cookies[now.SESSION_COOKIE_NAME].value


def test_an_id_that_somebody_planted_is_replaced_at_sign_in(client, anna):
    run(client)
    planted = key(client)
    sign_in(client)
    assert key(client) != planted and not Session.objects.filter(session_key=planted).exists()
    own, thief = run(client), with_id(planted)
    assert thief.get(own).status_code == 404 and client.get(own).status_code == 200
    assert "Signed in as" not in thief.get("/playground").text


@pytest.mark.parametrize("planted", ["a" * 32, "chosen", "../../x"])
def test_an_id_that_the_site_did_not_give_is_never_taken(anna, planted):
    victim, thief = with_id(planted), with_id(planted)
    made = run(victim)
    assert key(victim) != planted and thief.get(made).status_code == 404


def test_runs_from_before_a_sign_in_stay_in_that_browser(client, anna):
    before = run(client)
    sign_in(client)
    assert client.get(before).status_code == 200
    elsewhere = Client()
    sign_in(elsewhere)
    assert elsewhere.get(before).status_code == 404


def test_signing_out_leaves_nothing_in_the_browser(client, anna):
    before = run(client)
    sign_in(client)
    signed_in, left = run(client), key(client)
    client.post("/accounts/logout/")
    for browser in (client, with_id(left)):
        assert {browser.get(page).status_code for page in (before, signed_in)} == {404}
    assert not Session.objects.exists()
    sign_in(client)
    assert client.get(signed_in).status_code == 200 and client.get(before).status_code == 404


def test_another_account_in_the_same_browser_sees_nothing_of_the_first(client, anna, django_user_model):
    django_user_model.objects.create_user("bob", password=PASSWORD)
    sign_in(client)
    made = run(client)
    client.post("/accounts/login/", {"username": "bob", "password": PASSWORD})
    assert "Signed in as <b>bob</b>" in client.get("/playground").text
    assert client.get(made).status_code == 404


def changed(client: Client) -> None:
    client.post("/accounts/password/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})


def test_a_new_password_ends_the_sessions_elsewhere(client, anna):
    elsewhere = Client()
    sign_in(client)
    sign_in(elsewhere)
    made, before = run(elsewhere), key(client)
    changed(client)
    assert elsewhere.get(made).status_code == 404 and elsewhere.get("/accounts/password/").status_code == 302
    assert client.get(made).status_code == 200 and key(client) != before


def test_a_session_ends_by_itself(client, anna):
    sign_in(client)
    assert client.cookies[now.SESSION_COOKIE_NAME]["max-age"] == timedelta(weeks=2).total_seconds()
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/accounts/password/").status_code == 302


def test_an_account_that_is_closed_is_signed_out_at_once(client, anna):
    sign_in(client)
    made = run(client)
    anna.is_active = False
    anna.save()
    assert "Signed in as" not in client.get("/playground").text and client.get("/accounts/password/").status_code == 302
    assert client.get(made).status_code == 200  # the browser's own, as of any visitor


def test_catalog_pages_set_no_cookie_and_read_none(client, anna):
    sign_in(client)
    for page in ("/", "/models", "/models/acme/talk-large", "/privacy"):
        answer = client.get(page)
        assert not answer.cookies and "Cookie" not in answer.get("Vary", "")


FLAGS = "from django.conf import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, *(getattr(s, f'{c}_COOKIE_{f}') \
for c in ('SESSION', 'CSRF') for f in ('SECURE', 'HTTPONLY', 'SAMESITE', 'DOMAIN', 'PATH')))"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://localhost:8000", "sessionid csrftoken False True Lax None / False True Lax None /"),
        ("https://models.example", "__Host-sessionid __Host-csrftoken True True Lax None / True True Lax None /"),
    ],
)
def test_cookies_are_for_this_very_host_and_no_script(tmp_path, address, told):
    """`__Host-`: no other host of the same domain, and nobody on the way to http, can plant one."""
    env = {"SITE_URL": address, "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run([sys.executable, "-c", FLAGS], cwd=Path(__file__).parents[1], env=env, capture_output=True, text=True)
    assert done.stdout.strip() == told, done.stderr
