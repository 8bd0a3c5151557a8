"""What `make soak` counts as a fault."""

import pytest

from fuzz.running_site import RunningSite
from fuzz.soak import Soaked

MIB = 1024  # in KiB


@pytest.fixture
def site(tmp_path):
    (tmp_path / "log").write_text("INFO:     Started\n2026-11-23 22:00:00,000 WARNING django.request: Not Found: /x\n")
    return RunningSite("http://127.0.0.1:1", 1, tmp_path / "log")


def soaked(memory=(100, 200, 240), files=(18, 20, 18), left=(0.1, 0.9)):
    return Soaked([one * MIB for one in memory], list(files), 2000, list(left))


def test_what_grows_little_and_is_let_go_is_no_fault(site):
    assert soaked().faults(site) == []


def test_each_fault_is_told(site):
    assert soaked(memory=(100, 200, 260)).faults(site) == ["memory grew by 60 MiB"]
    assert soaked(files=(18, 20, 19)).faults(site) == ["19 files are open, 18 were"]
    assert soaked(left=(0.1, 1.25)).faults(site) == ["the gateway was held for 1.25 s"]
    site.log.write_text("2026-11-23 22:00:00,000 ERROR django.request: Internal Server Error: /x\nTraceback (most\n")
    assert soaked().faults(site) == ["the site logged 2026-11-23 22:00:00,000 ERROR django.request: Internal Server Error: /x"]


def test_its_figures_are_told(site):
    told = soaked().told()
    assert "memory 100 / 200 / 240 MiB" in told and "2 visitors left" in told
