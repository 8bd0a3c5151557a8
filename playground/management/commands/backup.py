"""Writes all of the site into one file, while it runs: the database and the result files. docs/operating.md says more."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from playground.backups import Refused, making


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="By default DATA_DIR/backups/modelry-<moment>.tar.gz.")
        told = "Sessions and visitors' keys stay readable. Guard the file accordingly."
        parser.add_argument("--with-secret-key", action="store_true", help=told)

    def handle(self, **options) -> None:
        usual = settings.DATA_DIR / "backups" / f"modelry-{timezone.now():%Y%m%d-%H%M%S}.tar.gz"
        target = (options["file"] or usual).absolute()
        say = self.stdout.write if options["verbosity"] else lambda line: None
        try:
            made = making.make(target, options["with_secret_key"], say)
        except (Refused, OSError) as fault:
            raise CommandError(f"No backup was made. {fault}") from fault
        if made["missing"]:
            self.stderr.write(f"{made['missing']} result files that rows name were not there.")
        say(f"Backup of {sum(made['counts'].values()):,} rows and {target.stat().st_size:,} bytes: {target}")
