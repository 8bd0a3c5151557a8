"""A visitor's runs as a file, and such a file brought back."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from django.utils import timezone

from catalog.models import Usage
from playground import housekeeping, today
from playground.models import Run, RunGroup
from playground.records import exports, imports


def exported(client: Client, query: str = "") -> dict[str, Any]:
    answer = client.get(f"/playground/runs.json{query}")

    async def whole() -> bytes:
        return b"".join([piece async for piece in answer.streaming_content])

    return json.loads(async_to_sync(whole)())


def bring(client: Client, told: Any) -> Any:
    text = told if isinstance(told, str) else json.dumps(told)
    return client.post("/playground/runs/import", {"file": io.BytesIO(text.encode())})


def alike(told: dict[str, Any]) -> list[dict[str, Any]]:
    """The runs of a file without what an import changes."""
    own = {"run": None, "group": None, "imported": None, "artifacts": None}
    return sorted((run | own for run in told["runs"]), key=lambda run: run["created"])


@pytest.fixture
def file(run, speak, stream, client) -> dict[str, Any]:
    """An export of a run, a stream, a failed one, one of a conversation, and one with a file."""
    run()
    stream()
    run(sandbox_error="429")
    run(role=["user", "assistant", "user"], content=["One", "Two\u2028😀", "<b>Three</b>"])
    speak()
    return exported(client)


def test_what_is_exported_comes_back_equal(file, client):
    client.post("/playground/runs/delete")
    assert bring(client, file).url == "/playground/runs?imported=on"
    again = exported(client)
    assert len(alike(file)) == 5 and alike(again) == alike(file)
    assert all(run["imported"] for run in again["runs"])
    assert not {run["run"] for run in file["runs"]} & {run["run"] for run in again["runs"]}


def test_an_export_is_a_file_of_the_filtered_runs(file, client):
    assert [run["state"] for run in exported(client, "?state=error")["runs"]] == ["error"]
    answer = client.get("/playground/runs.json")
    assert answer["Content-Disposition"] == 'attachment; filename="runs.json"'
    assert client.get("/playground/runs.json?state=happy").status_code == 400


def test_an_export_of_nothing_is_a_file_too(client, catalog):
    assert exported(client)["runs"] == []


def test_many_runs_are_written_in_batches(run, client, monkeypatch):
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    for _ in range(3):
        run()
    assert len(exported(client)["runs"]) == 3


def test_an_export_names_nobody(file, client):
    text, one = json.dumps(file), Run.objects.first()
    assert not [secret for secret in (str(one.visitor), one.address, client.session.session_key) if secret in text]


def test_an_export_has_no_runs_of_others(file):
    assert exported(Client())["runs"] == []


def test_side_by_side_runs_stay_together(run, client):
    run()
    run()
    Run.objects.update(group=RunGroup.objects.create(visitor=Run.objects.first().visitor))
    bring(client, exported(client))
    groups = Run.objects.imported().values_list("group", flat=True)
    assert len(set(groups)) == 1 and RunGroup.objects.count() == 2


def test_imported_runs_belong_to_who_brought_them(file):
    other = Client()
    bring(other, file)
    assert other.get("/playground/runs", headers={"Accept": "application/json"}).json()["total"] == 5
    assert Run.objects.imported().count() == 5


def test_imported_runs_are_marked_and_count_for_nothing(file, client):
    used = list(Usage.objects.values())
    before = today.figures()
    bring(client, file)
    assert list(Usage.objects.values()) == used and today.figures() == before
    page = client.get(Run.objects.imported().first().get_absolute_url()).content.decode()
    assert "This is what the file said" in page and 'formaction="/playground/runs' not in page


def test_old_runs_stay_as_long_as_new_ones_once_they_are_imported(file, client, settings):
    for run in file["runs"]:
        run["created"] = (timezone.now() - timedelta(days=400)).isoformat()
    bring(client, file)
    housekeeping.purge()
    assert Run.objects.imported().count() == 5
    day = timezone.now() - timedelta(days=settings.RUN_RETENTION_DAYS + 1)
    Run.objects.imported().update(address=f"imported {day:%Y-%m-%d}")
    housekeeping.purge()
    assert (Run.objects.imported().count(), Run.objects.count()) == (0, 5)


def changed(run: dict[str, Any], path: str, value: Any) -> None:
    *steps, last = path.split(".")
    for step in steps:
        run = run[step]
    run[last] = value


SOON = (timezone.now() + timedelta(hours=1)).isoformat()
WRONG = [
    ("model", 3), ("model", ""), ("model", "x" * 201), ("endpoint", "telepathy"), ("state", "running"), ("state", "happy"),
    ("sandbox", "yes"), ("created", SOON), ("created", "yesterday"), ("created", "2026-01-01"), ("finished", 7),
    ("request.method", "DELETE"), ("request.url", "x" * 501), ("request.headers", [["a"]]), ("request.headers", {"a": "b"}),
    ("request.body", "{"), ("request.body", "[1]"), ("request.body", "[" * 200 + "]" * 200), ("request.parts", [{}]),
    ("response.status", 42), ("response.body", {}), ("output", 1), ("error", {"status": 500}), ("left_out", [{}]),
    ("usage", {"hugs": 1}), ("usage", {"input_tokens": -1}), ("usage", {"input_tokens": 1.5}), ("prices", [["hugs", "", "1"]]),
    ("prices", [["images", "at night", "1"]]), ("prices", [["images", "", "one"]]), ("prices", [["images", ""]]),
    ("arrivals", ["soon"]), ("arrivals", [0] * 2001), ("job", None), ("cost.list", "-1"), ("cost.list", 1), ("cost.list", "1e9"),
    ("cost.list", "999999999999.999999999999"), ("created", "0001-01-01T00:00:00+14:00"),
    ("finished", "0001-01-01T00:00:00+14:00"),
    ("timing.total_ms", -1), ("timing.total_ms", "1"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value"), WRONG)
def test_a_wrong_field_is_named_and_nothing_imported(run, client, path, value):
    run()
    told = exported(client)
    changed(told["runs"][0], path, value)
    answer = bring(client, told)
    assert answer.status_code == 422 and not Run.objects.imported().exists()
    assert f"runs[0].{path}" in answer.content.decode()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not valid JSON"),
        ("{", "is not valid JSON at line 1"), ("[]", "no export of runs"), ("NaN", "is not valid JSON"),
        ('{"format": "modelry-runs", "version": 2, "runs": []}', "version is not 1"), ("[" * 100_000, "is not valid JSON"),
        ('{"format": "modelry-runs", "version": 1, "runs": {}}', "no export of runs"),
        (f'{{"format": "modelry-runs", "version": 1, "runs": {"[" * 150}{"]" * 150}}}', "nested too deep"),
        ('{"format": "modelry-runs", "version": 1, "runs": [3]}', "runs[0]: 3 is not of type"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_refused(client, catalog, text, said):
    answer = bring(client, text)
    assert answer.status_code == 422 and said in answer.content.decode()


def test_a_file_too_large_or_with_too_many_runs_is_refused(run, client, monkeypatch):
    run()
    told = exported(client)
    monkeypatch.setattr(imports, "MOST_IMPORTED", 0)
    assert "has 1 runs; at most 0" in bring(client, told).content.decode()
    monkeypatch.setattr(imports, "MAX_FILE", 10)
    assert "bytes; at most 10" in bring(client, told).content.decode()


def test_no_file_is_told(client, catalog):
    assert "choose a file" in client.post("/playground/runs/import").content.decode()


def test_nothing_is_imported_where_nothing_is_kept(file, client, settings):
    settings.RUN_RETENTION_DAYS = 0
    assert bring(client, file).status_code == 422
    assert not Run.objects.imported().exists()


def test_nul_and_lone_surrogates_are_made_storable(run, client):
    run()
    told = exported(client)
    told["runs"][0]["output"] = "a\0b\ud800"
    assert bring(client, told).status_code == 302
    assert Run.objects.imported().get().output == "a␀b�"


def test_a_run_says_how_it_was_imported_as_a_page(file, client):
    bring(client, file)
    for run in Run.objects.imported():
        assert client.get(run.get_absolute_url()).status_code == 200
        assert client.get(f"/playground?run={run.id}").status_code == 200


def test_who_may_not_run_models_imports_none(file, client, settings):
    settings.PLAYGROUND_ACCESS = "staff"
    answer = bring(client, file)
    assert answer.status_code == 422 and "Only staff may run models on this site." in answer.text
    assert not Run.objects.imported().exists()


def test_imports_are_not_taken_without_end(file, client, monkeypatch):
    monkeypatch.setattr(imports, "MOST_IMPORTED", 7)
    answers = [bring(client, file) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 422]
    assert "at most 7 runs a minute are imported for one network address" in answers[1].text
