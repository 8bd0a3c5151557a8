"""What the command takes and tells, whatever a file or an address is."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Import
from catalog.sources import READERS

pytestmark = pytest.mark.usefixtures("catalog")


def test_names_that_no_terminal_and_no_table_can_hold_are_refused_legibly(capsys: pytest.CaptureFixture, tmp_path: Path) -> None:
    names = ["openai/gpt-4\ud800", "openai/gpt-4\x00", "openai/\x1b[31mred\n", "openai/\u202edab"]
    file = tmp_path / "prices.json"
    file.write_text(json.dumps({name: {"litellm_provider": "openai", "mode": "chat"} for name in names}))
    call_command("import_catalog", "litellm", place=str(file), allow_shrink=True)
    told = capsys.readouterr().out
    assert "openai/gpt-4\ufffd model" in told and told.replace("\n", "").isprintable()
    refused = [slug for slug, *_ in Import.objects.first().report["refused"]]
    assert len(refused) == len(names) and "".join(refused).isprintable()


def test_password_of_an_address_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(READERS["litellm"], "fetch", lambda place: {})
    place = "https://me:sk-secret@prices.example/all.json?token=sk-secret"
    call_command("import_catalog", "litellm", place=place, allow_shrink=True, verbosity=0)
    assert Import.objects.first().place == "https://****@prices.example/all.json?****"


@pytest.mark.parametrize("held", [None, "[]", "{", '{"provider": {}}'])
def test_no_folder_of_the_bundle_is_said_to_be_none(held: str | None, tmp_path: Path) -> None:
    if held:
        (tmp_path / "one.json").write_text(held)
    with pytest.raises(CommandError, match="not"):
        call_command("import_catalog", "bundle", place=str(tmp_path), verbosity=0)


@pytest.mark.parametrize("asked", [{"only": ["no/such"]}, {"provider": "nobody"}])
def test_says_where_nothing_is_stated_of_what_was_asked_for(monkeypatch: pytest.MonkeyPatch, asked: dict) -> None:
    stated = {"openai/gpt-9": {"litellm_provider": "openai", "mode": "chat"}}
    monkeypatch.setattr(READERS["litellm"], "fetch", lambda place: stated)
    with pytest.raises(CommandError, match="states nothing of what was asked for"):
        call_command("import_catalog", "litellm", verbosity=0, **asked)
    call_command("import_catalog", "litellm", verbosity=0, only=["openai/gpt-9"])


def test_two_at_once_are_told_apart() -> None:
    row = Import.objects.create(source="litellm", state="running")
    with pytest.raises(CommandError) as fault:
        call_command("import_catalog", "bundle", verbosity=0)
    assert str(fault.value) == f"Another import ({row}) is under way. Try again when it is done."
