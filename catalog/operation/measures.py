"""What is counted of the catalog's pages and of the snapshot that they are made from. `config.metrics` shows it."""

import time

from prometheus_client import Counter, Gauge

PAGES = Counter("modelry_pages", "Answers to GET by the page cache: hit, miss, stale (made anew) or unkept.", ["outcome"])
kept = {name: PAGES.labels(name).inc for name in ("hit", "miss", "stale", "unkept")}

SNAPSHOT_SECONDS = Gauge(
    "modelry_snapshot_build_seconds", "How long the last snapshot took to build.", multiprocess_mode="livemax"
)
SNAPSHOT_VERSION = Gauge(
    "modelry_snapshot_version", "The catalog's version that is served; of workers the oldest.", multiprocess_mode="livemin"
)
SNAPSHOT_BUILT = Gauge(
    "modelry_snapshot_built_timestamp_seconds", "When it was built; of workers the oldest.", multiprocess_mode="livemin"
)


def built(version: int, seconds: float) -> None:
    SNAPSHOT_VERSION.set(version)
    SNAPSHOT_SECONDS.set(seconds)
    SNAPSHOT_BUILT.set(time.time())
