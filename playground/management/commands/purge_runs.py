"""Deletes runs past RUN_RETENTION_DAYS. The running site does this every few minutes by itself."""

from django.core.management.base import BaseCommand

from playground import housekeeping


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options) -> None:
        self.stdout.write(f"{housekeeping.purge()} runs deleted.")
