"""Settings: clear words for a wrong variable, and what the operator's own face does."""

import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from asgiref.sync import SyncToAsync, async_to_sync
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import AsyncClient, Client

from catalog import syncing
from catalog.sources import READERS
from config import env
from config.env import secret_key
from config.settings import BASE_DIR

DOCUMENTS = [*BASE_DIR.glob("*.md"), *BASE_DIR.glob("docs/*.md")]


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda: env.env_int("X", 1), "many"),
        (lambda: env.env_int("X", 1, minimum=1), "0"),
        (lambda: env.env_bool("X", False), "perhaps"),
        (lambda: env.env_decimal("X", "0", below="1"), "1"),
        (lambda: env.env_decimal("X", "0"), "nan"),
        (lambda: env.env_choice("X", "a", ("a", "b")), "c"),
        (lambda: env.env_url("X"), "ftp://host"),
        (lambda: env.env_url("X"), "mailto:me@example.com"),
        (lambda: env.env_url("X", letter=True), "mailto:me"),
        (lambda: env.env_url("X", letter=True), "javascript:alert(1)"),
        (lambda: env.env_mail("X"), "mail.example:25"),
        (lambda: env.env_redis("X"), "127.0.0.1:6379"),
        (lambda: env.env_header("X"), "X_User: me"),
        (lambda: env.env_colour("X"), "blue; }"),
        (lambda: env.env_file("X"), "/no/such/file"),
        (lambda: env.env_folder("X", Path()), "/dev/null"),
        (lambda: env.env_folder("X", Path()), "/proc/none"),
        (lambda: env.env_int("X", 1), "9" * 5000),
        (lambda: env.env_int("X", 1, maximum=10), "11"),
        (lambda: env.env_decimal("X", "0"), "1e999"),
        (lambda: env.env_url("X"), "http://host:99999"),
        (lambda: env.env_url("X"), "http://[host"),
        (lambda: env.env_mail("X"), "smtp://host:port"),
        (lambda: env.env_redis("X"), "redis://host:port"),
        (lambda: env.env_gateway("X"), "ftp://me:secret@host/v1"),
        (lambda: env.env_key("X"), "two words"),
        (lambda: env.env_words("X", (), ("gateway", "litellm")), "gateway, litelm"),
        (lambda: env.env_token("X"), "short"),
    ],
)
def test_a_wrong_variable_is_named(read, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", value)
    with pytest.raises(ImproperlyConfigured, match="X must be") as fault:
        read()
    assert len(str(fault.value)) < 200 and "secret" not in str(fault.value)


@pytest.mark.parametrize("value", ["https://me:secret@host/v1", "https://host/v1?key=secret", "https://host/v1#secret"])
def test_a_gateways_address_has_no_key_in_it(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", value)
    with pytest.raises(ImproperlyConfigured, match="X must have no user, query or fragment") as fault:
        env.env_gateway("X")
    assert "secret" not in str(fault.value)


@pytest.mark.parametrize("value", ["mysql://me:secret@db/models", "postgres://me:secret@db:99999/models", "models"])
def test_a_wrong_database_is_named_and_not_repeated(value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", value)
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL must be an address") as fault:
        env.database(tmp_path)
    assert "secret" not in str(fault.value)


def test_a_blank_variable_is_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", " ")
    assert env.env_decimal("X", "0.05") == Decimal("0.05")


def test_the_secret_key_is_made_once_and_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    first = secret_key(tmp_path)
    assert secret_key(tmp_path) == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_a_database_url_is_read_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://me:p%40ss@db:5433/models")
    found = env.database(tmp_path)
    parts = [found[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")]
    assert parts == ["models", "me", "p@ss", "db", "5433"]


def test_all_middleware_runs_without_a_thread_hop(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    hops, call = [], SyncToAsync.__call__

    async def counted(hop: SyncToAsync, *args: object, **named: object) -> object:
        hops.append(hop.func.__name__)
        return await call(hop, *args, **named)

    monkeypatch.setattr(SyncToAsync, "__call__", counted)
    form = AsyncClient(enforce_csrf_checks=True)
    assert async_to_sync(form.get)("/privacy").status_code == 200
    form.cookies["csrftoken"] = token = "a" * 32
    assert async_to_sync(form.post)("/playground/run", {"csrfmiddlewaretoken": token}).status_code == 422
    assert hops and not {"process_request", "process_response", "process_view"} & set(hops)


def test_a_site_without_a_face_of_its_own_has_no_such_files(client: Client) -> None:
    assert client.get("/site.css").status_code == client.get("/site-logo").status_code == 404


def test_the_logo_is_served_as_a_picture_that_can_do_nothing(client: Client, settings, tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    settings.SITE_LOGO = str(tmp_path / "logo.svg")
    response = client.get("/site-logo")
    assert response["Content-Type"] == "image/svg+xml"
    assert "sandbox" in response["Content-Security-Policy"]


def test_every_source_that_can_be_synced_may_be_named():
    assert set(settings.READABLE) == {name for name in READERS if not syncing.unknown([name])}


@pytest.mark.parametrize(("variables", "code", "words"), [
    ({"SYNC_SOURCES": "gateway, litelm"}, 2, "SYNC_SOURCES must be of gateway, openrouter, models_dev, litellm"),
    ({"FILES_STORAGE": "S3 secret"}, 2, "FILES_STORAGE must be the dotted name of a class"),
    ({"FILES_OPTIONS": '["secret"]'}, 2, "FILES_OPTIONS must be a JSON object"),
    ({"DATABASE_CONNECTIONS": "3"}, 2, "DATABASE_CONNECTIONS must be a whole number from 12"),
    ({"DATA_DIR": "/proc/none"}, 2, "DATA_DIR must be a folder in which this user may write"),
    ({"DATABASE_URL": "postgres://me:secret@127.0.0.1:1/none"}, 1, "The database cannot be used: "),
])  # fmt: skip
def test_a_start_that_cannot_be_ends_with_a_sentence(tmp_path, variables, code, words):
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)} | variables
    command = [sys.executable, settings.BASE_DIR / "manage.py", "migrate", "--no-input", "-v0"]
    ended = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stderr.count("\n")) == (code, 1), ended.stderr
    assert ended.stderr.startswith(words) and "secret" not in ended.stderr


def test_readme_lists_every_variable_and_no_other():
    code = "".join((settings.BASE_DIR / "config" / name).read_text() for name in ("settings.py", "env.py"))
    read = set(re.findall(r'env(?:_[a-z]+)?\(\s*"([A-Z_]+)"', code))
    rows = re.findall(r"^\| (`[A-Z_`, ]+`) \|", (settings.BASE_DIR / "README.md").read_text(), re.M)
    listed = {name for row in rows for name in re.findall("[A-Z_]+", row)}
    assert read - listed == set() and listed - read == {"WORKERS"}  # scripts/serve reads that one


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_no_document_leads_nowhere(file):
    places = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", file.read_text())
    assert [place for place in places if not (file.parent / place).exists()] == []


@pytest.mark.parametrize("letters", (10, 100_000))
def test_a_form_without_a_token_is_refused_in_words_whatever_its_size(letters: int, db: None) -> None:
    form = AsyncClient(enforce_csrf_checks=True)
    answer = async_to_sync(form.post)("/playground/run", {"content": "a" * letters})
    assert answer.status_code == 403 and "<h1>" in answer.text
