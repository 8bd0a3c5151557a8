"""What the site tells its operator: its log as it would be written, in both forms, and requests to its real address."""

import logging
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import httpx
import pytest

from config import access, edge, logs


class Log:
    """What was logged so far, as lines."""

    def __init__(self) -> None:
        self.plain, self.json = StringIO(), StringIO()
        self.requests = [access.Lines(access.FORMS[form], getattr(self, form)) for form in logs.FORMATS]
        self.handlers = [logging.StreamHandler(self.plain), logging.StreamHandler(self.json)]
        for handler, formatter in zip(self.handlers, (logs.Plain(), logs.Json()), strict=True):
            handler.setFormatter(formatter)

    def add(self, *told: Any) -> None:
        for lines in self.requests:
            lines.add(*told)

    @property
    def text(self) -> str:
        return self.plain.getvalue() + self.json.getvalue()


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[Log]:
    found = Log()
    monkeypatch.setattr(edge, "lines", found)
    for handler in found.handlers:
        logging.getLogger().addHandler(handler)
    yield found
    for handler in found.handlers:
        logging.getLogger().removeHandler(handler)


@pytest.fixture
def ask(site: str) -> Iterator[Callable[..., Any]]:
    """ask(path, method, **options) asks the running site."""
    with httpx.Client(base_url=site, trust_env=False, timeout=20) as client:
        yield lambda path, method="GET", **options: client.request(method, path, **options)
