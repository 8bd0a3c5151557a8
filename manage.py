#!/usr/bin/env python
"""Django's command line for Modelry. A wrong setting ends it with a sentence and exit code 2, a database that is away with 1."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        settings.DEBUG  # noqa: B018 - reads them all
    except ImproperlyConfigured as fault:
        print(fault, file=sys.stderr)
        sys.exit(2)
    try:
        execute_from_command_line(sys.argv)
    except OperationalError as fault:
        said = str(fault).partition("\n")[0]
        print(f"The database cannot be used: {said} Is it running, and is DATABASE_URL right?", file=sys.stderr)
        sys.exit(1)
