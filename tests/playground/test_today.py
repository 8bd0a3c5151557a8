"""The day's figures in the admin."""

import re
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from playground.bounds import budget
from playground.models import Run


@pytest.fixture
def operator(client, django_user_model, db) -> Client:
    client.force_login(django_user_model.objects.create_superuser("operator"))
    return client


def ran(**more) -> Run:
    return Run.objects.create(visitor=uuid.uuid4(), **{"model": "acme/talk-large", "state": "complete"} | more)


def words(page) -> str:
    """The section's text, one blank between two words."""
    shown = page.text.partition('id="today">')[2].partition("</section>")[0]
    return " ".join(re.sub("<[^>]*>", " ", shown).split()).replace(" ,", ",")


@pytest.mark.parametrize("path", ["/admin/", "/admin/playground/run/"])
def test_shows_what_today_was_run_and_spent(operator, settings, path):
    settings.DAILY_BUDGET_USD = Decimal(5)
    ran(cost_effective=Decimal("1.25"))
    ran(state="error", model="acme/other")
    ran(sandbox=True)
    ran(state="running", reserved=Decimal("0.5"))
    ran(state="stopped", reserved=Decimal("0.25"))
    ran(created=timezone.now() - timedelta(days=1))
    budget.take(timezone.now().date(), Decimal(2))
    shown = words(operator.get(path))
    assert "Runs 5, 1 of them in the sandbox" in shown and "Complete 2" in shown and "Error: no answer 1" in shown
    assert "Spent $1.25 of $5.00" in shown and "Held for runs under way $0.50" in shown
    assert "Held for runs whose cost nobody knows $0.25" in shown and "Left $3.00, anew at" in shown
    assert "acme/talk-large 4 0 $1.25" in shown and "acme/other 1 1 none" in shown


def test_says_when_runs_are_refused(operator, settings):
    settings.DAILY_BUDGET_USD = Decimal(2)
    budget.take(timezone.now().date(), Decimal(2))
    assert "Left nothing: runs are refused until" in words(operator.get("/admin/"))


def test_links_lead_to_today_s_errors(operator):
    ran(state="error", model="acme/today")
    ran(state="error", model="acme/yesterday", created=timezone.now() - timedelta(days=1))
    page = operator.get("/admin/").text
    link = page.partition("Error: no answer</dt><dd><a href=\"")[2].partition('"')[0].replace("&amp;", "&")
    listed = operator.get(link).text.partition('id="result_list"')[2]
    assert "acme/today" in listed and "acme/yesterday" not in listed


def test_nothing_that_was_written_is_shown(operator):
    ran(request_body="canary prompt", output="canary answer")
    assert "canary" not in operator.get("/admin/").text + operator.get("/admin/playground/run/").text


def test_who_may_not_see_runs_sees_no_figures(client, django_user_model, db):
    user = django_user_model.objects.create_user("editor", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_provider"))
    client.force_login(user)
    assert 'id="today"' not in client.get("/admin/").text


def test_figures_take_few_queries(operator, django_assert_max_num_queries):
    for n in range(20):
        ran(model=f"acme/{n}")
    with django_assert_max_num_queries(13):
        operator.get("/admin/")
