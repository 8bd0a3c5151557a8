"""What ends a command with one sentence in place of a traceback: a wrong setting (exit code 2), a database that is away (1)."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError


@contextmanager
def one_sentence() -> Iterator[None]:
    try:
        settings.DEBUG  # noqa: B018 - reads them all
    except ImproperlyConfigured as fault:
        print(fault, file=sys.stderr)
        sys.exit(2)
    try:
        yield
    except OperationalError as fault:
        said = str(fault).partition("\n")[0]
        print(f"The database cannot be used: {said} Is it running, and is DATABASE_URL right?", file=sys.stderr)
        sys.exit(1)
