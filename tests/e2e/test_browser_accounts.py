"""Accounts and limits in a browser: signing in and out by keyboard, passwords, what a visitor reads at a limit."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.db import connections
from playwright.sync_api import Page, expect
from test_accessibility import faults, overflow

PASSWORD = "correct horse battery"
PAGES = {
    "sign in": "/accounts/login/",
    "password forgotten": "/accounts/reset/",
    "letter sent": "/accounts/reset/sent/",
    "link used up": "/accounts/reset/MQ/a-b/",
    "password set": "/accounts/reset/done/",
    "password changed": "/accounts/password/changed/",
}


@pytest.fixture
def anna(site, django_db_blocker) -> Iterator[None]:
    """An account of the running site, for one test. In a thread, because Playwright's loop runs in this one."""
    with django_db_blocker.unblock(), ThreadPoolExecutor(1) as pool:
        accounts = get_user_model().objects
        pool.submit(accounts.create_user, "anna", "anna@example.com", PASSWORD).result()
        yield
        pool.submit(accounts.filter(username="anna").delete).result()
        pool.submit(connections.close_all).result()


def sign_in(page: Page, password: str = PASSWORD) -> None:
    page.get_by_label("Username").fill("anna")
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible(visit, name):
    page = visit(PAGES[name])
    assert faults(page) == [] and overflow(page) == []


def test_a_wrong_password_is_announced_and_mended(visit, anna):
    page = visit("/accounts/login/?next=/playground")
    sign_in(page, "wrong")
    expect(page.get_by_role("alert")).to_contain_text("Not signed in.")
    expect(page.get_by_label("Username")).to_have_value("anna")
    assert faults(page) == [] and overflow(page) == []
    sign_in(page)
    expect(page).to_have_url(re.compile("/playground$"))


@pytest.mark.parametrize("scripts", [True, False])
def test_signing_in_and_out_again(visit, anna, scripts):
    page = visit("/accounts/login/?next=/playground", java_script_enabled=scripts)
    sign_in(page)
    expect(page.get_by_text("Signed in as anna")).to_be_visible()
    if scripts:
        assert faults(page) == [] and overflow(page) == []
    page.get_by_role("button", name="Sign out").press("Enter")
    expect(page.get_by_role("heading", name="Signed out")).to_be_visible()
    page.goto("/playground")
    expect(page.get_by_text("Signed in as")).to_have_count(0)


def test_a_password_is_changed(visit, anna):
    page = visit("/accounts/login/?next=/accounts/password/")
    sign_in(page)
    page.get_by_label("Old password").fill(PASSWORD)
    page.get_by_label("New password", exact=True).fill("123")
    page.get_by_label("New password confirmation").fill("123")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("too short")).to_be_visible()
    assert faults(page) == [] and overflow(page) == []
    for label in ("Old password", "New password", "New password confirmation"):
        page.get_by_label(label, exact=True).fill(PASSWORD if label[0] == "O" else "staple tray lamp")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("heading", name="Password changed")).to_be_visible()


def run(page: Page) -> None:
    page.get_by_role("button", name="Run", exact=True).click()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_spent_budget_says_when_it_starts_anew(visit, chat, settings, scripts):
    page = visit(f"/playground?model={chat}", java_script_enabled=scripts)
    run(page)
    expect(page.get_by_text("total", exact=False).first).to_be_visible()  # the sandbox is connected to by now
    settings.GATEWAY_URL, settings.DAILY_BUDGET_USD = "https://gateway.example/v1", Decimal(0)
    run(page)
    told = page.get_by_role("alert").filter(has_text="budget_spent")
    expect(told).to_contain_text(re.compile(r"budget of \$0 for today is spent\. It starts anew at 00:00 UTC, in \d+ h \d+ m\."))
    expect(told.get_by_role("button")).to_have_count(0)
    if scripts:
        assert faults(page) == [] and overflow(page) == []


def test_a_limit_a_minute_counts_down_to_a_retry(visit, chat, settings):
    settings.RUNS_PER_MINUTE = 1
    page = visit(f"/playground?model={chat}")
    run(page)
    expect(page.locator("[data-finished]")).to_be_visible()
    run(page)
    expect(page.get_by_role("alert")).to_contain_text("at most 1 run a minute for one visitor")
    expect(page.get_by_role("button", name="Retry")).to_be_disabled()
    assert faults(page) == [] and overflow(page) == []


def test_the_day_s_figures_are_accessible(visit):
    page = visit("/admin/", viewport={"width": 1280, "height": 900})
    page.get_by_label("Username").fill("operator")
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Log in").click()
    section = page.get_by_role("region", name=re.compile("Today"))
    expect(section).to_contain_text("Runs")
    section.get_by_role("link").first.click()
    expect(page.get_by_role("region", name=re.compile("Today"))).to_be_visible()
