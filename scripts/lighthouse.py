"""Lighthouse on four pages of a running site, as a phone: the median of several runs. Best when nothing else runs.

    .venv/bin/python scripts/lighthouse.py http://127.0.0.1:8000 [runs]

Needs npm, which fetches lighthouse@12, and a Chromium. Ends with 1 where a page falls short.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
WANTED = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
PAGES = {
    "home": "/", "browse": "/models", "model": "/models/openai/tts-1-hd",
    "compare": "/compare?models=openai/gpt-4o,anthropic/claude-sonnet-4.5",
}  # fmt: skip
TRIES = 3  # now and then Lighthouse records no trace and asks to be run again
FLAGS = "--headless=new --no-sandbox --disable-gpu"


def main() -> int:
    site, runs = sys.argv[1].rstrip("/"), int(sys.argv[2]) if len(sys.argv) > 2 else 5
    short = 0
    for name, path in PAGES.items():
        reports = [report(site + path) for _ in range(runs)]
        scores = {key: median(round(100 * one["categories"][key]["score"]) for one in reports) for key in WANTED}
        print(f"{name:8}", *(f"{key} {score:g}" for key, score in scores.items()), sep="  ", flush=True)
        short += sum(score < WANTED[key] for key, score in scores.items())
        for audit in failed(reports[-1]):
            print("         ", audit)
    return bool(short)


def report(url: str) -> dict:
    browser = os.environ.get("CHROMIUM") or subprocess.check_output([ROOT / "scripts" / "find-browser"], text=True).strip()
    only = f"--only-categories={','.join(WANTED)}"
    command = ["npx", "--yes", "lighthouse@12", url, "--quiet", "--output=json", only, f"--chrome-flags={FLAGS}"]
    for _ in range(TRIES):
        done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"CHROME_PATH": browser})
        if done.returncode == 0:
            return json.loads(done.stdout)
    sys.exit(f"Lighthouse did not finish on {url}: {done.stderr.strip()[-300:]}")


def failed(found: dict) -> list[str]:
    """The audits that count and are not met, by name."""
    counting = {ref["id"] for one in found["categories"].values() for ref in one["auditRefs"] if ref["weight"]}
    return [f"{key}: {audit.get('displayValue') or audit['title']}" for key, audit in found["audits"].items()
            if key in counting and audit["score"] is not None and audit["score"] < 0.9]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
