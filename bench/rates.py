"""How much is measured: `QUICK=1` to see that everything works, else for figures; `SIZES=400,10000,100000` for other catalogs."""

import os

QUICK = os.environ.get("QUICK", "").strip().lower() in {"1", "true", "yes", "on"}
ROUNDS, SECONDS = (1, 2) if QUICK else (3, 4)  # of wrk, a target
SIZES = tuple(map(int, (os.environ.get("SIZES", "").strip() or "400,100000").split(",")))  # of catalogs, the smallest first
STREAMS_IN_TURN, LEAVINGS = (10, 20) if QUICK else (60, 200)
AT_ONCE = 1000
STARTS = 1 if QUICK else 3
EDITS = 2 if QUICK else 5
