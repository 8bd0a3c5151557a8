"""Takes the pictures of docs/screenshots: a site of its own with the sandbox and fresh data, seen by a real browser.

Run by `make screenshots`. Every page is taken wide and narrow, light and dark: home-1280-light.png.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "screenshots"
PAGES = {
    "home": "/",
    "browse": "/models",
    "model": "/models/openai/tts-1-hd",
    "playground": "/playground?model=openai/tts-1-hd",
    "compare": "/compare?models=openai/tts-1,openai/tts-1-hd",
}
WIDTHS = {1280: 900, 390: 844}


def main() -> None:
    browser = subprocess.run([ROOT / "scripts" / "find-browser"], capture_output=True, text=True).stdout.strip()
    if not browser:
        sys.exit("No Chromium or Chrome was found: set CHROMIUM=/path/to/it.")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data:
        port = free_port()
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        server = subprocess.Popen(
            [sys.executable, ROOT / "scripts" / "serve"],
            env={**kept, "PORT": str(port), "DATA_DIR": data},
            stdout=subprocess.DEVNULL,
        )
        try:
            site = f"http://127.0.0.1:{port}"
            wait_for(site, server)
            take(browser, site)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(10)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def wait_for(site: str, server: subprocess.Popen) -> None:
    for _ in range(600):
        if server.poll() is not None:
            sys.exit("The site did not start.")
        try:
            urlopen(site)  # the site that was just started  # nosec B310
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("The site did not answer within a minute.")


def take(browser: str, site: str) -> None:
    with sync_playwright() as play:
        # Chromium refuses its own sandbox to root, as in containers; the only site it visits is this one.
        chromium = play.chromium.launch(executable_path=browser, chromium_sandbox=os.getuid() != 0)
        for width, height in WIDTHS.items():
            for scheme in ("light", "dark"):
                page = chromium.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
                for name, path in PAGES.items():
                    answer = page.goto(site + path, wait_until="networkidle")
                    if not answer or not answer.ok:
                        sys.exit(f"{path} answered {answer and answer.status}.")
                    page.screenshot(path=PICTURES / f"{name}-{width}-{scheme}.png", full_page=True)
                page.close()
        chromium.close()


if __name__ == "__main__":
    main()
