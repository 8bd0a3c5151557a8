"""A site with something in every corner, made through its own pages: for backups, upgrades and steps back.

Also run with the code of an earlier release (`tests/data/upgrade/README.md`), so it uses only what both have.
"""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from asgiref.sync import async_to_sync
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from catalog import bundle
from catalog.claims import pins
from catalog.models import Model, Usage

SMALL = Path(__file__).parent / "data" / "small-catalog.json"
TALK, FREE, SPEECH, PAINT = "acme/talk-large", "acme/talk-free", "openai/tts-1-hd", "orbit/paint"
HELLO = {"endpoint": "chat", "role": "user", "content": "Hello!"}
JSON = {"Accept": "application/json"}


def fill() -> Client:
    """Fills an empty site. Gives the visitor who ran, kept and shared what is in it."""
    small = json.loads(SMALL.read_text("utf-8"))
    bundle.load(small["files"], small["collections"])
    get_user_model().objects.create_superuser("operator", password="correct horse")
    talk = Model.objects.get(slug=TALK)
    pins.edit(talk, {"description": "Edited by a person."}, {("input_tokens", ""): Decimal("1.5")})
    visitor = Client()
    run(visitor)
    keep(visitor)
    age_use()
    return visitor


def run(visitor: Client) -> None:
    """Runs of one model, of two side by side, one with a file, one that is imported, and what is shared of them."""
    talked = visitor.post("/playground/run", HELLO | {"model": TALK}, headers=JSON).json()["run"]
    spoken = {"model": SPEECH, "input": "Hello!", "voice": "alloy", "response_format": "wav"}
    spoken = visitor.post("/playground/run", spoken, headers=JSON).json()["run"]
    columns = {f"{n}.{name}": slug for n, slug in enumerate((TALK, FREE)) for name in ("model", "was")}
    group = visitor.post("/playground/groups", HELLO | {"column": ["0", "1"]} | columns, headers=JSON).json()["group"]
    for address in (f"runs/{talked}", f"runs/{spoken}", f"groups/{group}"):
        visitor.post(f"/playground/{address}/share", {"expires": "never"})
    exported = SimpleUploadedFile("runs.json", whole(visitor.get("/playground/runs.json")))
    visitor.post("/playground/runs/import", {"file": exported})


def whole(response: Any) -> bytes:
    async def read() -> bytes:
        return b"".join([part async for part in response.streaming_content])

    return async_to_sync(read)()


def keep(visitor: Client) -> None:
    form = HELLO | {"model": TALK, "content": "Weather in {{city}}?"}
    for name in ("Weather", "Rain"):
        visitor.post("/playground/presets", form | {"preset_name": name})


def age_use() -> None:
    """Puts what was run here into two hours of one day."""
    row = Usage.objects.get(model__slug=TALK)
    row.hour = row.hour.replace(hour=5)
    row.save()
    row.pk, row.hour = None, row.hour + timedelta(hours=1)
    row.save()


def tables() -> dict[str, int]:
    """How many rows each table of the two apps has."""
    names = ("catalog", "playground")
    found = [table for name in names for table in apps.get_app_config(name).get_models(include_auto_created=True)]
    return {table._meta.db_table: table._base_manager.count() for table in found}


def files(data: Path) -> dict[str, bytes]:
    """The result files below a DATA_DIR, by path."""
    places = [file for kind in ("artifacts", "shares") for file in (data / kind).rglob("*") if file.is_file()]
    return {str(file.relative_to(data)): file.read_bytes() for file in places}


