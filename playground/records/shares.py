"""Shares: what goes into the copy that others see, how long it is open, and what is left of it afterwards.

A record holds what was sent and received, and what the catalog said of the model on that day. It holds no key, visitor,
account or session, no address of the gateway but the public one, and of the headers only those below.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from catalog.cards import Card
from catalog.endpoints import ENDPOINTS
from catalog.figures import plain
from catalog.snapshot import Snapshot
from playground.models import Run, RunGroup, Share, SharedFile
from playground.models.shares import ShareQuerySet
from playground.records import filed
from playground.records.documents import document, run_of
from playground.visitors import Owner

DAYS = {"1": "1 day", "7": "7 days", "30": "30 days", "never": "until it is closed"}
USUAL = "30"
MOST_OPEN = 100  # of one visitor
MISSING = "Nothing is shared at this address, or no longer."
REMEMBERED = 30  # days in which the list says that a share was closed
# Others name organisations, accounts, limits and machines behind the gateway. `x-modelry-sandbox-…` says who spoke a sound.
KEPT_HEADERS = {"accept", "content-type", "content-length", "date", "retry-after", "x-cost-cents"}
SANDBOX_HEADERS = "x-modelry-sandbox"


class Refused(ValueError):
    """Why something is not shared, in a sentence."""


def make(owner: Owner, runs: list[Run], now: Snapshot, days: str = USUAL, group: RunGroup | None = None) -> Share:
    """A share of finished runs, or the one of them that is open already. Raises Refused."""
    one = runs[0] if group is None else None
    known = Share.objects.of(owner).open().filter(run=one, group=group).first()
    if known:
        return known
    if wrong := fault(owner, runs):
        raise Refused(wrong)
    share = Share(**owner._asdict(), run=one, group=group, expires=expiry(days), record=record(runs, now))
    with transaction.atomic():
        share.save(force_insert=True)
        for position, run in enumerate(runs):
            copy_files(share, position, run)
    return share


def fault(owner: Owner, runs: list[Run]) -> str:
    """Why these runs cannot be shared now, or blank."""
    if not settings.RUN_RETENTION_DAYS:
        return "This site keeps no bodies of runs, so there is nothing to share."
    if any(run.imported for run in runs):
        return "An imported run cannot be shared: this site did not make it."
    if any(run.state == "running" for run in runs):
        return "The run is under way. Share it when it is finished."
    if Share.objects.of(owner).open().count() >= MOST_OPEN:
        return f"You have {MOST_OPEN} open shares, the most there may be. Close one of them first."
    return ""


def expiry(days: str) -> Any:
    return None if days == "never" else timezone.now() + timedelta(days=int(days if days in DAYS else USUAL))


def record(runs: list[Run], now: Snapshot) -> dict[str, Any]:
    return {"version": 1, "runs": [entry(run, now.find(run.model)) for run in runs]}


def entry(run: Run, card: Card | None) -> dict[str, Any]:
    """One run of a record."""
    told = document(run)
    for half in ("request", "response"):
        told[half]["headers"] = [pair for pair in told[half]["headers"] if is_kept(pair[0])]
    told["request"]["url"] = settings.PUBLIC_GATEWAY_URL + ENDPOINTS[run.endpoint].PATH
    return told | {"facts": facts(card) if card else None, "top_up_fee": plain(settings.TOP_UP_FEE)}


def is_kept(name: str) -> bool:
    return name.lower() in KEPT_HEADERS or name.lower().startswith(SANDBOX_HEADERS)


def facts(card: Card) -> dict[str, Any]:
    """What the catalog says of a model today. Unknown is null."""
    return {
        "name": card.name, "provider": card.provider_name, "modality": card.modality, "status": card.status,
        "context_window": card.context_window, "max_output": card.max_output,
        "pricing": [
            {
                "meter": rate.meter, "unit": rate.unit, "condition": rate.condition, "amount": plain(rate.amount),
                "effective": plain(round(rate.effective, 12)), "source": rate.source, "since": rate.since.isoformat(),
            }
            for rate in card.rates
        ],
    }  # fmt: skip


def copy_files(share: Share, position: int, run: Run) -> None:
    for file in run.artifacts.all():
        if not file.file.exists():
            continue
        copy = SharedFile.objects.create(share=share, position=position, n=file.n, type=file.type, bytes=file.bytes)
        copy.file.write(file.file.read_bytes())


@dataclass(frozen=True, slots=True)
class Shared:
    """One run of a share, as it was; it is in no table. `reference` names it in an address of the playground."""

    share: Share
    position: int
    run: Run
    files: list[SharedFile]
    told: dict[str, Any]

    @property
    def reference(self) -> str:
        return f"{self.share.token}.{self.position}"


def runs_of(share: Share) -> list[Shared]:
    files = list(share.files.all())
    for file in files:
        file.share = share
    return [
        Shared(share, position, run_of(told), [file for file in files if file.position == position], told)
        for position, told in enumerate(share.record["runs"])
    ]


def find(reference: str) -> Shared | None:
    """The run of an open share that `reference` names: a token, and after a point which of several; without one, the first."""
    token, _, position = reference.partition(".")
    share = Share.objects.open().at(token).first()
    runs = runs_of(share) if share else []
    return next((shared for shared in runs if str(shared.position) == (position or "0")), None)


def revoke(shares: ShareQuerySet) -> None:
    """Closes shares for good: what they showed is deleted at once."""
    close(shares, "revoked")


def take_down(shares: ShareQuerySet) -> None:
    close(shares, "taken_down")


def close(shares: ShareQuerySet, column: str) -> None:
    forget(list(shares.values_list("id", flat=True)), **{column: timezone.now()})


def forget(ids: list[int], **columns: datetime) -> None:
    """Deletes the content of shares; their rows say for a while that they were."""
    copies = SharedFile.objects.filter(share__in=ids)
    files = [copy.file for copy in copies]
    with transaction.atomic():
        copies.delete()
        Share.objects.filter(id__in=ids).update(record={}, **columns)
    filed.remove(files)


def purge() -> None:
    """Deletes what expired shares showed, and after REMEMBERED days the rows of closed ones."""
    forget(list(Share.objects.expired().exclude(record={}).values_list("id", flat=True)))
    Share.objects.closed_before(days=REMEMBERED).delete()
