"""What the bench writes: tables with what is to be reached, and sections that stay until they are measured anew."""

import pytest

from bench import report
from bench.report import AT_LEAST, AT_MOST, Row, Table

HEADS = ("page", "ratio")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "docs" / "performance.md"


@pytest.mark.parametrize(
    ("value", "bound", "reached"),
    [(120, AT_LEAST, "met"), (100, AT_LEAST, "met"), (99, AT_LEAST, "**missed**: 99x"), (101, AT_MOST, "**missed**: 101x")],
)
def test_a_row_says_what_to_reach_and_whether_it_is(value, bound, reached):
    row = str(Table(HEADS, [Row(("List", f"{value}x"), value, bound, 100, "x")])).splitlines()[-1]
    assert row == f"| List | {value}x | {bound} 100x | {reached} |"


def test_a_row_without_a_goal_claims_nothing():
    assert str(Table(HEADS, [Row(("List", "3x"), 3)])).splitlines()[-1] == "| List | 3x |  |  |"


def test_every_row_has_the_cells_of_the_head():
    table = str(Table(HEADS, [Row(("List", "3x"), 3)], note="Said before.")).splitlines()
    assert table[:2] == ["Said before.", ""] and {line.count("|") for line in table[2:]} == {5}


def test_parts_that_were_not_measured_keep_their_tables(file):
    for day, titles in {"On Monday.": ("Streams", "Finished pages"), "On Tuesday.": ("Finished pages",)}.items():
        report.write({title: report.section(title, [Table(HEADS)], day) for title in titles}, file)
    text = file.read_text("utf-8")
    assert text.startswith(report.INTRODUCTION)
    assert text.index("On Tuesday.") < text.index("On Monday.") and text.count("## ") == 2


def test_writing_the_same_again_changes_nothing(file):
    new = {title: report.section(title, [Table(HEADS)], "Today.") for title in report.ORDER}
    report.write(new, file)
    first = file.read_bytes()
    report.write({}, file)
    assert file.read_bytes() == first
