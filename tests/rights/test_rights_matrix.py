"""docs/rights.md says of every address what each kind of person gets there, and the site keeps to it."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from rights_world import PEOPLE, World, patterns

TABLE = Path(__file__).parents[2] / "docs/rights.md"
PATTERNS = {pattern.route: pattern for pattern in patterns()}
METHODS = ("GET", "POST")


def table() -> dict[tuple[str, str], list[str]]:
    """The document's rows: what each person gets, by route and method. A row with three cells holds for everybody."""
    found: dict[tuple[str, str], list[str]] = {}
    for line in TABLE.read_text("utf-8").splitlines():
        route, *cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] or [""]
        if route.startswith("`/") and len(cells) == 2:
            found |= {(name(route), method): [cell] * len(PEOPLE) for method, cell in zip(METHODS, cells, strict=True)}
        elif route.startswith("`/"):
            found[name(route), cells[0]] = cells[1:]
    return found


def name(cell: str) -> str:
    return cell.strip("`").removeprefix("/").replace("\\|", "|")


ROWS = table()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("route", PATTERNS)
def test_everybody_gets_what_the_table_says(world: World, route: str, method: str) -> None:
    given = [told(ask(world, who, method, world.address(PATTERNS[route]))) for who in PEOPLE]
    if given != ROWS.get((route, method)):
        row = " | ".join([f"`/{route}`".replace("|", "\\|"), method, *given])
        pytest.fail(f"docs/rights.md says otherwise, or nothing. If this is what each should get, it is:\n| {row} |")


def ask(world: World, who: str, method: str, address: str, **more: Any) -> Any:
    """The answer; what came of it is taken back, so that the next one asks the same world."""
    with transaction.atomic():
        client = world.visitor(who)
        answer = client.get(address, **more) if method == "GET" else client.post(address, {"post": "yes"}, **more)
        transaction.set_rollback(True)
    return answer


def told(answer: Any) -> str:
    """An answer in the table's words."""
    led = answer.get("Location", "").partition("?")[0]
    return "sign in" if led in ("/accounts/login/", "/admin/login/") else str(answer.status_code)


def test_the_table_has_no_address_that_is_gone() -> None:
    assert not {route for route, _ in ROWS} - PATTERNS.keys()
