"""Asks models little questions through the gateway and keeps dated proof of what they can do.

Exit code: 0 when nothing failed that a source claims, 1 when something did, 2 when not everything could be asked.
"""

from argparse import ArgumentParser
from contextlib import aclosing
from decimal import Decimal, InvalidOperation
from typing import Any

from asgiref.sync import async_to_sync
from django.core.management.base import BaseCommand, CommandError

from catalog import snapshot
from catalog.cards import Card
from catalog.figures import money
from playground.probe import asking, probing, questions
from playground.probe.asking import Purse
from playground.probe.probing import Result
from playground.running import upstream

WORDS = {"passed": "passed", "failed": "FAILED", "untested": "not tested"}


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--model", nargs="+", default=[], metavar="SLUG", help="slug, alias or id on the gateway")
        parser.add_argument("--all-served", action="store_true", help="every model that the last sync found on this gateway")
        kinds = ", ".join(questions.KINDS)
        parser.add_argument("--ability", nargs="+", default=[], choices=questions.KINDS, metavar="ABILITY", help=f"of {kinds}")
        parser.add_argument("--budget", default="0.50", help="US dollars that are never passed; default 0.50")

    def handle(self, **options: Any) -> None:
        now = snapshot.refresh()
        cards = [chosen(now, name) for name in options["model"]]
        cards += [card for card in now.cards if options["all_served"] and card.served and card not in cards]
        if not cards:
            raise CommandError("Name models with --model, or have all asked with --all-served once the gateway was synced.")
        self.code, self.claimed = 0, {card.slug: card.capabilities for card in cards}
        purse = Purse(amount(options["budget"]))
        async_to_sync(self.ask)(cards, options["ability"], purse)
        paid = "nothing, it was the sandbox" if upstream.is_sandbox() else f"{money(purse.spent)} of {money(purse.budget)}"
        self.stdout.write(f"Spent: {paid}.")
        if self.code:
            raise SystemExit(self.code)

    async def ask(self, cards: list[Card], abilities: list[str], purse: Purse) -> None:
        try:
            async with aclosing(probing.results(cards, abilities, purse)) as results:
                async for result in results:
                    self.tell(result)
        except asking.Stop as stop:
            self.stderr.write(f"Stopped: {stop}")
            self.code = 2
        finally:
            await upstream.close()

    def tell(self, result: Result) -> None:
        self.stdout.write(f"{result.model:<40} {result.ability:<20} {WORDS[result.state]:<11} {printable(result.reason)}")
        if result.state == "untested" and result.ability.startswith("answers"):
            self.code = 2
        if result.state == "failed" and self.is_claimed(result):
            self.code = self.code or 1

    def is_claimed(self, result: Result) -> bool:
        return result.ability.startswith("answers.") or self.claimed[result.model].get(result.ability) is True


def chosen(now: snapshot.Snapshot, name: str) -> Card:
    card = now.find(name)
    if card is None:
        raise CommandError(f"No listed model is called {name}.")
    return card


def amount(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or found < 0:
        raise CommandError(f"The budget is an amount of US dollars, such as 0.50, not {text}.")
    return found


def printable(text: str) -> str:
    """Foreign text on a terminal: one line, no control characters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
