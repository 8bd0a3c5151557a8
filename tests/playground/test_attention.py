"""What the admin's start page says needs attention, and that its links lead to just that."""

import html
import re
import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from catalog import lifecycle, snapshot
from catalog.models import Claim, Import, Match, Model, Price, Version
from playground.bounds import budget
from playground.models import Run


@pytest.fixture
def operator(client, django_user_model, catalog) -> Client:
    """Of a catalog in which all is well."""
    for model in Model.objects.all():
        Price.objects.get_or_create(model=model, meter="requests", condition="", defaults={"amount": 1})
    Model.objects.update(status="active", retires_on=None)
    Claim.objects.exclude(field__startswith="price.").delete()
    Version.bump()
    snapshot.refresh()
    client.force_login(django_user_model.objects.create_superuser("operator"))
    return client


def rows(client: Client) -> dict[str, str]:
    """The words of each row, and where its link leads."""
    shown = client.get("/admin/").text.partition('id="attention"')[2].partition("</section>")[0]
    found = re.findall(r'<li><a href="([^"]*)">(.*?)</a></li>', shown)
    assert found or "<p>Nothing.</p>" in shown
    return {html.unescape(words): html.unescape(url) for url, words in found}


def listed(client: Client, url: str) -> int:
    """How many rows the list behind a link has."""
    page = client.get(url)
    assert page.status_code == 200, page.headers
    return page.context["cl"].result_count


def alone(found: dict[str, str]) -> tuple[str, str]:
    assert len(found) == 1, found
    return next(iter(found.items()))


def test_where_all_is_well_nothing_is_said_to_need_attention(operator):
    assert rows(operator) == {}


def test_models_without_a_price_are_counted(operator):
    Price.objects.filter(model__in=Model.objects.all()[:2]).delete()
    Model.objects.filter(pk=Model.objects.last().pk).update(listed=False)
    words, url = alone(rows(operator))
    assert words == "2 models have no known price." and listed(operator, url) == 2


def test_models_that_retire_soon_are_counted(operator):
    days_left = [(0, "active"), (1, "retiring"), (60, "active"), (61, "retiring")]
    for model, (days, status) in zip(Model.objects.all(), days_left, strict=False):
        Model.objects.filter(pk=model.pk).update(retires_on=lifecycle.today() + timedelta(days=days), status=status)
    words, url = alone(rows(operator))
    assert words == "2 models retire within 60 days." and listed(operator, url) == 2


def test_retired_models_on_the_site_are_counted(operator):
    first, second, third = Model.objects.all()[:3]
    Model.objects.filter(pk=first.pk).update(status="retired", retires_on=lifecycle.today() + timedelta(days=9))
    Model.objects.filter(pk=second.pk).update(status="retiring", retires_on=lifecycle.today())
    Model.objects.filter(pk=third.pk).update(status="retired", listed=False)
    words, url = alone(rows(operator))
    assert words == "2 models are retired but still on the site." and listed(operator, url) == 2


def test_disagreeing_sources_are_counted(operator):
    model = Model.objects.filter(claims__field="price.input_tokens").first()
    said = model.claims.get(field="price.input_tokens")
    Claim.objects.create(model=model, field=said.field, value="123", source="openrouter", as_of=said.as_of)
    Version.bump()
    words, url = alone(rows(operator))
    assert words == "On 1 model sources disagree, on the price of 1." and listed(operator, url) == 1


def read(source: str = "gateway", **more: Any) -> Import:
    return Import.objects.create(source=source, **{"state": "done"} | more)


def test_a_failed_reading_is_told_until_the_next_one(operator):
    hour = timedelta(hours=1)
    read(started=timezone.now() - 3 * hour)
    read(state="failed", started=timezone.now() - 2 * hour)
    read("litellm", state="stopped")
    read("litellm", state="planned")
    assert [words.partition(" came")[0] for words in rows(operator)] == [
        "The last reading of this gateway", "The last reading of LiteLLM price map"
    ]  # fmt: skip
    read()
    assert "LiteLLM" in alone(rows(operator))[0]


def test_a_gateway_that_should_have_been_read_again_is_told(operator, settings):
    settings.GATEWAY_URL, settings.SYNC_EVERY = "https://gateway.example/v1", timedelta(hours=6)
    settings.SYNC_SOURCES = ["gateway"]
    read(place=settings.GATEWAY_URL, started=timezone.now() - timedelta(hours=11))
    assert rows(operator) == {}
    Import.objects.update(started=timezone.now() - timedelta(hours=13))
    assert alone(rows(operator))[0] == "This gateway should have been synced again by now."


def test_ids_that_wait_for_a_person_are_counted(operator):
    Match.objects.create(source="gateway", upstream_id="a")
    Match.objects.create(source="gateway", upstream_id="b", ignored=True, decided=timezone.now())
    Match.objects.create(source="gateway", upstream_id="c", decided=timezone.now())
    words, url = alone(rows(operator))
    assert words.startswith("An id of a source waits") and listed(operator, url) == 1


def test_errors_of_today_are_counted(operator):
    for more in ({}, {"state": "complete"}, {"sandbox": True}, {"created": timezone.now() - timedelta(days=1)}):
        Run.objects.create(**{"visitor": uuid.uuid4(), "model": "acme/talk-large", "state": "error"} | more)
    words, url = alone(rows(operator))
    assert words == "1 run at the gateway got no answer today." and listed(operator, url) == 1


def test_a_budget_that_is_nearly_taken_is_told(operator, settings):
    settings.DAILY_BUDGET_USD = Decimal(10)
    budget.take(timezone.now().date(), Decimal(8))
    assert rows(operator) == {}
    budget.take(timezone.now().date(), Decimal("0.5"))
    assert alone(rows(operator)) == ("$8.50 of today's budget of $10.00 is taken.", "#today")


def test_each_sees_what_they_may_see(operator, client, django_user_model):
    Price.objects.all().delete()
    Match.objects.create(source="gateway", upstream_id="a")
    user = django_user_model.objects.create_user("reader", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_match"))
    client.force_login(user)
    assert alone(rows(client))[0].startswith("An id")
    user.user_permissions.set([Permission.objects.get(codename="view_provider")])
    assert "Needs attention" not in client.get("/admin/").text


def test_counting_takes_few_queries(operator, django_assert_max_num_queries):
    for n in range(30):
        read(f"source-{n}", state="failed")
        Match.objects.create(source="gateway", upstream_id=str(n))
    operator.get("/admin/")
    with django_assert_max_num_queries(16):
        operator.get("/admin/")
