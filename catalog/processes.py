"""Which processes of this DATA_DIR live, so that what one of them left half done is closed as soon as it is gone.

Each holds a lock on a file that has its name, and the kernel gives that lock back when the process ends, however it ends. A row
under way says whose it is. Processes of a node with a DATA_DIR of its own are not seen from here, and so never taken for dead.
"""

import fcntl
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import IO
from uuid import uuid4

from django.conf import settings

NEW = ".new"

_held: dict[Path, IO[str]] = {}
_one = threading.Lock()


def mine() -> str:
    """The name of this process, which counts as alive from now on until it ends."""
    place = folder()
    with _one:
        if place not in _held:
            _held[place] = begin(place)
        return Path(_held[place].name).name.removesuffix(NEW)


def folder() -> Path:
    return settings.DATA_DIR / "processes"


def begin(place: Path) -> IO[str]:
    place.mkdir(parents=True, exist_ok=True)
    new = place / f"{uuid4().hex}{NEW}"
    file = new.open("w")
    fcntl.flock(file, fcntl.LOCK_EX)
    new.rename(new.with_suffix(""))  # nobody sees it before it is held
    return file


def dead() -> list[str]:
    """The names of processes that ended, until `forget` is told that nothing of theirs is left to close."""
    return [file.name for file in named() if not is_held(file)]


def others() -> list[str]:
    """The names of processes that live beside this one."""
    me = mine()
    return [file.name for file in named() if file.name != me and is_held(file)]


def named() -> list[Path]:
    return [file for file in folder().glob("*") if file.suffix != NEW]


def is_held(file: Path) -> bool:
    try:
        with file.open("r+") as probe:
            fcntl.flock(probe, fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared: two who look do not take each other for its owner
    except BlockingIOError:
        return True
    except FileNotFoundError:  # forgotten meanwhile
        return False
    return False


def forget(names: Iterable[str]) -> None:
    for name in names:
        (folder() / name).unlink(missing_ok=True)
