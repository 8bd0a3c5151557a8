"""An editor reads a source in a browser: sees what would change, unticks some of it, and applies the rest."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from test_accessibility import faults

MODELS = ("openai/gpt-5-pro", "openai/gpt-5-mini")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Our own export, in which a source speaks differently of two models and of a new one."""
    found = tmp_path / "mine.json"
    said = [(slug, "context_window", 777_000) for slug in MODELS] + [("zeta/new", "modality", "chat")]
    claims = [(slug, {"source": "lab", "as_of": "2026-11-23", "field": name, "value": value}) for slug, name, value in said]
    found.write_text(json.dumps([{"id": slug, "claims": [claim]} for slug, claim in claims]))
    return found


def preview(page: Page, file: Path) -> None:
    page.get_by_label("Username").fill("operator")
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Log in").press("Enter")
    page.get_by_role("link", name="Read a source").press("Enter")
    page.get_by_label("JSON").press("Space")
    page.get_by_label("File in place of the address").set_input_files(file)
    page.get_by_role("button", name="Read and show").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("What would change")


@pytest.mark.parametrize("scripts", [True, False])
def test_applies_what_is_ticked_by_keyboard(visit, site, file, scripts):
    page = visit("/admin/catalog/import/", java_script_enabled=scripts)
    preview(page, file)
    page.get_by_label("zeta/new").press("Space")
    page.get_by_label(MODELS[0]).press("Space")
    page.get_by_role("button", name="Apply what is ticked").press("Enter")
    expect(page.get_by_text("2 models that were not ticked stayed as they were")).to_be_visible()
    expect(page.get_by_label("zeta/new")).to_be_visible()
    expect(page.get_by_label(MODELS[1])).to_have_count(0)
    page.get_by_role("button", name="Discard this plan").press("Enter")
    expect(page.get_by_text("The plan is discarded")).to_be_visible()


def test_pages_have_no_barriers(visit, file):
    page = visit("/admin/catalog/import/")
    preview(page, file)
    found = faults(page)
    page.get_by_role("link", name="Read a source").click()
    assert found + faults(page) == []
