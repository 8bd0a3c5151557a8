"""Makes the site what a backup says. Stop the site first; what was there is kept aside. docs/operating.md says more."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from playground.backups import Refused, restoring


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, **options) -> None:
        say = self.stdout.write if options["verbosity"] else lambda line: None
        try:
            aside = restoring.restore(options["file"].absolute(), say)
        except (Refused, OSError) as fault:
            raise CommandError(f"Nothing was restored. {fault}") from fault
        say(f"Restored. What was here before is in {aside}: delete it once all is well. Now start the site.")
