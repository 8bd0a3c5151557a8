"""Passwords that are tried: slowed by address and by account, the same for names that nobody has, and told to staff only."""

import re
import threading

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client

from catalog.models import Failure
from catalog.operation import failures
from config import accounts, attempts

PASSWORD = "correct horse battery"
LOCMEM = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
SIGN_IN, ADMIN = "/accounts/login/", "/admin/login/"


@pytest.fixture
def anna(db, settings, django_user_model):
    settings.SIGN_INS_PER_MINUTE = 3
    return django_user_model.objects.create_user("anna", "anna@example.com", PASSWORD, is_staff=True)


def sign_in(client: Client, password: str = PASSWORD, name: str = "anna", at: str = SIGN_IN, **more: str):
    return client.post(at, {"username": name, "password": password}, **more)


def strangers(name: str = "anna", count: int = 4) -> list:
    """The answers to wrong passwords, each from another browser at another address."""
    return [sign_in(Client(), "wrong", name, REMOTE_ADDR=f"192.0.2.{n}") for n in range(count)]


def body(answer, name: str) -> str:
    """The page without what differs each time: the token, and the name that was typed."""
    return re.sub(r'(csrfmiddlewaretoken" value=)"\w+"', r"\1", answer.text).replace(name, "NAME")


@pytest.mark.parametrize("at", [SIGN_IN, ADMIN])
def test_one_account_cannot_be_tried_from_many_addresses(anna, at):
    assert [answer.status_code for answer in strangers()] == [422, 422, 422, 429]
    held = sign_in(Client(), at=at, REMOTE_ADDR="192.0.2.99")
    assert held.status_code == 429 and 1190 <= int(held["Retry-After"]) <= 1200
    assert "3 an hour at one account" in held.text and "Try again in 20 minutes." in held.text


@pytest.mark.parametrize("at", [SIGN_IN, ADMIN])
def test_strangers_do_not_lock_the_owner_out(client, anna, at):
    assert sign_in(client, at=at).status_code == 302
    client.post("/accounts/logout/")
    strangers()
    assert sign_in(client, at=at).status_code == 302
    assert sign_in(Client(), at=at, REMOTE_ADDR="192.0.2.99").status_code == 429


def test_a_known_browser_has_no_more_attempts_than_others(client, anna):
    sign_in(client)
    tried = [sign_in(client, "wrong", REMOTE_ADDR=f"192.0.2.{n}").status_code for n in range(4)]
    assert tried == [422, 422, 422, 429]


def test_a_browser_is_known_to_no_other_account(client, anna, django_user_model):
    django_user_model.objects.create_user("bob", password=PASSWORD)
    sign_in(client, name="bob", REMOTE_ADDR="192.0.2.50")
    client.cookies[attempts.cookie("anna")] = client.cookies[attempts.cookie("bob")].value
    strangers()
    assert sign_in(client, REMOTE_ADDR="192.0.2.51").status_code == 429


def test_the_mark_of_a_known_browser_is_read_by_the_site_alone(client, anna, settings):
    settings.SECURE = True
    mark = sign_in(client).cookies[attempts.cookie("anna")]
    assert (mark["httponly"], mark["secure"], mark["samesite"]) == (True, True, "Lax")
    assert "anna" not in mark.OutputString()


def test_a_letter_lets_the_owner_in_while_strangers_try(client, anna, settings, monkeypatch):
    settings.MAILERS = LOCMEM
    monkeypatch.setattr(accounts.letters, "submit", lambda send, *letter, **more: send(*letter, **more))
    strangers()
    client.post("/accounts/reset/", {"email": "anna@example.com"})
    link = re.search(r"/accounts/reset/\S+", mail.outbox[0].body)[0]
    form = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(form, {"new_password1": "staple tray lamp", "new_password2": "staple tray lamp"})
    assert sign_in(client, "staple tray lamp").status_code == 302


def test_names_that_nobody_has_are_answered_the_same(anna):
    known, unknown = strangers("anna"), strangers("bert")
    assert [answer.status_code for answer in known] == [answer.status_code for answer in unknown] == [422, 422, 422, 429]
    for one, other in zip(known, unknown, strict=True):
        assert body(one, "anna") == body(other, "bert")
        one.headers["Expires"] = other.headers["Expires"]  # the second in which each was asked
        assert one.headers == other.headers and one.cookies.keys() == other.cookies.keys()


