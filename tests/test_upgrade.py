"""A site of an earlier release, brought up to date: every row and file is kept, pages show it, and work goes on."""

import sqlite3
import tarfile
from collections.abc import Iterator
from pathlib import Path

import filled
import pytest
from django.db import connection
from served_site import ServedSite

OLD = sorted((Path(__file__).parent / "data" / "upgrade").glob("*.tar.gz"))
# Each kind of page, and each kind of write.
USE = """
from decimal import Decimal
import filled
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from catalog.claims import pins, undo
from catalog.models import Edit, Model
from playground.models import Preset, Run, Share

connection.check_constraints()
shares, visitor, staff = list(Share.objects.order_by("pk")), Client(), Client()
staff.force_login(get_user_model().objects.get(username="operator"))
pages = ["/", "/models", "/models/acme/talk-large", "/models/openai/tts-hd", "/providers/acme", "/collections", "/changes",
    "/rankings", "/compare?models=acme/talk-large,acme/talk-free", "/playground?model=acme/talk-large", "/api/v1/models",
    Preset.objects.get(name="Weather").get_absolute_url(), *(share.get_absolute_url() for share in shares)]
desk = ["/admin/", "/admin/catalog/model/", f"/admin/catalog/model/{Model.objects.get(slug=filled.TALK).pk}/change/",
    "/admin/playground/run/", "/admin/playground/share/", "/admin/playground/preset/", "/admin/catalog/source/"]
shown = {page: client.get(page, follow=True).status_code for client, list_ in ((visitor, pages), (staff, desk)) for page in list_}
talk = Model.objects.get(slug=filled.TALK)
was = talk.description, str(talk.prices.current().get(meter="input_tokens", condition="").amount.normalize())
edit = pins.edit(talk, {"description": "Edited anew."}, {}, by="operator")
anew = Model.objects.get(pk=talk.pk).description
undo.undo([edit], "operator")
filled.run(visitor)
told = {"shown": shown, "was": was, "edited": [anew, Model.objects.get(pk=talk.pk).description],
    "states": sorted(set(Run.objects.values_list("state", flat=True)))}
"""

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="the files are SQLite's")


@pytest.fixture(params=OLD, ids=lambda file: file.name.removesuffix(".tar.gz"))
def old(request, tmp_path: Path) -> Iterator[ServedSite]:
    site = ServedSite(tmp_path / "data")
    with tarfile.open(request.param) as tar:
        tar.extractall(site.data, filter="data")
    yield site
    site.close()


def rows(data: Path) -> dict[str, list[dict[str, object]]]:
    """All tables of a site, read without its code."""
    base = sqlite3.connect(data / "modelry.sqlite3")
    base.row_factory = sqlite3.Row
    try:
        found = base.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        names = [name for (name,) in found]
        return {name: [dict(row) for row in base.execute(f'SELECT * FROM "{name}"')] for name in names}
    finally:
        base.close()


def lost(before: dict[str, list[dict[str, object]]], after: dict[str, list[dict[str, object]]]) -> list[tuple[str, object]]:
    """Rows of before that are not there any more, or not with the same values in the columns that both have."""
    found = []
    for name, kept in before.items():
        both = kept and after.get(name) and [column for column in kept[0] if column in after[name][0]]
        now = {tuple(row[column] for column in both) for row in after[name]} if both else set()
        found += [(name, row) for row in kept if not both or tuple(row[column] for column in both) not in now]
    return found


def test_a_site_of_an_earlier_release_goes_on(old: ServedSite) -> None:
    before, files = rows(old.data), filled.files(old.data)
    archive = old.data.parent / "old.tar.gz"
    old.manage("backup", str(archive))
    old.manage("migrate", "--no-input", "-v0")
    assert lost(before, rows(old.data)) == []
    told = old.ask(USE)
    assert {page: status for page, status in told["shown"].items() if status != 200} == {}
    assert (told["was"], told["edited"]) == (["Edited by a person.", "1.5"], ["Edited anew.", "Edited by a person."])
    assert told["states"] == ["complete"]

    copy = ServedSite(old.data.parent / "copy")
    copy.manage("restore", str(archive))
    assert lost(before, rows(copy.data)) == []
    assert files and files == filled.files(copy.data)
    assert rows(copy.data)["django_migrations"][-1]["name"] == rows(old.data)["django_migrations"][-1]["name"]
