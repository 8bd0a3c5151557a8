"""Reads the gateway (or other sources) again and brings the catalog up to date. For cron, a timer, or by hand.

Exit code 0: applied. 1: failed or stopped, the catalog is as it was. 2: it is being synced already.
"""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog import syncing
from catalog.models import Import

TOLD = ("created", "changed", "hidden", "doubtful", "refused", "unchanged")


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--source", action="append", help="Which to read; again for more. Default: SYNC_SOURCES.")
        parser.add_argument("--allow-shrink", action="store_true", help="Also where a source states far less than before.")

    def handle(self, **options) -> None:
        readers = options["source"] or settings.SYNC_SOURCES
        if not readers:
            raise CommandError("Nothing to sync: set GATEWAY_URL or SYNC_SOURCES, or name a --source.")
        if strange := syncing.unknown(readers):
            raise CommandError(f"{', '.join(strange)}: no source that has an address of its own.")
        try:
            rows = [syncing.sync(reader, allow_shrink=options["allow_shrink"]) for reader in readers]
        except syncing.Busy as wait:
            raise CommandError(str(wait), returncode=2) from wait
        for row in rows:
            if options["verbosity"] or row.state != "done":
                (self.stdout if row.state == "done" else self.stderr).write(told(row))
        if any(row.state != "done" for row in rows):
            raise CommandError("The catalog is as it was.")


def told(row: Import) -> str:
    counts = ", ".join(f"{row.counts[name]:,} {name}" for name in TOLD if row.counts.get(name))
    took = f" in {(row.finished - row.started).total_seconds():.1f} s" if row.finished else ""
    fault = f" {row.fault}" if row.fault else ""
    hint = " Repeat with --allow-shrink if that is right." if row.state == "stopped" else ""
    return f"{row.get_state_display()}: {row.source}, {row.counts.get('stated', 0):,} models stated{took}. {counts}{fault}{hint}"
