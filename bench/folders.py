"""Where catalogs are kept between runs: in DATA_DIR/bench, made once for each size and state of the code that makes them."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from bench import flat

ROOT = Path(__file__).parent.parent
KEPT = Path(os.environ.get("DATA_DIR", "").strip() or ROOT / "var").absolute() / "bench"
DATABASE, FLAT = "modelry.sqlite3", "flat.sqlite3"
# What the tables of a catalog follow from.
SOURCES = (
    "catalog/data/*.json", "catalog/collections.json", "catalog/migrations/*.py", "playground/migrations/*.py",
    "bench/catalogs.py", "bench/loading.py", "bench/flat.py",
)  # fmt: skip


def catalog(size: int) -> Path:
    """The folder with both databases of that many models."""
    folder = KEPT / f"catalog-{size}-{digest()}"
    if not folder.exists():
        print(f"Making a catalog of {size:,} models (once; 100,000 take some minutes)", flush=True)
        make(size, folder)
    return folder


def make(size: int, folder: Path) -> None:
    """Beside its place first, so that a run that is stopped leaves no half of it there."""
    for old in KEPT.glob(f"catalog-{size}-*"):
        shutil.rmtree(old)
    draft = KEPT / f"draft-{size}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(draft)}
    subprocess.run([sys.executable, "-m", "bench.loading", str(size)], check=True, cwd=ROOT, env=environment)
    flat.write(draft / DATABASE, draft / FLAT)
    draft.rename(folder)


def digest() -> str:
    files = sorted(file for pattern in SOURCES for file in ROOT.glob(pattern))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def site(size: int, name: str) -> Path:
    """A DATA_DIR for one server: static files stay from run to run, the database is as it was made."""
    folder = KEPT / f"{name}-{size}"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"{DATABASE}*"):
        old.unlink()
    shutil.copy(catalog(size) / DATABASE, folder)
    return folder


def with_static(folder: Path) -> Path:
    """The same with the static files of `KEPT`, for a server that is not started by scripts/serve."""
    if not (folder / "static").exists():
        (folder / "static").symlink_to(KEPT / "static")
    return folder


def log(name: str) -> Path:
    KEPT.mkdir(parents=True, exist_ok=True)
    return KEPT / f"{name}.log"
