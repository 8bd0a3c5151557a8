"""Atom feeds: the models last added of a list, and the changes of facts."""

from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from catalog.cards import Card
from catalog.changes.asked import midnight
from catalog.changes.listing import told
from catalog.describe import description
from catalog.models import Change
from catalog.programs.export import address, line
from catalog.snapshot import Snapshot
from catalog.vocabulary import SOURCES

MAX_ENTRIES = 100  # of a feed


class Feed(Atom1Feed):
    """Django's feed takes the present moment where it has no entry, and would then never be the same twice."""

    def latest_post_date(self) -> datetime:
        return max((entry["updateddate"] for entry in self.items), default=self.feed["changed_at"] or midnight(date.min))


def empty(now: Snapshot, title: str, summary: str, page: str, own: str) -> Feed:
    return Feed(
        line(title), page, line(summary), language="en", author_name=settings.SITE_NAME, feed_url=own, changed_at=now.changed_at,
    )  # fmt: skip


def of_models(now: Snapshot, title: str, page: str, own: str, cards: Iterable[Card]) -> str:
    """The models last added first, among those of one day the last released, at most `MAX_ENTRIES`."""
    found = empty(now, title, f"New models: {title}", page, own)
    newest = sorted(cards, key=lambda card: (card.added, card.released or date.min), reverse=True)
    for card in newest[:MAX_ENTRIES]:
        add_model(found, card)
    return found.writeString("utf-8")


def of_changes(now: Snapshot, title: str, page: str, own: str, changes: Iterable[Change]) -> str:
    """Changes in the order that they come in, newest first."""
    found = empty(now, title, "Changed facts", page, own)
    for change in changes:
        add_change(found, change)
    return found.writeString("utf-8")


def of_model(now: Snapshot, card: Card) -> str:
    """The changes of one model, newest first, and at the end that it was added."""
    own, page = address("model_atom", card.slug), address("model", card.slug)
    found = empty(now, card.name, f"What changed for {card.slug}", page, own)
    for change in Change.objects.filter(model__slug=card.slug).select_related("model")[: MAX_ENTRIES - 1]:
        add_change(found, change)
    add_model(found, card)
    return found.writeString("utf-8")


def add_model(found: Feed, card: Card) -> None:
    day, url = midnight(card.added), address("model", card.slug)
    # Django declares the summary as HTML, and the title as text.
    found.add_item(
        line(card.name), url, escape(line(description(card))), unique_id=url, pubdate=day, updateddate=day,
        author_name=line(card.provider_name), categories=[card.modality] if card.modality else [],
    )  # fmt: skip


def add_change(found: Feed, change: Change) -> None:
    url, said = address("model", change.model.slug), told(change)
    summary = f"From {said.before or 'unknown'} to {said.after or 'unknown'}. Source: {SOURCES.get(said.source, said.source)}."
    summary += f" Holds from {change.valid_from.isoformat()}." if change.valid_from else ""
    found.add_item(
        line(f"{said.slug}: {said.field}"), url, escape(line(summary)),
        unique_id=f"{url}#change-{change.pk}", pubdate=change.at, updateddate=change.at, author_name=settings.SITE_NAME,
        categories=[change.field],
    )  # fmt: skip
