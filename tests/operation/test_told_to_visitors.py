"""/privacy, SECURITY.md and docs/operating.md say what the code does, in the same figures."""

import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings as site_settings
from prometheus_client import REGISTRY

from catalog import usage
from catalog.operation import failures
from config import health
from playground import measures
from playground.presets import presets
from playground.records import shares
from playground.running import own_key

ROOT = Path(__file__).parent.parent.parent
SECURITY = " ".join((ROOT / "SECURITY.md").read_text("utf-8").split())
OPERATING = (ROOT / "docs" / "operating.md").read_text("utf-8")


def page(client):
    return " ".join(re.sub("<[^>]+>", "", client.get("/privacy").text).split())


@pytest.mark.parametrize(
    ("told", "figure"),
    [
        ("What remains, for {} days", usage.KEPT.days),
        ("the operator sees for {} days", failures.KEPT.days),
        ("it lasts {} days", site_settings.SESSION_COOKIE_AGE // 86400),
        ("without an account for {} days", presets.KEPT_FOR.days),
        ("there was one is kept for {} days", shares.REMEMBERED),
        ("the copy, for {} days unless", shares.USUAL),
    ],
)
def test_privacy_has_the_figures_that_the_site_works_by(client, catalog, told, figure):
    assert told.format(figure) in page(client)


@pytest.mark.parametrize(("days", "words"), [(7, "after 7 days"), (1, "after 1 day."), (0, "answers are not stored")])
def test_privacy_follows_the_operators_retention(client, catalog, settings, days, words):
    settings.RUN_RETENTION_DAYS = days
    assert words in page(client)


@pytest.mark.parametrize(
    "row",
    [
        f"| {usage.KEPT.days} days | everyone |",
        f"count, last request id | database | {failures.KEPT.days} days | superusers |",
        f"the session in the database | {site_settings.SESSION_COOKIE_AGE // 86400} days |",
        f"session, encrypted | {own_key.KEPT_HOURS} hours | nobody |",
        f"without an account {presets.KEPT_FOR.days} days after the last change",
        f"that there was one {shares.REMEMBERED} days more",
        f"`RUN_RETENTION_DAYS` ({site_settings.RUN_RETENTION_DAYS})",
        f"at most {failures.MOST} rows a day",
    ],
)
def test_the_table_for_operators_agrees(row):
    assert row in SECURITY


def test_every_test_that_the_threat_model_names_is_there():
    model = SECURITY.partition("## Threat model")[2].partition("## What is stored")[0]
    named = set(re.findall(r"`(test_\w+)`", model))
    there = {file.stem for file in (ROOT / "tests").rglob("test_*.py")}
    assert len(named) > 20 and named <= there


def test_every_figure_is_explained():
    assert measures.UPSTREAM  # so that they are there
    ours = {metric.name for metric in REGISTRY.collect() if metric.name.startswith("modelry_")}
    explained = OPERATING.replace("`_build", "`modelry_snapshot_build").replace("`_built", "`modelry_snapshot_built")
    assert len(ours) > 10 and not [name for name in ours if f"`{name}" not in explained]


def test_every_check_is_explained():
    rows = dict(re.findall(r"^\| `(\w+)`[^|]*\| ([^|]+) \|", OPERATING.partition("## Metrics")[0], re.M))
    assert {name: set(words) for name, words in health.WORDS.items()} == {
        name: set(re.sub(r" \([^)]*\)", "", words).split(", ")) for name, words in rows.items()
    }


def test_the_nightly_backup_hands_the_sites_variables_on(tmp_path):
    """As cron runs the printed line: a backup without them would be of another database, and succeed."""
    (tmp_path / "modelry.env").write_text("DATA_DIR=/srv/data\nDATABASE_URL=postgres://host/site\n")
    before, _, _ = re.search(r"12 3 \* \* \* cd /srv/modelry && (.*)", OPERATING)[1].partition(".venv/bin/python")
    line = before.replace("/etc/modelry.env", str(tmp_path / "modelry.env")) + "env"
    told = subprocess.run(["/bin/sh", "-c", line], env={}, capture_output=True, text=True, check=True).stdout
    assert {"DATA_DIR=/srv/data", "DATABASE_URL=postgres://host/site"} <= set(told.splitlines())