def test_every_name_costs_the_same_work(anna, settings, django_user_model, monkeypatch):
    settings.SIGN_INS_PER_MINUTE, made, encode = 100, [], MD5PasswordHasher.encode
    django_user_model.objects.create_user("gone", password=PASSWORD, is_active=False)
    django_user_model.objects.create_user("proxied")  # has no password
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda self, *said: made.append(said) or encode(self, *said))
    work = {}
    for name in ("anna", "nobody", "gone", "proxied"):
        made.clear()
        assert sign_in(Client(), "wrong", name).status_code == 422
        work[name] = len(made)
    assert set(work.values()) == {1}, work


def test_the_old_password_cannot_be_tried_out_either(client, anna):
    sign_in(client, REMOTE_ADDR="192.0.2.9")
    new = {"new_password1": "staple tray lamp", "new_password2": "staple tray lamp"}
    statuses = [client.post("/accounts/password/", {"old_password": "wrong"} | new).status_code for _ in range(3)]
    held = client.post("/accounts/password/", {"old_password": PASSWORD} | new)
    assert statuses == [422] * 3 and held.status_code == 429 and held["Retry-After"]
    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)


def test_a_mailbox_is_not_filled_from_many_addresses(anna, settings, monkeypatch):
    settings.MAILERS, sent = LOCMEM, []
    monkeypatch.setattr(accounts.letters, "submit", lambda send, *letter, **more: sent.append(letter))
    ask = {name: [letter(name, f"192.0.2.{n}") for n in range(attempts.LETTERS + 1)] for name in ("anna", "nobody")}
    assert [answer.status_code for answer in ask["anna"]] == [302] * attempts.LETTERS + [429]
    assert [answer.status_code for answer in ask["nobody"]] == [302] * attempts.LETTERS + [429]
    assert len(sent) == attempts.LETTERS and ask["anna"][-1]["Retry-After"] == ask["nobody"][-1]["Retry-After"]


def letter(name: str, place: str):
    return Client().post("/accounts/reset/", {"email": f"{name}@example.com"}, REMOTE_ADDR=place)


class Slow(EmailBackend):
    """A mail server that takes a letter when the test lets it."""

    answered, taken = threading.Event(), threading.Event()

    def send_messages(self, messages):
        assert self.answered.wait(20)
        self.taken.set()
        return super().send_messages(messages)


def test_an_answer_does_not_wait_for_the_mail_server(anna, settings):
    settings.MAILERS = {"default": {"BACKEND": f"{__name__}.Slow"}}
    assert letter("anna", "192.0.2.1").status_code == 302
    assert not Slow.taken.is_set()
    Slow.answered.set()
    assert Slow.taken.wait(20)


def test_failed_attempts_are_logged_without_what_was_typed(anna, caplog):
    sign_in(Client(), "secret-typed", "anna")
    sign_in(Client(), "secret-typed", "my-password-in-the-wrong-field")
    told = [record.getMessage() for record in caplog.records if record.name == "config.attempts"]
    assert told[0].startswith(f"Sign-in failed: account {anna.pk}, from address ") and "account unknown" in told[1]
    assert "typed" not in caplog.text and "anna" not in caplog.text and "wrong-field" not in caplog.text


def test_who_is_held_back_is_logged_once_each_time(anna, caplog):
    strangers()
    assert "Sign-in held back for 12" in caplog.text and caplog.text.count("Sign-in failed") == 3


def test_staff_see_how_many_sign_ins_failed_and_nothing_of_whose(anna, admin_client, catalog, monkeypatch):
    monkeypatch.setattr(failures, "_waiting", {})
    before = {name: attempts.SIGN_INS.labels(name)._value.get() for name in ("refused", "held_back")}
    strangers(count=5)
    failures.write()
    rows = dict(Failure.objects.filter(kind="sign_in").values_list("what", "times"))
    counted = {name: attempts.SIGN_INS.labels(name)._value.get() - before[name] for name in before}
    assert rows == counted == {"refused": 3, "held_back": 2}
    page = admin_client.get("/admin/catalog/failure/?kind__exact=sign_in").text
    assert "Sign-ins" in page and "held_back" in page and "anna" not in page and "192.0.2." not in page
