"""Loads the bundled catalog. Safe to repeat: it writes what is new or changed and keeps every edit."""

from django.core.management.base import BaseCommand, CommandParser

from catalog import bundle


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--again", action="store_true", help="Load even what was loaded last, to bring deleted rows back.")

    def handle(self, **options) -> None:
        report = bundle.load_files(again=options["again"])
        if options["verbosity"] and report is None:
            self.stdout.write("Catalog: the bundle is the one that was loaded last.")
        elif options["verbosity"] and report:
            self.stdout.write(
                f"Catalog: {report.created} models added, {report.changed} changed, {report.unchanged} unchanged, "
                f"{report.prices} price rows written."
            )
