"""Probes of a gateway on a socket, by the command that operators use."""

from collections.abc import Callable, Iterator
from io import StringIO
from typing import NamedTuple

import pytest
from django.core.management import call_command
from django.utils import timezone
from lying_gateway import KEY, LyingGateway

from catalog.models import Import, Model, Proof, Version


class Told(NamedTuple):
    """What a probe printed, and its exit code."""

    out: str
    code: int

    def of(self, ability: str) -> str:
        """The line on an ability."""
        return next(line for line in self.out.splitlines() if line.split()[1:2] == [ability])


@pytest.fixture
def lying(settings) -> Iterator[LyingGateway]:
    found = LyingGateway()
    settings.GATEWAY_URL, settings.GATEWAY_KEY, settings.DAILY_BUDGET_USD = found.url, KEY, None
    yield found
    found.close()


@pytest.fixture
def synced(catalog, lying) -> Callable[..., None]:
    """synced(**{slug: served}): what a sync with the gateway found."""

    def found(**served: bool) -> None:
        Import.objects.create(source="gateway", state="done", place=lying.url, finished=timezone.now())
        for slug, there in served.items():
            Model.objects.filter(slug=slug).update(served=there)
        Version.bump()

    return found


@pytest.fixture
def probe(catalog) -> Callable[..., Told]:
    """probe(slug, ability, …, **options) runs the command."""

    def run(slug: str = "acme/talk-large", *abilities: str, **options: str) -> Told:
        out, code = StringIO(), 0
        try:
            call_command("probe", model=[slug], ability=list(abilities), stdout=out, stderr=out, **options)
        except SystemExit as end:
            code = int(end.code or 0)
        return Told(out.getvalue(), code)

    return run


@pytest.fixture
def proofs(catalog) -> Callable[[], dict[str, bool]]:
    return lambda: dict(Proof.objects.values_list("ability", "passed"))
