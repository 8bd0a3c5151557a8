"""A site that is killed while visitors run, keep and share, an operator edits and an import goes on: what was acknowledged is
there afterwards, nothing is half, and nothing is said to be under way.

`KILL_CYCLES=100 KILL_SEED=7 pytest tests/test_killed_site.py` kills it more often, at other moments.
"""

import itertools
import json
import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from served_site import ROOT, ServedSite, Visitor

CYCLES, SEED = int(os.environ.get("KILL_CYCLES", 1)), int(os.environ.get("KILL_SEED", 20261123))
TALK, FREE, SPEECH, FILM = "acme/talk-large", "acme/talk-free", "openai/tts-1-hd", "acme/film"
HELLO = {"endpoint": "chat", "role": "user", "content": "Hello!"}
FILL = """
import filled
from django.core.management import call_command
call_command("migrate", verbosity=0)
filled.fill()
from catalog.models import Model
told = Model.objects.get(slug=filled.TALK).pk
"""
# An import after the other; each is told once it is done.
IMPORTS = """
import itertools, json, filled
from catalog import bundle
small = json.loads(filled.SMALL.read_text("utf-8"))
film = {"name": "Film", "modality": "video", "endpoints": ["video"]}
claims = [{"source": "litellm", "as_of": "2026-11-01", "url": None, "facts": film, "prices": []}]
small["files"][0]["models"].append({"slug": "acme/film", "aliases": [], "claims": claims})
for n in itertools.count(FROM):
    small["files"][0]["models"][0]["claims"][0]["facts"]["context_window"] = 32_000 + n
    bundle.load(small["files"], small["collections"])
    print(n, flush=True)
"""
LOOK = """
from decimal import Decimal
from pathlib import Path
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from catalog.claims import settling
from catalog.models import *
from playground.bounds import budget
from playground.models import *
from playground.records import filed

connection.check_constraints()
sound = [("ok",)]
if connection.vendor == "sqlite":
    sound = connection.cursor().execute("PRAGMA integrity_check").fetchall()
with transaction.atomic():
    before = Change.objects.count()
    settling.settle(list(Model.objects.all()), settling.Actor("pin", "", {}))
    unsettled = Change.objects.count() - before
    transaction.set_rollback(True)
edits = [edit for model in Model.objects.all() if (edit := model.edits.filter(undone=False).first())]
pins = {(c.model_id, c.field): c.value for c in Claim.objects.filter(source="pin")}
paid = [run for run in Run.objects.made_here() if budget.counts(run)]
taken = [run.reserved if run.reserved is not None else budget.charged(run) or Decimal(0) for run in paid]
told = {
    "runs": dict(Run.objects.values_list("id", "state")),
    "groups": list(RunGroup.objects.values_list("id", flat=True)),
    "shares": list(Share.objects.values_list("token", flat=True)),
    "presets": list(Preset.objects.values_list("name", flat=True)),
    "note": Model.objects.get(slug="acme/talk-large").family,
    "window": Model.objects.get(slug="acme/talk-free").context_window,
    "under way": Run.objects.running().filter(job="").count() + Probe.objects.filter(finished=None).count()
        + Import.objects.filter(state="running").count() + Source.objects.exclude(begun=None).count(),
    "without file": [str(row) for row in [*Artifact.objects.all(), *SharedFile.objects.all()]
        if not row.file.exists() or row.file.size() != row.bytes],
    "half edits": [e.pk for e in edits if any(pins.get((e.model_id, k)) != v for k, v in e.after["pins"].items())],
    "unsettled": unsettled,
    "sound": sound == [("ok",)],
    "budget": [str(budget.taken(timezone.now().date()) * budget.BILLION), str(sum(map(budget.units, taken)))],
}
told["runs"] = {str(key): state for key, state in told["runs"].items()}
"""
pytestmark = pytest.mark.database


@pytest.fixture
def place(tmp_path: Path) -> Iterator[ServedSite]:
    """A full site that calls its own sandbox over HTTP as a gateway that is paid."""
    found = ServedSite(tmp_path / "data", SYNC_EVERY="off", DAILY_BUDGET_USD="1000000", SANDBOX_PACE_MS="5")
    found.env["TALK"] = str(found.ask(FILL))
    found.env |= {"GATEWAY_URL": f"{found.url}/sandbox/v1", "GATEWAY_KEY": "sk-anything"}
    yield found
    found.close()


