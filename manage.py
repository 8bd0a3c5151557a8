#!/usr/bin/env python
"""Django's command line for Modelry. A wrong setting ends it with one sentence and exit code 2."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        settings.DEBUG  # noqa: B018 - reads them all
    except ImproperlyConfigured as fault:
        print(fault, file=sys.stderr)
        sys.exit(2)
    execute_from_command_line(sys.argv)
