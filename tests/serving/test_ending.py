"""SIGTERM: what is under way goes on for a while, nothing new begins, and what is cut says so."""

import os
import signal
import threading
from pathlib import Path

import pytest
from served import Served, first_piece, refused, streamed, until

SLOW = {"SANDBOX_PACE_MS": "200"}
RUNS = "SELECT state, output, error FROM playground_run"


def test_a_run_under_way_goes_on_to_its_end_and_no_other_begins(serve):
    site = serve(workers=2, SANDBOX_PACE_MS="70")
    visitor, other = site.visitor(), site.visitor()
    with streamed(visitor) as answer:
        lines = answer.iter_lines()
        first_piece(lines)
        site.signal(signal.SIGTERM)
        until(lambda: "process: draining" in site.get("/readyz")[1])
        until(lambda: refused(other).status_code == 503)  # each process begins to drain when it hears of it
        late = refused(other)
        assert (late.status_code, late.json()["error"]["type"], late.headers["Retry-After"]) == (503, "site_stopping", "10")
        assert site.get("/models")[0] == 200
        rest = "\n".join(lines)
    assert "The site stopped" not in rest
    site.process.wait(30)
    assert {state for state, *_ in site.rows(RUNS)} == {"complete"}


def cut(site: Served) -> str:
    """The end of a run's stream, which breaks off while the site ends."""
    with streamed(site.visitor()) as answer:
        lines = answer.iter_lines()
        first_piece(lines)
        site.signal(signal.SIGTERM)
        return "\n".join(lines)


def check_cut(site: Served, rest: str) -> None:
    assert "The site stopped while this ran." in rest
    site.process.wait(30)
    [(state, output, error)] = site.rows(RUNS)
    assert state == "stopped" and output and "interrupted" in error


def test_a_run_that_takes_too_long_is_cut_and_says_so(serve):
    site = serve(**SLOW, DRAIN_SECONDS="0")
    check_cut(site, cut(site))


@pytest.mark.parametrize("workers", [1, 2])
def test_a_second_signal_ends_at_once(serve, workers):
    site = serve(workers=workers, **SLOW, DRAIN_SECONDS="3600")
    found: list[str] = []
    reading = threading.Thread(target=lambda: found.append(cut(site)))
    reading.start()
    until(lambda: site.get("/readyz")[0] == 503)
    site.signal(signal.SIGTERM)
    reading.join(30)
    check_cut(site, found[0])


def workers_of(site: Served) -> list[int]:
    return sorted(map(int, Path(f"/proc/{site.process.pid}/task/{site.process.pid}/children").read_text().split()))


def test_a_worker_that_dies_is_replaced_and_all_end_with_their_supervisor(serve):
    site = serve(workers=2)
    before = workers_of(site)
    os.kill(before[0], signal.SIGKILL)
    until(lambda: len(workers_of(site)) == 2 and workers_of(site) != before)
    os.kill(before[1], signal.SIGKILL)
    until(lambda: site.get("/healthz")[0] == 200)

    site.process.kill()
    until(lambda: site.get("/healthz")[0] == 0)
