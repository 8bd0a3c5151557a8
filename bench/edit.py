"""`python -m bench.edit SLUG`: edits the description of a model as a person would, once for each line on its standard input.

Prints the text that it put there. It waits ready, so that starting it slows nothing that is measured.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from catalog.claims import pins  # noqa: E402 - needs the apps
from catalog.models import Model  # noqa: E402


def main(slug: str) -> None:
    print("ready", flush=True)
    for line in sys.stdin:
        text = f"Edited for the {line.strip()} time."
        pins.edit(Model.objects.get(slug=slug), {"description": text}, {}, by="bench")
        print(text, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
