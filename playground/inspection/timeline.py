"""The events of a streamed answer with the moments at which they came, as numbers for a drawing and rows for a table."""

from dataclasses import dataclass
from itertools import pairwise

from gateway.sse import Event, Splitter
from playground.models import Run

MOST_SHOWN = 200  # events in the table
MOST_READ = 500_000  # characters of the stream that are split into events
READ_AT_ONCE = 16 * 1024  # bytes
LONGEST = 300  # characters of one event in its row
TICKS = (0, 25, 50, 75, 100)  # per cent


@dataclass(frozen=True, slots=True)
class Moment:
    """An event, numbered from 1. `at` is ms since the start, `gap` ms since the event before."""

    n: int
    name: str
    data: str
    left_out: int
    at: float
    gap: float | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """`marks` are places of events in per cent of `total` ms, `ticks` such places with their moments. `pause` is the longest
    gap after the first event, `pause_before` the number of the event that ended it, 0 where only one came.
    """

    moments: list[Moment]
    count: int
    total: float
    marks: list[float]
    ticks: list[tuple[int, float]]
    first: float
    last: float
    first_token: float | None
    pause: float
    pause_before: int


def of(run: Run) -> Timeline | None:
    """None for an answer that was no stream."""
    if not run.arrivals:
        return None
    came, total = run.arrivals, max(run.total_ms or 0, run.arrivals[-1], 0.1)
    gaps = [later - earlier for earlier, later in pairwise(came)]
    pause = max(gaps, default=0.0)
    return Timeline(
        moments=moments(run), count=len(came), total=total, marks=sorted({place(at, total) for at in came}),
        ticks=[(x, total * x / 100) for x in TICKS], first=came[0], last=came[-1],
        first_token=None if run.first_token_ms is None else place(run.first_token_ms, total),
        pause=pause, pause_before=gaps.index(pause) + 2 if gaps else 0,
    )  # fmt: skip


def place(at: float, total: float) -> float:
    """Half per cents: as many marks as can be told apart, however many events there are."""
    return round(min(at / total, 1) * 200) / 2


def moments(run: Run) -> list[Moment]:
    """The first events; without their words where the body is not kept."""
    came = run.arrivals[:MOST_SHOWN]
    events = [*events_of(run, len(came))[: len(came)], *[Event("", "", "")] * len(came)]
    gaps = [None, *(later - earlier for earlier, later in pairwise(came))]
    return [moment(n, *entry) for n, entry in enumerate(zip(events, came, gaps, strict=False), 1)]


def events_of(run: Run, least: int) -> list[Event]:
    """The first events of a stream: so many of them, where it has them, and perhaps more."""
    body = (run.response_body or "")[:MOST_READ].encode(errors="replace") + b"\n\n"
    splitter, found = Splitter(limit=len(body)), []
    for start in range(0, len(body), READ_AT_ONCE):
        if len(found) < least:
            found += splitter.feed(body[start : start + READ_AT_ONCE])
    return found


def moment(n: int, event: Event, at: float, gap: float | None) -> Moment:
    return Moment(n, event.name, event.data[:LONGEST], max(0, len(event.data) - LONGEST), at, gap)
