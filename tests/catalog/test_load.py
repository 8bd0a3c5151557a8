"""Loading the bundled files: once, unless asked for again."""

import pytest

from catalog import bundle, snapshot
from catalog.models import Model, Version

pytestmark = pytest.mark.django_db


def test_a_second_load_of_the_same_files_does_nothing() -> None:
    first = bundle.load_files()
    assert first is not None and first.counts["created"] == Model.objects.count()
    number = Version.current()
    assert bundle.load_files() is None
    assert Version.current() == number


def test_loading_again_brings_deleted_rows_back_and_changes_nothing_else() -> None:
    bundle.load_files()
    Model.objects.get(slug="openai/tts-1").delete()
    report = bundle.load_files(again=True)
    assert report is not None
    assert (report.counts["created"], report.counts["changed"]) == (1, 0)


def test_a_collection_that_is_new_shows_on_an_installed_site(catalog) -> None:
    number = Version.current()
    row = {"slug": "talkers", "name": "Talkers", "description": "", "rule": "modality=chat"}
    bundle.load([], [row])
    assert Version.current() == number + 1
    bundle.load([], [row | {"name": "Renamed"}])
    assert Version.current() == number + 1
    assert snapshot.refresh().groups["talkers"].name == "Talkers"
