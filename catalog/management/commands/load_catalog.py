"""Loads the bundled catalog. Safe to repeat: it writes what is new or changed and keeps every edit."""

import time

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog import bundle, imports
from catalog.models import Import

PATIENCE = 90  # seconds: another start may be loading, or one that died not be known as dead yet


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--again", action="store_true", help="Load even what was loaded last, to bring deleted rows back.")

    def handle(self, **options) -> None:
        done = self.load(options["again"])
        if options["verbosity"] and done is None:
            self.stdout.write("Catalog: the bundle is the one that was loaded last.")
        elif options["verbosity"] and done:
            counts = done.counts
            self.stdout.write(
                f"Catalog: {counts['created']} models added, {counts['changed']} changed, {counts['unchanged']} unchanged."
            )

    def load(self, again: bool) -> Import | None:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return bundle.load_files(again=again)
            except imports.Busy as busy:
                if time.monotonic() > until:
                    raise CommandError(str(busy)) from busy
                time.sleep(1)
