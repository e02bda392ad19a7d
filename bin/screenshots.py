"""The pictures in README and docs, taken of the running product with its demonstration data: `make screenshots`."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
PORT = os.environ.get("PORT", "8765")
SITE = f"http://127.0.0.1:{PORT}"
PASSWORD = "gxftz-demo-2026"  # noqa: S105  of the demonstration's accounts, which README names too
WAIT = 300  # seconds until the demonstration is loaded


class Picture(NamedTuple):
    """One file: who looks at which page, in what language, on what screen."""

    name: str
    who: str
    language: str
    width: int
    colours: str
    path: str


PICTURES = (
    Picture("home-zh", "supervisor", "zh-CN", 1366, "light", "/"),
    Picture("cockpit-zh", "leader", "zh-CN", 1366, "light", "/cockpit/"),
    Picture("cockpit-en", "leader", "en", 1366, "light", "/cockpit/"),
    Picture("ledger-zh", "supervisor", "zh-CN", 1366, "light", "/tasks/"),
    Picture("timeline-zh", "supervisor", "zh-CN", 1366, "light", "/tasks/?layout=timeline"),
    Picture("board-dark-zh", "supervisor", "zh-CN", 1366, "dark", "/tasks/?layout=board"),
    Picture("matrix-zh", "leader", "zh-CN", 1920, "light", "/matrix/"),
    Picture("task-zh", "commerce-reporter", "zh-CN", 1366, "light", "/tasks/14/"),
    Picture("task-en", "leader", "en", 1366, "light", "/tasks/14/"),
    Picture("report-zh", "commerce-reporter", "zh-CN", 1366, "light", "/tasks/12/report/"),
    Picture("phone-zh", "commerce-reporter", "zh-CN", 390, "light", "/"),
)
HEIGHT = 1100  # pixels of a page that a picture shows


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="gxftz-pictures-") as folder:
        site = subprocess.Popen(  # noqa: S603  our own program
            [ROOT / "bin" / "run"],
            env={**os.environ, "PORT": PORT, "GXFTZ_DATA_DIR": folder},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            wait_until_ready(site)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
                for picture in PICTURES:
                    take(browser, picture)
                browser.close()
        finally:
            os.killpg(site.pid, signal.SIGTERM)
            site.wait(timeout=60)


def wait_until_ready(site: subprocess.Popen[bytes]) -> None:
    """Raises SystemExit where the site does not come up."""
    for _second in range(WAIT):
        if site.poll() is not None:
            sys.exit(f"the site ended with {site.returncode}; is port {PORT} in use?")
        try:
            with urlopen(f"{SITE}/readyz", timeout=2):  # noqa: S310  our own address
                return
        except (URLError, OSError):
            time.sleep(1)
    sys.exit(f"the site was not ready after {WAIT} s")


def take(browser: Browser, picture: Picture) -> None:
    size = {"width": picture.width, "height": HEIGHT}
    context = browser.new_context(
        base_url=SITE, locale=picture.language, viewport=size, color_scheme=picture.colours,
        timezone_id="Asia/Shanghai", reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    log_in(page, picture.who)
    page.goto(picture.path, wait_until="networkidle")
    page.screenshot(path=IMAGES / f"{picture.name}.png")
    context.close()
    print(f"docs/images/{picture.name}.png")  # noqa: T201


def log_in(page: Page, who: str) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=login]", who)
    page.fill("input[name=password]", PASSWORD)
    page.locator("form:has(input[name=login]) button[type=submit]").click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


main()
