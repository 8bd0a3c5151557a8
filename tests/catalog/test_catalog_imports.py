"""What an import does to the catalog, and what it leaves as it was."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from catalog import imports
from catalog.claims import pins
from catalog.imports import running
from catalog.models import Alias, Change, Claim, Import, Match, Model, Price, Version
from catalog.sources.rows import Refusal, Row, claim, price

pytestmark = pytest.mark.usefixtures("catalog")
TALK, DAY = "acme/talk-large", "2026-11-20"


def row(
    slug: str, source: str = "litellm", as_of: str = DAY, aliases: tuple = (), prices: dict | None = None, **stated: Any
) -> Row:
    """A row with facts; `prices` is `{meter: amount}`; `hidden` and `upstream_id` are of the row itself."""
    own = {name: stated.pop(name) for name in ("hidden", "upstream_id") if name in stated}
    listed = [price(meter, Decimal(amount)) for meter, amount in (prices or {}).items()]
    return Row(slug, aliases, claim(source, as_of, None, stated, listed), **own)


def bring(*rows: Row, reader: str = "litellm", allow_shrink: bool = True, **options: Any) -> Import:
    return imports.apply(imports.plan(reader, rows, **options), allow_shrink=allow_shrink)


def model(slug: str = TALK) -> Model:
    return Model.objects.get(slug=slug)


def amounts(slug: str = TALK) -> dict[str, Decimal]:
    return {price.meter: price.amount for price in Price.objects.current().filter(model__slug=slug, condition="")}


def test_a_plan_says_what_would_change_and_writes_nothing() -> None:
    before, rows = tables(), [row(TALK, context_window=500_000), row("acme/new", modality="chat")]
    plan = imports.plan("litellm", rows)
    assert plan.changed[TALK]["context_window"] == (400_000, 500_000)
    assert plan.created["acme/new"]["modality"] == "chat"
    assert tables() == before


def test_applying_writes_it_and_planning_again_finds_nothing() -> None:
    rows = [row(TALK, context_window=500_000, prices={"input_tokens": "2"})]
    rows.append(row("zeta/new", modality="chat", aliases=("zeta/newer",)))
    done = bring(*rows)
    assert (done.state, done.counts["created"]) == ("done", 1)
    assert (model().context_window, amounts()) == (500_000, {"input_tokens": Decimal(2)})
    assert Alias.objects.get(slug="zeta/newer").model.provider.slug == "zeta"
    assert imports.plan("litellm", rows).empty


def test_claims_of_other_sources_stay() -> None:
    before = set(Claim.objects.filter(source="models.dev", model__slug=TALK).values_list("field", flat=True))
    bring(row(TALK, context_window=500_000))
    assert before and set(Claim.objects.filter(source="models.dev", model__slug=TALK).values_list("field", flat=True)) == before
    assert model().family == "talk"


def test_a_pin_is_kept_and_said_so() -> None:
    pins.edit(model(), {"context_window": 300_000}, {("input_tokens", ""): Decimal(7)})
    plan = imports.plan("litellm", [row(TALK, context_window=500_000, prices={"input_tokens": "2"})])
    assert plan.kept[TALK]["context_window"] == (300_000, 500_000)
    imports.apply(plan, allow_shrink=True)
    assert (model().context_window, amounts()["input_tokens"]) == (300_000, 7)


def test_the_best_source_gives_the_whole_price_list() -> None:
    bring(row(TALK, "models.dev", prices={"input_tokens": "9", "images": "1"}), reader="models_dev")
    assert "images" not in amounts()
    assert amounts()["input_tokens"] == Decimal("1.25")


def test_unknown_is_no_price_and_zero_is_free() -> None:
    bring(row("acme/free", modality="chat", prices={"input_tokens": "0"}), row("acme/dear", modality="chat"))
    assert (amounts("acme/free"), amounts("acme/dear")) == ({"input_tokens": Decimal(0)}, {})


def test_what_the_tables_would_not_take_is_refused_and_the_rest_stays() -> None:
    bad = row("acme/odd", context_window=-5, max_output=10, modality="smell", nonsense=1)
    bad.claim["prices"] = [{"meter": "input_tokens", "amount": text, "condition": ""} for text in ("-1", "NaN", "1e400", "x")]
    plan = imports.plan("litellm", [bad, row("no-slash"), row("acme/x", as_of="soon")], [Refusal("acme/y", "model", "because")])
    assert {(one.slug, one.field.split()[0]) for one in plan.refused} == {
        ("acme/odd", "context_window"), ("acme/odd", "modality"), ("acme/odd", "nonsense"), ("acme/odd", "input_tokens"),
        ("no-slash", "model"), ("acme/x", "model"), ("acme/y", "model"),
    }  # fmt: skip
    imports.apply(plan, allow_shrink=True)
    assert (model("acme/odd").max_output, model("acme/odd").context_window, amounts("acme/odd")) == (10, None, {})


def test_two_rows_of_one_model_are_told() -> None:
    plan = imports.plan("litellm", [row(TALK, max_output=1), row("acme/talk-large-2026-03-01", max_output=2)])
    assert plan.changed[TALK]["max_output"] == (64_000, 1)
    assert [one.field for one in plan.refused] == ["alias"]


def test_an_older_file_takes_nothing_back() -> None:
    plan = imports.plan("litellm", [row(TALK, as_of="2026-10-01", context_window=1)])
    assert TALK not in plan.writes
    assert "2026-11-01" in plan.refused[0].reason


def test_a_row_stated_twice_is_taken_once() -> None:
    plan = imports.plan("litellm", [row("acme/x", max_output=1), row("acme/x", max_output=2, aliases=(TALK,))])
    assert (plan.created["acme/x"]["max_output"], [one.field for one in plan.refused]) == (1, ["alias"])


def test_a_name_that_can_be_no_address_is_no_alias() -> None:
    bring(row("acme/x", modality="chat", aliases=("one", "acme/b c", "acme/" + "y" * 200, "acme/z")))
    assert list(Alias.objects.filter(model__slug="acme/x").values_list("slug", flat=True)) == ["acme/z"]


def test_an_older_row_of_a_bundle_takes_nothing_away() -> None:
    rows = [row("acme/a", modality="chat"), row("acme/b", modality="chat")]
    bring(*rows, reader="bundle")
    rows[0] = row("acme/a", as_of="2026-10-01", modality="speech")
    bring(*rows, reader="bundle")
    assert model("acme/a").modality == "chat"
    assert imports.plan("bundle", rows).empty


def test_a_part_tells_its_own_refusals_alone() -> None:
    refusals = [Refusal("acme/x", "model", "bad"), Refusal("zeta/x", "model", "bad")]
    assert imports.plan("litellm", [], refusals, provider="acme").refused == refusals[:1]


def test_a_later_day_alone_is_kept_and_changes_nothing_shown() -> None:
    later = [row(TALK, context_window=400_000)]
    bring(*later)
    changes = Change.objects.count()
    later = [row(TALK, as_of="2026-11-22", context_window=400_000)]
    plan = imports.plan("litellm", later)
    assert (plan.changed, plan.unchanged, plan.empty) == ({}, 1, False)
    imports.apply(plan)
    assert Claim.objects.get(model__slug=TALK, field="context_window", source="litellm").as_of.day == 22
    assert Change.objects.count() == changes


# What a source no longer states


def test_the_last_source_gone_hides_a_model_and_deletes_nothing() -> None:
    bring(row("acme/new", modality="chat"), row(TALK))
    plan = imports.plan("litellm", [row(TALK)])
    assert plan.hidden.keys() == {"acme/new"}
    imports.apply(plan, allow_shrink=True)
    assert (model("acme/new").listed, model("acme/new").modality) == (False, "chat")
    assert imports.plan("litellm", [row(TALK)]).empty
    bring(row("acme/new", modality="chat"), row(TALK))
    assert model("acme/new").listed


@pytest.mark.parametrize("way", ["pinned", "served", "refused"])
def test_what_is_pinned_served_or_merely_refused_is_not_hidden(way: str) -> None:
    bring(row("acme/new", modality="chat"), row(TALK))
    if way == "pinned":
        pins.edit(model("acme/new"), {"family": "ours"}, {})
    Model.objects.filter(slug="acme/new").update(served=way == "served" or None)
    refusals = [Refusal("acme/new", "model", "a bad row")] if way == "refused" else []
    bring(row(TALK), refusals=refusals)
    assert model("acme/new").listed


def test_a_model_of_another_source_loses_what_only_the_first_said() -> None:
    bring(row("acme/other", modality="chat"))
    assert (model().listed, model().context_window, amounts()) == (True, 256_000, {})


def test_a_hosts_listing_is_hidden_until_it_is_served() -> None:
    bring(row("azure/talk", modality="chat", hidden=True))
    assert not model("azure/talk").listed
    bring(row("azure/talk", "gateway", upstream_id="azure/talk"), reader="gateway")
    assert (model("azure/talk").listed, model("azure/talk").served, model("azure/talk").upstream_id) == (True, True, "azure/talk")
    assert model().served is False


def test_what_a_person_hid_stays_hidden() -> None:
    Model.objects.filter(slug=TALK).update(listed=False)
    bring(row(TALK, context_window=5))
    assert (model().listed, model().context_window) == (False, 5)


# Stops


def test_a_source_that_shrinks_stops() -> None:
    many = [row(f"acme/m{n}", modality="chat") for n in range(10)]
    bring(*many)
    done = bring(*many[:7], allow_shrink=False)
    assert (done.state, Model.objects.filter(slug__startswith="acme/m", listed=True).count()) == ("stopped", 10)
    assert bring(*many[:8], allow_shrink=False).state == "done"
    assert bring(allow_shrink=False).state == "stopped"


def test_a_part_of_a_source_hides_nothing_and_is_no_measure() -> None:
    many = [row(f"acme/m{n}", modality="chat") for n in range(10)]
    bring(*many)
    done = imports.apply(imports.plan("litellm", many, only=["acme/m3"]))
    assert (done.state, Model.objects.filter(slug__startswith="acme/m", listed=False).count()) == ("done", 0)
    assert imports.plan("litellm", many[:3]).shrunk == (10, 3)


def test_only_what_is_ticked_is_applied() -> None:
    rows = [row(TALK, context_window=5), row("acme/a", modality="chat"), row("acme/b", modality="chat")]
    imports.apply(imports.plan("litellm", rows), ticked={"acme/a"}, allow_shrink=True)
    assert model().context_window == 400_000
    assert set(Model.objects.filter(slug__in=["acme/a", "acme/b"]).values_list("slug", flat=True)) == {"acme/a"}


def test_a_failed_apply_leaves_all_as_it_was_and_says_why(monkeypatch) -> None:
    plan = imports.plan("litellm", [row(TALK, context_window=5), row("zeta/new", modality="chat", aliases=("zeta/n",))])
    before = tables()

    def full(touched) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(Version, "bump", full)
    with pytest.raises(RuntimeError):
        imports.apply(plan, allow_shrink=True)
    assert tables() == before
    assert Import.objects.values_list("state", "fault").first() == ("failed", "disk full")


def test_a_plan_of_an_older_catalog_is_made_anew() -> None:
    plan = imports.plan("litellm", [row("acme/new", modality="chat", context_window=5)])
    bring(row("acme/new", modality="speech"))
    imports.apply(plan, allow_shrink=True)
    assert (model("acme/new").modality, model("acme/new").context_window) == ("chat", 5)


def tables() -> list[list[tuple]]:
    return [list(table.objects.order_by("pk").values_list()) for table in (Model, Claim, Price, Change, Alias, Match, Version)]


def test_two_at_once_are_refused() -> None:
    Import.objects.create(source="models.dev", state="running")
    with pytest.raises(imports.Busy, match=r"models\.dev"):
        bring(row(TALK))


def test_one_that_died_is_taken_over() -> None:
    dead = Import.objects.create(source="models.dev", state="running", alive=timezone.now() - timedelta(minutes=5))
    assert bring(row(TALK)).state == "done"
    dead.refresh_from_db()
    assert (dead.state, bool(dead.fault)) == ("failed", True)


# The command

PRICES = {
    "gpt-4o": {
        "litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 2.5e-06, "output_cost_per_token": 1e-05,
        "max_input_tokens": 128000,
    },
    "azure/gpt-4o": {"litellm_provider": "azure", "mode": "chat", "input_cost_per_token": -1},
}  # fmt: skip


@pytest.fixture
def prices(tmp_path: Path) -> str:
    file = tmp_path / "prices.json"
    file.write_text(json.dumps(PRICES), "utf-8")
    return str(file)


def command(capsys, *words: str, **options: Any) -> str:
    call_command("import_catalog", *words, **options)
    return capsys.readouterr().out


def test_the_command_tells_the_plan_and_a_dry_run_changes_nothing(capsys, prices: str) -> None:
    told = command(capsys, "litellm", "--from", prices, "--dry-run", "--allow-shrink")
    assert "+ openai/gpt-4o: chat" in told and "+ azure/gpt-4o (hidden)" in told and "a dry run" in told
    assert not Model.objects.filter(slug="openai/gpt-4o").exists()


def test_the_command_applies_and_the_second_run_changes_nothing(capsys, prices: str) -> None:
    told = command(capsys, "litellm", "--from", prices, "--allow-shrink", "--as-of", "2026-11-23")
    assert "Created: 2" in told and "Applied in" in told
    assert amounts("openai/gpt-4o") == {"input_tokens": Decimal("2.5"), "output_tokens": Decimal(10)}
    told = command(capsys, "litellm", "--from", prices, "--as-of", "2026-11-23")
    assert "Unchanged: 2" in told and "Created" not in told and "Changed" not in told
    done = Import.objects.first()
    assert done is not None and done.place == prices


def test_the_command_tells_fields_before_and_after(capsys, prices: str) -> None:
    command(capsys, "litellm", "--from", prices, "--allow-shrink", "--as-of", "2026-11-23")
    cheaper = json.loads(Path(prices).read_text("utf-8"))
    cheaper["gpt-4o"] |= {"input_cost_per_token": 2e-06, "output_cost_per_token": None, "supports_vision": True}
    Path(prices).write_text(json.dumps(cheaper), "utf-8")
    pins.edit(model("openai/gpt-4o"), {"capabilities": {"vision": False}}, {})
    told = command(capsys, "litellm", "--from", prices, "--only", "openai/gpt-4o")
    assert "price.input_tokens: 2.5 -> 2" in told and "price.output_tokens: 10 -> unknown" in told
    assert "Pinned and kept: 1" in told


def test_the_command_stops_where_a_source_shrank(prices: str) -> None:
    bring(*[row(f"acme/m{n}", modality="chat") for n in range(10)])
    with pytest.raises(CommandError, match="allow-shrink"):
        call_command("import_catalog", "litellm", "--from", prices, verbosity=0)
    assert not Model.objects.filter(slug="openai/gpt-4o").exists()


@pytest.mark.parametrize("words", [("litellm", "--from", "/nowhere.json"), ("hearsay",), ("litellm", "--as-of", "soon")])
def test_the_command_says_what_it_cannot_read(words: tuple) -> None:
    with pytest.raises(CommandError):
        call_command("import_catalog", *words)


def test_long_lists_are_cut_and_say_so(capsys, tmp_path: Path) -> None:
    file = tmp_path / "many.json"
    file.write_text(json.dumps({f"gpt-{n}x": PRICES["gpt-4o"] for n in range(30)}), "utf-8")
    told = command(capsys, "litellm", "--from", str(file), "--dry-run", "--allow-shrink")
    assert "Created: 30" in told and "10 more" in told
    assert "more (-v 2" not in command(capsys, "litellm", "--from", str(file), "--dry-run", "--allow-shrink", verbosity=2)


def test_reports_of_old_imports_are_emptied_a_source_apart() -> None:
    bring(row(TALK, "models.dev", smell="sweet"), reader="models_dev")
    for number in range(running.REPORTS + 2):
        bring(row(TALK, context_window=1000 + number, smell="sweet"))
    kept = Import.objects.exclude(report={})
    assert kept.filter(source="litellm").count() == running.REPORTS and kept.filter(source="models.dev").count() == 1
    oldest = Import.objects.filter(source="litellm").last()
    assert (oldest.report, oldest.counts["refused"]) == ({}, 1)
