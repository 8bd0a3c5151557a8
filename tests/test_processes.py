"""What a process leaves half done that is killed is closed as soon as somebody looks; what others do goes on."""

import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from catalog import processes, syncing
from catalog.imports import running
from catalog.models import Import, Source
from playground import housekeeping
from playground.models import Probe, Run
from playground.running import draining

ROOT = Path(__file__).parent.parent
ANOTHER = """
import sys
from pathlib import Path
from catalog import processes

held = processes.begin(Path(sys.argv[1]))
print(Path(held.name).stem, flush=True)
sys.stdin.read()
"""
Start = Callable[[], tuple[str, subprocess.Popen]]


@pytest.fixture
def start(settings, tmp_path: Path) -> Iterator[Start]:
    """start() gives the name of a process that lives in the same DATA_DIR, and the process."""
    settings.DATA_DIR = tmp_path
    begun: list[subprocess.Popen] = []

    def another() -> tuple[str, subprocess.Popen]:
        words = [sys.executable, "-c", ANOTHER, str(processes.folder())]
        begun.append(subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        assert begun[-1].stdout is not None
        return begun[-1].stdout.readline().strip(), begun[-1]

    yield another
    for process in begun:
        process.kill()
        process.communicate()


def kill(process: subprocess.Popen) -> None:
    process.kill()
    process.wait()


def run_of(process: str, **fields: object) -> Run:
    return Run.objects.create(visitor=uuid.uuid4(), model="acme/talk-large", endpoint="chat", process=process, **fields)


def test_a_process_is_alive_until_it_is_killed(start: Start) -> None:
    name, process = start()
    assert (processes.dead(), processes.others()) == ([], [name])
    kill(process)
    assert (processes.dead(), processes.others()) == ([name], [])


def test_a_process_has_one_name(start: Start) -> None:
    assert processes.mine() == processes.mine() != start()[0]
    assert processes.mine() not in processes.dead() + processes.others()


def test_runs_of_a_killed_process_are_closed_at_once(db, start: Start) -> None:
    (gone, process), (living, _) = start(), start()
    rows = [run_of(gone), run_of(gone, job="job-1"), run_of(living), run_of(processes.mine()), run_of("of another node")]
    kill(process)
    housekeeping.close_gone()
    for row in rows:
        row.refresh_from_db()
    assert [row.state for row in rows] == ["stopped", "running", "running", "running", "running"]
    assert rows[0].error["message"] == "The site stopped while this ran."
    assert processes.dead() == []


def test_a_killed_sync_gives_its_turn_back_at_once(db, start: Start) -> None:
    (gone, process), (living, _) = start(), start()
    Source.objects.filter(key="openrouter").update(begun=timezone.now(), process=gone)
    Source.objects.filter(key="litellm").update(begun=timezone.now(), process=living)
    with pytest.raises(syncing.Busy), syncing.alone("openrouter"):
        pytest.fail("It has not died yet.")
    kill(process)
    with syncing.alone("openrouter"):
        pass
    with pytest.raises(syncing.Busy), syncing.alone("litellm"):
        pytest.fail("Its process lives.")


def test_a_start_closes_imports_probes_and_turns_of_the_dead(transactional_db, start: Start) -> None:
    gone, process = start()
    begun = Import.objects.create(source="bundle", state="running", process=gone)
    probe = Probe.objects.create(slugs=[], process=gone)
    Source.objects.filter(key="openrouter").update(begun=timezone.now(), process=gone)
    housekeeping.close_gone()
    assert Probe.objects.get().is_under_way and Import.objects.get().state == "running"
    kill(process)
    housekeeping.close_gone()
    begun.refresh_from_db()
    probe.refresh_from_db()
    assert (begun.state, begun.fault, probe.stopped) == ("failed", running.DIED, draining.STOPPED)
    assert not Source.objects.exclude(begun=None).exists()
