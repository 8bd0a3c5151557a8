"""What was used here: counted in hours, shown with its source and window, and nothing of any visitor."""

import html
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from catalog import usage
from catalog.models import Model, Usage


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.fixture
def use(catalog):
    """use(slug, hours_ago, **sums) writes a row of use down."""

    def write(slug: str, hours_ago: int = 0, source: str = "sandbox", **sums) -> None:
        hour = timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours_ago)
        Usage.objects.create(model=Model.objects.get(slug=slug), hour=hour, source=source, **{"requests": 1} | sums)

    return write


@pytest.fixture
def gateway(settings):
    settings.GATEWAY_URL = "https://gateway.example/v1"


def test_an_empty_ranking_says_so(client, catalog):
    page = words(client.get("/rankings").text)
    assert "Nothing to rank yet. No run of the last 7 days on the built-in sandbox tells the tokens of a model." in page


def test_share_and_bar(client, use):
    use("acme/talk-large", tokens=3_000_000)
    use("acme/talk-free", tokens=1_000_000)
    page = client.get("/rankings").text
    assert "1 acme/ talk-large 3M 75.0%" in words(page)
    assert 'class="bar" width="33.3%"' in page


def test_hours_of_a_model_are_added_up(client, use):
    use("acme/talk-large", 0, requests=2)
    use("acme/talk-large", 5, requests=3)
    assert "talk-large 5 100.0%" in words(client.get("/rankings?by=requests").text)


@pytest.mark.parametrize(("window", "hours"), [("24h", 24), ("7d", 7 * 24), ("30d", 30 * 24)])
def test_a_window_ends_by_the_hour(client, use, window, hours):
    use("acme/talk-free", hours - 1)
    use("acme/talk-large", hours)
    page = words(client.get(f"/rankings?by=requests&window={window}").text)
    assert "talk-free" in page and "talk-large" not in page


def test_source_window_and_moment_are_printed(client, use, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 12, 1, 0, 10, tzinfo=UTC))
    page = words(client.get("/rankings?window=24h").text)
    assert "Run on: the built-in sandbox." in page
    assert "Hours from 2026-11-30 01:00 to 2026-12-01 00:10 UTC" in page


def test_the_gateway_and_the_sandbox_are_never_added(client, use, gateway):
    use("acme/talk-large", source="gateway", requests=3)
    use("acme/talk-large", source="sandbox", requests=40)
    assert "talk-large 3 100.0%" in words(client.get("/rankings?by=requests").text)
    assert "talk-large 40 100.0%" in words(client.get("/rankings?by=requests&source=sandbox").text)


@pytest.mark.parametrize("by", ["speed", "first", "errors"])
def test_the_sandbox_tells_no_speed_of_a_model(client, use, by):
    use("acme/talk-large", timed_tokens=10, timed_ms=1000, streams=1, first_token_ms=20)
    page = words(client.get(f"/rankings?by={by}").text)
    assert "Not ranked." in page and "talk-large" not in page


def test_speed_is_tokens_by_time(client, use, gateway):
    use("acme/talk-large", source="gateway", timed_tokens=300, timed_ms=2000)
    use("acme/talk-free", source="gateway", timed_tokens=100, timed_ms=400)
    page = words(client.get("/rankings?by=speed").text)
    assert page.index("talk-free 250.0") < page.index("talk-large 150.0")


def test_the_quickest_first_token_comes_first(client, use, gateway):
    use("acme/talk-large", source="gateway", streams=2, first_token_ms=1800)
    use("acme/talk-free", source="gateway", streams=1, first_token_ms=40)
    page = words(client.get("/rankings?by=first").text)
    assert page.index("talk-free 40 ms") < page.index("talk-large 0.90 s")


def test_error_rate_with_how_many_were_asked(client, use, gateway):
    use("acme/talk-large", source="gateway", requests=8, errors=1)
    assert "talk-large 12.5% 8" in words(client.get("/rankings?by=errors").text)


def test_spend_that_nobody_knows_is_not_ranked(client, use):
    use("acme/talk-large", spend=Decimal("1.5"), priced=1)
    use("orbit/paint", spend=0, priced=0)
    use("acme/talk-free", spend=0, priced=1)
    page = words(client.get("/rankings?by=spend").text)
    assert "talk-large $1.50 100.0%" in page and "talk-free $0 0.0%" in page and "paint" not in page


def test_narrowed_to_a_modality(client, use):
    use("acme/talk-large")
    use("openai/tts-1-hd")
    page = words(client.get("/rankings?by=requests&modality=speech").text)
    assert "tts-1-hd 1 100.0%" in page and "talk-large" not in page


def test_what_is_not_known_is_named(client, catalog):
    answer = client.get("/rankings?by=fame&window=7d")
    assert answer.status_code == 400
    assert "by “fame” is not known. Known: tokens, requests, spend" in words(answer.text)


def test_older_use_stands_apart(client, use):
    use("acme/talk-large", source="either", tokens=7)
    assert "Nothing to rank yet." in words(client.get("/rankings").text)
    assert "These may be of either." in words(client.get("/rankings?source=either").text)


def test_a_model_page_tells_its_rank(client, use):
    use("acme/talk-large", requests=1)
    use("acme/talk-free", requests=2)
    use("openai/tts-1-hd", requests=9)
    assert "2 of 2 by requests here, in the sandbox, 7 days" in words(client.get("/models/acme/talk-large").text)
    assert "by requests here" not in client.get("/models/orbit/paint").text


def test_one_read_serves_every_model_page(client, use, django_assert_num_queries):
    use("acme/talk-large")
    client.get("/models/acme/talk-large")
    with django_assert_num_queries(1):  # the catalog's version, which nothing watches in this test
        client.get("/models/acme/talk-free")


def test_a_ranking_asks_the_same_for_many_models(client, use, django_assert_num_queries):
    for card in ("acme/talk-large", "acme/talk-free", "openai/tts-1-hd", "orbit/embed"):
        use(card)
    with django_assert_num_queries(3):
        client.get("/rankings?by=requests")


def test_ranks_of_one_use_are_ties_in_order(use, catalog):
    for slug in ("acme/talk-large", "acme/talk-free"):
        use(slug)
    assert {slug: rank.place for slug, rank in usage.ranks(catalog).items()} == {"acme/talk-free": 1, "acme/talk-large": 2}


@pytest.mark.django_db(transaction=True)
def test_the_migration_keeps_the_days(small_catalog):
    executor = MigrationExecutor(connection)
    executor.migrate([("catalog", "0002_bundle_digest")])
    old = executor.loader.project_state([("catalog", "0002_bundle_digest")]).apps
    provider = old.get_model("catalog", "Provider").objects.create(slug="m", name="M")
    model = old.get_model("catalog", "Model").objects.create(slug="m/one", name="One", provider=provider)
    old.get_model("catalog", "Usage").objects.create(model=model, day=date(2026, 11, 20), requests=4, tokens=90, spend=2)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    row = Usage.objects.get()
    assert (row.hour, row.source) == (datetime(2026, 11, 20, tzinfo=UTC), "either")
    assert (row.requests, row.tokens, row.spend, row.errors) == (4, 90, 2, 0)