class Told:
    """What the site acknowledged, by all who use it at once until it is gone."""

    def __init__(self, site: ServedSite, cycle: int):
        self.site, self.cycle = site, cycle
        self.runs: dict[str, str] = {}
        self.groups: list[str] = []
        self.shares: list[str] = []
        self.presets: list[str] = []
        self.note, self.window = "", 0
        self.faults: list[str] = []
        self.first = threading.Event()
        users = (self.talk, self.listen, self.watch, self.speak, self.compare, self.keep, self.edit)
        self.threads = [threading.Thread(target=self.until_gone, args=(user,)) for user in users]

    def until_gone(self, user: Callable[[Visitor, int], None]) -> None:
        """Does the same again and again until the site no longer answers, which is no fault."""
        try:
            with self.site.visitor() as visitor:
                self.sign_in(visitor) if user == self.edit else visitor.begin()
                for n in itertools.count():
                    user(visitor, n)
                    self.first.set()
        except httpx.TransportError:
            return
        except Exception as fault:
            self.faults.append(f"{user.__name__}: {fault}")

    def sign_in(self, visitor: Visitor) -> None:
        fields = visitor.begin("/admin/login/").form("/admin/login/")
        visitor.send_form("/admin/login/", fields | {"username": "operator", "password": "correct horse"})

    def talk(self, visitor: Visitor, n: int) -> None:
        self.run(visitor, HELLO | {"model": TALK})

    def run(self, visitor: Visitor, fields: dict[str, str]) -> str:
        answer = visitor.send_form("/playground/run", fields, Accept="application/json")
        assert answer.status_code == 200, answer.text
        run = answer.json()
        self.runs[run["run"]] = run["state"]
        return run["run"]

    def listen(self, visitor: Visitor, n: int) -> None:
        self.stream(visitor, HELLO | {"model": TALK, "stream": "on", "content": f"Write {n} poems."})

    def watch(self, visitor: Visitor, n: int) -> None:
        self.stream(visitor, {"model": FILM, "endpoint": "video", "prompt": "A tram"})

    def stream(self, visitor: Visitor, fields: dict[str, str]) -> None:
        headers = {"X-CSRFToken": visitor.token, "Accept": "text/event-stream"}
        with visitor.stream("POST", "/playground/run", data=fields, headers=headers) as answer:
            assert answer.status_code == 200, answer.read()
            for line in answer.iter_lines():
                if line.startswith('data: {"id"'):
                    self.runs[json.loads(line[6:])["id"]] = ""

    def speak(self, visitor: Visitor, n: int) -> None:
        fields = {"model": SPEECH, "input": "Hello!", "voice": "alloy", "response_format": "wav"}
        shared = visitor.send_form(f"/playground/runs/{self.run(visitor, fields)}/share", {})
        assert shared.status_code == 302, shared.text
        self.shares += [share for share in [shared.headers["location"].rpartition("/")[2]] if len(share) == 32]

    def compare(self, visitor: Visitor, n: int) -> None:
        columns = {f"{k}.{name}": slug for k, slug in enumerate((TALK, FREE)) for name in ("model", "was")}
        fields = HELLO | {"column": ["0", "1"]} | columns
        told = visitor.send_form("/playground/groups", fields, Accept="application/json").raise_for_status().json()
        self.groups.append(told["group"])
        self.runs |= {run["run"]: run["state"] for run in told["runs"]}

    def keep(self, visitor: Visitor, n: int) -> None:
        name = f"Kept {self.cycle}.{n}"
        answer = visitor.send_form("/playground/presets", HELLO | {"model": TALK, "preset_name": name})
        if answer.status_code == 302:  # only so many are kept of one visitor
            self.presets.append(name)

    def edit(self, visitor: Visitor, n: int) -> None:
        path, note = f"/admin/catalog/model/{self.site.env['TALK']}/change/", f"{self.cycle:03}.{n:06}"
        answer = visitor.post(path, data=visitor.form(path) | {"family": note})
        assert answer.status_code == 302, answer.text
        self.note = note

    def imported(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.window = 32_000 + int(line)


def load(site: ServedSite, cycle: int, seconds: float) -> Told:
    """Uses the site in all ways at once, and kills it, and an import, after `seconds` of that."""
    told = Told(site, cycle)
    code = IMPORTS.replace("FROM", str(cycle * 1000))
    words = [sys.executable, "manage.py", "shell", "-v0", "-c", code]
    with subprocess.Popen(words, cwd=ROOT, env=site.env, stdout=subprocess.PIPE, text=True) as imports:
        assert imports.stdout is not None and imports.stdout.readline()  # from here on the film is in the catalog
        reader = threading.Thread(target=told.imported, args=(imports,))
        for thread in (reader, *told.threads):
            thread.start()
        assert told.first.wait(60)
        threading.Event().wait(seconds)  # the moment is what is drawn: nothing is waited for
        site.kill()
        imports.kill()
        for thread in (reader, *told.threads):
            thread.join(60)
    return told


def test_a_killed_site_keeps_what_it_acknowledged(place: ServedSite) -> None:
    moments = random.Random(SEED)
    place.start()
    for cycle in range(1, CYCLES + 1):
        told = load(place, cycle, moments.uniform(0.2, 1.5))
        place.start()
        check(told, place.ask(LOOK))


def check(told: Told, found: dict[str, Any]) -> None:
    assert told.faults == []
    assert told.runs and {run: found["runs"].get(run) for run, state in told.runs.items() if state} == {
        run: state for run, state in told.runs.items() if state
    }
    assert set(told.runs) <= set(found["runs"]) and set(told.groups) <= set(found["groups"])
    assert set(told.shares) <= set(found["shares"]) and set(told.presets) <= set(found["presets"])
    assert (found["note"] >= told.note, found["window"] >= told.window) == (True, True)
    nothing = ("under way", "without file", "half edits", "unsettled")
    assert {name: found[name] for name in nothing} == {"under way": 0, "without file": [], "half edits": [], "unsettled": 0}
    assert found["sound"] and float(found["budget"][0]) == float(found["budget"][1])
