"""Makes the pictures of the docs: `make screenshots`. A fresh sample on a data folder of its own, the real
server, a real browser; the pictures go to docs/images."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
TEXTMETER = [sys.executable, "-m", "textmeter"]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
READY_WITHIN = 60
MOST_BYTES = 300_000
WIDE, PHONE, PAPER = (1440, 1000), (390, 844), (880, 1120)
PAGES = {
    "missed-calls": "analytics/activity/missed-calls",
    "customers": "customers",
    "numbers": "numbers",
    "connections": "settings/connections",
}


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="textmeter-screenshots-") as folder:
        environment = os.environ | {"TEXTMETER_DATA_DIR": folder}
        told = subprocess.run(
            [*TEXTMETER, "demo", "--json"], env=environment, stdout=subprocess.PIPE, check=True
        ).stdout
        with served(environment, Path(folder)) as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            take(browser.new_page(), url, json.loads(told))
            browser.close()


def take(page: Page, url: str, demo: dict[str, Any]) -> None:
    sign_in(page, url, demo)
    log = f"{url}/c/{demo['company']}/analytics/activity/text-conversations"
    # The longest conversation has something of everything.
    page.goto(f"{log}?sort=-total")
    timeline = page.get_by_role("link", name="Timeline").first.evaluate("link => link.href").partition("#")[0]
    save(page, log, "text-conversations", WIDE)
    save(page, log, "text-conversations-phone", PHONE)
    save(page, timeline, "timeline", WIDE)
    save(page, timeline, "timeline-phone", PHONE)
    for name, path in PAGES.items():
        save(page, f"{url}/c/{demo['company']}/{path}", name, WIDE)
    page.emulate_media(color_scheme="dark")
    save(page, log, "text-conversations-dark", WIDE)
    save(page, timeline, "timeline-dark", WIDE)
    page.emulate_media(color_scheme="light", media="print")
    save(page, f"{log}/print", "print", PAPER)


def sign_in(page: Page, url: str, demo: dict[str, Any]) -> None:
    page.goto(f"{url}/sign-in/")
    page.locator("input[type=email]").fill(demo["email"])
    page.locator("input[type=password]").fill(demo["password"])
    page.locator("input[type=password]").press("Enter")
    page.wait_for_url(lambda now: "/sign-in/" not in now)


def save(page: Page, address: str, name: str, shape: tuple[int, int]) -> None:
    page.set_viewport_size({"width": shape[0], "height": shape[1]})
    page.goto(address)
    page.wait_for_load_state("networkidle")
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    if path.stat().st_size > MOST_BYTES:
        raise SystemExit(f"screenshots: {path} has more than {MOST_BYTES:,} bytes.")
    sys.stdout.write(f"{path}\n")


@contextmanager
def served(environment: dict[str, str], folder: Path) -> Iterator[str]:
    port = os.environ.get("PORT", "8901")
    server = subprocess.Popen(
        [*TEXTMETER, "serve", "--no-worker", "--port", port], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + READY_WITHIN
        while not (folder / "serve.json").exists():
            if server.poll() is not None or time.monotonic() > until:
                raise SystemExit("screenshots: the server did not start.")
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
