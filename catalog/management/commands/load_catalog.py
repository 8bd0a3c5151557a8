"""Loads the bundled catalog. Safe to repeat: it writes what is new or changed and keeps every edit."""

import json

from django.core.management.base import BaseCommand

from catalog import bundle


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options) -> None:
        report = bundle.load(bundle.read(), json.loads(bundle.COLLECTIONS.read_text("utf-8")))
        if options["verbosity"]:
            self.stdout.write(
                f"Catalog: {report.created} models added, {report.changed} changed, {report.unchanged} unchanged, "
                f"{report.prices} price rows written."
            )
