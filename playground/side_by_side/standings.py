"""Who was fastest and who cheapest of runs that were started together. Only complete runs are in it; unknown is not cheap."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from catalog import figures
from playground.inspection.result import speed
from playground.models import Run
from playground.side_by_side.columns import titles

Worth = Callable[[Run], Decimal | float | None]


def as_shown(milliseconds: float | None) -> float | None:
    """As exactly as pages say it: two runs with the same figure tie."""
    return None if milliseconds is None else round(milliseconds, 0 if milliseconds < 100 else -1)


# What is compared, in words; the least is the best.
MEASURES: dict[str, tuple[str, Worth]] = {
    "first_token": ("fastest first token", lambda run: as_shown(run.first_token_ms)),
    "total": ("fastest in total", lambda run: as_shown(run.total_ms)),
    "cheapest": ("cheapest", lambda run: run.cost_list),
}


@dataclass(frozen=True)
class Standing:
    """One run among the others: `marks` say in words what it was best at, ties told."""

    run: Run
    title: str
    marks: list[str]

    @property
    def speed(self) -> Decimal | None:
        return speed(self.run)

    @property
    def tokens(self) -> list[str]:
        counts = self.run.usage or {}
        return [figures.counted(counts[meter], meter) for meter in ("input_tokens", "output_tokens") if meter in counts]


def of(runs: list[Run]) -> list[Standing]:
    best = {name: first(runs, worth) for name, (_, worth) in MEASURES.items()}
    titled = zip(runs, titles([run.model for run in runs]), strict=True)
    return [Standing(run, title, [words(name, best[name]) for name in MEASURES if run in best[name]]) for run, title in titled]


def first(runs: list[Run], worth: Worth) -> list[Run]:
    """The best of the complete runs of which it is known, more than one where they tie; none where there is no difference."""
    known = [(run, value) for run in runs if run.state == "complete" and (value := worth(run)) is not None]
    least = min((value for _, value in known), default=None)
    found = [run for run, value in known if value == least]
    return found if len(found) < len(known) else []


def words(name: str, best: list[Run]) -> str:
    return MEASURES[name][0] + (", a tie" if len(best) > 1 else "")


def context(runs: list[Run]) -> dict[str, Any]:
    """All of them, and which complete ones are not compared by a cost that is unknown."""
    found = of(runs)
    unpriced = [one.title for one in found if one.run.state == "complete" and one.run.cost_list is None]
    streamed, counted = any(run.first_token_ms is not None for run in runs), any(one.tokens for one in found)
    return {"standings": found, "unpriced": unpriced, "streamed": streamed, "counted": counted, "begun": runs[0].group_id}


def record(runs: list[Run]) -> dict[str, Any]:
    """The same for scripts: ids of runs."""
    ids = {name: [str(run.id) for run in first(runs, worth)] for name, (_, worth) in MEASURES.items()}
    return {"fastest": {name: ids[name] for name in ("first_token", "total")}, "cheapest": ids["cheapest"]}
