"""Reads a source and brings the catalog up to date with it, all or nothing. Edits stay; --dry-run only says what would change."""

import sys
import time
from argparse import ArgumentTypeError
from datetime import date

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog import imports
from catalog.imports import telling
from catalog.models import Import
from catalog.sources import READERS
from catalog.sources.fetching import Unreadable, masked

WIDTH = 30


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", choices=sorted(READERS), metavar="SOURCE", help=", ".join(sorted(READERS)))
        parser.add_argument("--from", dest="place", metavar="FILE|URL", help="Read this in place of the source's own address.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would change, and change nothing.")
        parser.add_argument("--only", nargs="+", metavar="SLUG", help="These models alone.")
        parser.add_argument("--provider", help="Models of this provider alone.")
        parser.add_argument("--allow-shrink", action="store_true", help="Also where it states far less than before.")
        parser.add_argument("--as-of", type=day, metavar="DAY", help="The day of the file, as 2026-11-23. Default: today.")

    def handle(self, **options) -> None:
        begun = time.monotonic()
        try:
            plan = imports.read(
                options["source"], options["place"], as_of=options["as_of"], only=options["only"], provider=options["provider"]
            )
            self.tell(plan, options["verbosity"])
            if plan.silent:
                raise CommandError("It states nothing of what was asked for. Nothing applied.")
            done = None if options["dry_run"] else self.apply(plan, options)
        except (Unreadable, imports.Busy) as fault:
            raise CommandError(str(fault)) from fault
        took = f"in {time.monotonic() - begun:.1f} s"
        if plan.shrunk and not options["allow_shrink"]:
            before, now = plan.shrunk
            raise CommandError(f"{now:,} models stated, {before:,} before. Nothing applied; repeat with --allow-shrink if right.")
        if options["verbosity"]:
            self.stdout.write(f"Applied {took}." if done else f"Nothing applied: a dry run, {took}.")

    def tell(self, plan: imports.Plan, verbosity: int) -> None:
        for line in telling.told(plan, None if verbosity > 1 else telling.FEW) if verbosity else ():
            self.stdout.write(line)

    def apply(self, plan: imports.Plan, options: dict) -> Import:
        bar = self.bar if options["verbosity"] and sys.stderr.isatty() else lambda done, of: None
        return imports.apply(plan, allow_shrink=options["allow_shrink"], place=masked(options["place"] or ""), progress=bar)

    def bar(self, done: int, of: int) -> None:
        full = WIDTH * done // of if of else WIDTH
        end = "\n" if done == of else ""
        sys.stderr.write(f"\r[{'#' * full}{' ' * (WIDTH - full)}] {done:,} of {of:,} models{end}")
        sys.stderr.flush()


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text}: not a day such as 2026-11-23.") from None
